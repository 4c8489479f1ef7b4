"""A queue that grows old after some of its workers were killed: logs, task events and five days of memory."""

import json
import uuid
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

CLUSTER, SERVICE = "parcel-prod", "label-renderer"
RELEASE = 3 * 24 * 60 + 4 * 60 + 12
LAST_DEATHS = (41, 33, 24, 128, 171, 226)
PERIODS = (291, 307, 298, 284, 312, 303)
"""When each slot's task was killed last, and how often before: minutes. state.json tells of the same tasks."""

OLDEST = {-21: 1224, -16: 1391, -11: 1538}


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    put_lines(
        session, "/aws/events/ecs-task-stopped", _stopped(now, rng, (session.region_name, account)), ["events"]
    )
    streams = [f"svc/{SERVICE}/{measured.task_id(f'label {slot} 0')}" for slot in range(6)]
    put_lines(session, f"/ecs/{SERVICE}", _log(now, rng), streams)
    _memory(session, now, rng)
    _queue(session, now, rng)
    _alarms(session)
    booking = [
        '{"level":"info","at":"{at}","msg":"booking accepted","parcel":"P{n}77","queue":"label-requests"}',
        '{"level":"info","at":"{at}","msg":"POST /v1/bookings 201","ms":{n}}',
        '{"level":"warn","at":"{at}","msg":"address not normalised, kept as written","parcel":"P{n}12"}',
    ]
    measured.make_bystanding_service(session, now, rng, CLUSTER, "booking-api", booking, per_hour=40)
    tracking = [
        "{at} INFO scan event stored for parcel P{n}31",
        "{at} ERROR carrier feed 3 sent unknown status {n}",
    ]
    measured.make_bystanding_service(session, now, rng, CLUSTER, "tracking-api", tracking)
    measured.make_bystanding_service(
        session, now, rng, CLUSTER, "route-planner", ["{at} INFO tour of {n} stops planned"]
    )


def _lives():
    """Of every slot since the release: when each task started and ended, in minutes before now."""
    for slot, (last, period) in enumerate(zip(LAST_DEATHS, PERIODS, strict=True)):
        deaths = [last]
        while deaths[-1] + period < RELEASE - 200:
            deaths.append(deaths[-1] + period)
        born = RELEASE
        for number, death in reversed(list(enumerate(deaths))):
            yield slot, number + 1, born, death
            born = death
        yield slot, 0, born, None


LIVES = list(_lives())


def _share(at_minute, slot):
    """Memory in use of a slot's task, in percent of its limit."""
    if at_minute >= RELEASE:
        return 38.5
    for of, _, born, death in LIVES:
        if of == slot and born >= at_minute and (death is None or at_minute > death):
            age = born - at_minute
            return 38.0 + 61.0 * age / (PERIODS[slot] if death is None else born - death)
    return 38.5


def _memory(session, now, rng):
    dimensions = {"ClusterName": CLUSTER, "ServiceName": SERVICE}
    memory, cpu = [], []
    for minute in range(-5 * 24 * 60, -2, 5):
        at = now + timedelta(minutes=minute)
        for slot in range(6):
            memory.append((at, min(99.8, _share(-minute, slot) * rng.uniform(0.99, 1.01))))
            cpu.append((at, 44 * measured.busy(at, rng)))
    put_metric(session, "AWS/ECS", "MemoryUtilization", dimensions, memory, "Percent")
    put_metric(session, "AWS/ECS", "CPUUtilization", dimensions, cpu, "Percent")


def _queue(session, now, rng):
    kills = sorted(-death for _, _, _, death in LIVES if death is not None)

    def measure(at):
        minute = round((at - now).total_seconds() / 60)
        sent = 95 * measured.busy(at, rng)
        near = [kill for kill in kills if 0 <= minute - kill < 17]
        oldest, visible = rng.uniform(2, 14), rng.uniform(0, 25)
        if near and minute < -45:
            oldest, visible = min(910.0, 60.0 * (minute - near[0]) + rng.uniform(0, 20)), rng.uniform(40, 190)
        elif minute >= -41:
            oldest, visible = 60 + 55 * (minute + 41) + rng.uniform(0, 9), 30 + 22 * (minute + 41)
        if minute > -7:
            oldest = 1538 + 22 * (minute + 7)
        for start, value in OLDEST.items():
            if start <= minute < start + 5:
                oldest = value - (start + 4 - minute) * 30
        return measured.queue(sent, sent * rng.uniform(0.9, 1.05), visible, rng.uniform(25, 58), oldest)

    measured.publish(session, "AWS/SQS", {"QueueName": "label-requests"}, measured.moments(now, 4), measure)
    idle = measured.moments(now, 2)[::5]
    measured.publish(
        session, "AWS/SQS", {"QueueName": "label-requests-dlq"}, idle, lambda _: measured.queue(0, 0, 0, 0, 0)
    )
    sqs = session.client("sqs")
    dead = sqs.create_queue(QueueName="label-requests-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    sqs.create_queue(
        QueueName="label-requests",
        Attributes={"VisibilityTimeout": "900", "RedrivePolicy": redrive},
        tags={"producer": "booking-api", "consumer": SERVICE},
    )


def _stopped(now, rng, place):
    """The rule that keeps every ECS Task State Change with lastStatus STOPPED."""
    for slot, number, _, death in LIVES:
        if death is not None:
            yield _event(now, rng, place, death, SERVICE, 212, f"label {slot} {number}", killed=True)
    for ago in (RELEASE - 3, RELEASE - 4, RELEASE - 5, RELEASE - 6, RELEASE - 7, RELEASE - 8):
        yield _event(now, rng, place, ago, SERVICE, 211, f"old label {ago}")
    for service, revision, times in (
        ("booking-api", 340, (63, 63, 62, 61)),
        ("tracking-api", 96, (3174, 3175, 3177)),
        ("tracking-api", 97, (411, 1853, 1854, 3010)),
        ("route-planner", 54, (2210, 5090)),
    ):
        for number, ago in enumerate(times):
            yield _event(now, rng, place, ago, service, revision, f"{service} {ago} {number}")


def _event(now, rng, place, ago, service, revision, task, *, killed=False):
    region, account = place
    at = within(now - timedelta(minutes=ago), rng, 40)
    arn = f"arn:aws:ecs:{region}:{account}"
    name = f"{arn}:task/{CLUSTER}/{measured.task_id(task)}"
    container = {"name": service, "lastStatus": "STOPPED", "exitCode": 137 if killed else 143}
    if killed:
        container["reason"] = "OutOfMemoryError: Container killed due to memory usage"
    scaled = "Scaling activity initiated by deployment ecs-svc/4410982376551298431"
    detail = {
        "clusterArn": f"{arn}:cluster/{CLUSTER}",
        "group": f"service:{service}",
        "taskDefinitionArn": f"{arn}:task-definition/{service}:{revision}",
        "taskArn": name,
        "lastStatus": "STOPPED",
        "stopCode": "EssentialContainerExited" if killed else "ServiceSchedulerInitiated",
        "stoppedReason": "Essential container in task exited" if killed else scaled,
        "containers": [container],
    }
    return at, json.dumps(
        {
            "version": "0",
            "id": str(uuid.UUID(int=rng.getrandbits(128))),
            "detail-type": "ECS Task State Change",
            "source": "aws.ecs",
            "account": account,
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": region,
            "resources": [name],
            "detail": detail,
        }
    )


def _log(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            at, ms = within(minute, rng), rng.randint(60, 420)
            label = f"LB{rng.randint(10**7, 10**8)}"
            yield (
                at,
                f"{at:%Y-%m-%d %H:%M:%S.%f} INFO  [worker-{ms % 8}] RenderJob - rendered {label} in {ms} ms",
            )
        if rng.random() < 0.08:
            at = within(minute, rng)
            yield (
                at,
                f"{at:%Y-%m-%d %H:%M:%S.%f} WARN  [worker-{rng.randint(1, 8)}] Zpl - unknown font AX-12, used A0",
            )
    for slot, _, born, death in LIVES:
        at = now - timedelta(minutes=born) + timedelta(seconds=50)
        yield (
            at,
            f"{at:%Y-%m-%d %H:%M:%S.%f} INFO  [main] Application - starting label-renderer v4.18.0 (Java 21.0.5)",
        )
        for ago in range(born - 7, death or 0, -30):
            yield _stats(now - timedelta(minutes=ago), rng, _share(ago, slot))
    for ago in range(5 * 24 * 60, RELEASE, -30):
        for _ in range(6):
            yield _stats(now - timedelta(minutes=ago), rng, 38.5)


def _stats(moment, rng, share):
    at, used = within(moment, rng), round(20.48 * share)
    entries = max(900, round((share - 38) * 3_150)) + rng.randint(0, 90)
    jobs = rng.randint(400, 520)
    return at, (
        f"{at:%Y-%m-%d %H:%M:%S.%f} INFO  [stats] RenderStats - jobs={jobs} failed=0 "
        f"glyph_cache_entries={entries} rss_mib={used}"
    )


def _alarms(session):
    put_alarm(
        session,
        "label-requests-too-old",
        AlarmDescription="Labels are printed later than 20 minutes after the booking.",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "label-requests"},
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=1200,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "label-requests-dlq-not-empty",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": "label-requests-dlq"},
        Statistic="Maximum",
        Threshold=1,
    )
    set_healthy(session, "label-requests-dlq-not-empty")
