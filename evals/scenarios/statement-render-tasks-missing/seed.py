"""Tasks that end at work and are started again."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

SERVICE = "statement-render"
CLUSTER = "documents"
ROLLED = -171
"""When the tasks of the new revision run."""

LIVES = {
    0: [(-171, -128), (-126, -83), (-81, -37), (-35, 1)],
    1: [(-170, -119), (-117, -62), (-60, -19), (-17, 1)],
    2: [(-170, -112), (-110, -57), (-55, -14), (-12, 1)],
    3: [(-169, -104), (-102, -49), (-47, -11), (-6, 1)],
    4: [(-169, -97), (-95, -41), (-39, -9), (-5, 1)],
    5: [(-168, -90), (-88, -33), (-31, -8), (-4, 1)],
}
"""From when to when the tasks in six places run, in minutes; those that go on end at 1."""


def seed(session, now, rng):
    """Make the account's state."""
    _log(session, now, rng)
    postbox = ["{at} INFO letter {n} delivered", "{at} INFO letter {n} read", "{at} WARN address {n} incomplete"]
    measured.make_bystanding_service(session, now, rng, CLUSTER, "postbox", postbox, per_hour=30)
    queue = ["{at} INFO batch {n} queued", "{at} INFO batch {n} done"]
    measured.make_bystanding_service(session, now, rng, CLUSTER, "letter-queue", queue)
    measured.make_bystanding_service(session, now, rng, CLUSTER, "archive-index", ["{at} INFO {n} pages indexed"])
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _running(minute):
    """Ages of the tasks that run in a minute; before the new revision nobody counts them."""
    ages = (minute - start for lives in LIVES.values() for start, end in lives if start <= minute < end)
    return [900] * 6 if minute < ROLLED + 4 else list(ages)


def _spring(at, level, thread, where, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} {level:<5} [{thread}] {where} - {text}"


def _work(first, last, now, rng, per_minute):
    """What a task says from its start to its end, which it does not foresee."""
    start = now + timedelta(minutes=first)
    yield _spring(start, "INFO", "main", "d.r.RenderApplication", "Starting 6.14.2 using Java 21.0.4")
    yield _spring(
        start + timedelta(seconds=11), "INFO", "main", "d.r.RenderApplication", "Started in 10.6 seconds"
    )
    for minute in minutes(now, first + 1, min(last, 0)):
        for _ in range(rng.randint(0, per_minute)):
            at, number = within(minute, rng), rng.randint(10**6, 10**7)
            told = f"statement {number}: {rng.randint(2, 40)} pages in {rng.randint(400, 5_200)} ms"
            yield _spring(at, "INFO", f"render-{rng.randint(1, 4)}", "d.r.StatementJob", told)
            if rng.random() < 0.03:
                told = f"statement {number}: font Metric Sans has no glyph U+2011, replaced"
                yield _spring(at, "WARN", f"render-{rng.randint(1, 4)}", "d.r.Fonts", told)


def _log(session, now, rng):
    group = f"/ecs/{SERVICE}"
    lines = {}
    for slot, lives in LIVES.items():
        lines[f"before {slot}"] = list(_work(-26 * 60 - 50, ROLLED + 5, now, rng, 1))
        for number, (first, last) in enumerate(lives):
            lines[f"render {slot} {number}"] = list(_work(first, last, now, rng, 4))
    put_lines(session, group, [])
    logs = session.client("logs")
    for task, said in lines.items():
        stream = f"svc/{SERVICE}/{measured.task_id(task)}"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in sorted(said)]
        for start in range(0, len(events), 400):
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events[start : start + 400])


def _metrics(session, now, rng):
    dimensions = {"ClusterName": CLUSTER, "ServiceName": SERVICE}
    moments = measured.moments(now)

    def insights(at):
        minute = _minute(at, now)
        ages, reserved = _running(minute), 4_096 if minute < ROLLED + 4 else 2_048
        limit = 0.993 * reserved if reserved == 2_048 else 2_760 + rng.uniform(-90, 110)
        used = [min(limit, 980 + 26 * age) for age in ages] or [0]
        return {
            "RunningTaskCount": len(ages),
            "DesiredTaskCount": 6,
            "PendingTaskCount": max(0, 6 - len(ages)),
            "MemoryReserved": reserved,
            "MemoryUtilized": sum(used) / len(used),
            "CpuReserved": 1_024,
            "CpuUtilized": 610 * measured.busy(at, rng),
        }

    for name in ("RunningTaskCount", "DesiredTaskCount", "PendingTaskCount"):
        series = [(at, insights(at)[name]) for at in moments]
        put_metric(session, "ECS/ContainerInsights", name, dimensions, series, "Count")
    for name, unit in (("MemoryReserved", "Megabytes"), ("MemoryUtilized", "Megabytes"), ("CpuUtilized", "None")):
        series = [(at, insights(at)[name]) for at in moments]
        put_metric(session, "ECS/ContainerInsights", name, dimensions, series, unit)

    def service(at):
        found = insights(at)
        share = 100 * found["MemoryUtilized"] / found["MemoryReserved"]
        return {"CPUUtilization": found["CpuUtilized"] / 10.24, "MemoryUtilization": min(99.4, share)}

    measured.publish(session, "AWS/ECS", dimensions, moments, service)


def _alarms(session):
    dimensions = {"ClusterName": CLUSTER, "ServiceName": SERVICE}
    put_alarm(
        session,
        "statement-render-running-tasks",
        AlarmDescription="Fewer than five of six tasks run: statements are late.",
        Namespace="ECS/ContainerInsights",
        MetricName="RunningTaskCount",
        Dimensions=dimensions,
        Statistic="Minimum",
        EvaluationPeriods=3,
        Threshold=5,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="missing",
    )
    put_alarm(
        session,
        "statement-render-cpu",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions=dimensions,
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, "statement-render-cpu")
