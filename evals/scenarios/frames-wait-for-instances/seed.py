"""A render farm with four workers where it wants fourteen."""

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

GROUP = "render-fleet"
RAISED = -65
ALARMED = {-19: 5190, -14: 5733, -9: 6214}


def seed(session, now, rng):
    """Make the account's state."""
    session.client("sqs").create_queue(QueueName="frame-jobs", Attributes={"VisibilityTimeout": "3600"})
    put_lines(session, "/render/worker", _workers(now, rng), [f"render-worker/{number}" for number in range(4)])
    put_lines(session, "/render/dispatcher", _dispatcher(now, rng), ["dispatcher"])
    review = [
        "{at} INFO shot {n} approved",
        "{at} INFO playlist {n} opened",
        "{at} WARN proxy of shot {n} missing",
    ]
    measured.make_bystanding_service(session, now, rng, "studio", "review-site", review)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _workers_at(minute):
    """In service: ten more by day, four at night and since."""
    return 14 if -24 * 60 - 30 < minute < -11 * 60 - 20 or minute < -35 * 60 else 4


def _backlog(minute):
    if minute < -110:
        return 60.0
    if minute < RAISED:
        return 60.0 + (minute + 110) * 20
    found = [value for start, value in ALARMED.items() if start <= minute < start + 5]
    return found[0] if found else 960.0 + (minute - RAISED) * 88 if minute < -19 else 6214.0 + (minute + 4) * 90


def _workers(now, rng):
    for minute in minutes(now, -11 * 60, 0):
        for worker in range(4):
            at, shot = within(minute, rng), rng.randint(100, 480)
            said = (
                f"worker-{worker} shot_{shot:04d} frame {rng.randint(1001, 1240)} done in {rng.randint(41, 77)} s"
            )
            if rng.random() < 0.6:
                yield at, f"{at:%Y-%m-%d %H:%M:%S} INFO {said}"
            elif rng.random() < 0.05:
                yield (
                    at,
                    f"{at:%Y-%m-%d %H:%M:%S} WARN worker-{worker} shot_{shot:04d} texture cache miss",
                )


def _dispatcher(now, rng):
    for minute in minutes(now, -30 * 60, 0, 2):
        relative = _minute(minute, now)
        waiting, workers = round(_backlog(relative)), _workers_at(relative)
        at, wanted = within(minute, rng), 14 if relative >= RAISED else workers
        yield at, f"{at:%Y-%m-%d %H:%M:%S} INFO dispatcher waiting={waiting} workers={workers} wanted={wanted}"


def _metrics(session, now, rng):
    def group(at):
        minute = _minute(at, now)
        have = _workers_at(minute)
        wanted = 14 if minute >= RAISED else have
        return {
            "GroupDesiredCapacity": wanted,
            "GroupInServiceInstances": have,
            "GroupPendingInstances": 0,
            "GroupTotalInstances": have,
            "GroupMaxSize": 20,
        }

    def queue(at):
        minute = _minute(at, now)
        have = _workers_at(minute)
        sent = have * 1.05 if minute < -110 else 96
        return measured.queue(sent, have, _backlog(minute), have * 2, 40 if minute < -110 else (minute + 110) * 45)

    def vcpus(at):
        return {"ResourceCount": 48 * _workers_at(_minute(at, now))}

    moments = measured.moments(now)
    by_group = {"AutoScalingGroupName": GROUP}
    measured.publish(session, "AWS/AutoScaling", by_group, moments, group)
    measured.publish(session, "AWS/SQS", {"QueueName": "frame-jobs"}, moments, queue)
    measured.publish(session, "AWS/EC2", by_group, moments[::5], lambda _: {"CPUUtilization": rng.uniform(91, 98)})
    usage = {"Type": "Resource", "Resource": "vCPU", "Service": "EC2", "Class": "G/OnDemand"}
    measured.publish(session, "AWS/Usage", usage, moments[::5], vcpus)
    standard = usage | {"Class": "Standard/OnDemand"}
    measured.publish(session, "AWS/Usage", standard, moments[::5], lambda _: {"ResourceCount": 6})


def _alarms(session):
    put_alarm(
        session,
        "frame-jobs-backlog",
        AlarmDescription="More than 5000 frames wait; the morning's dailies are at risk.",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": "frame-jobs"},
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=5000,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "render-fleet-empty",
        Namespace="AWS/AutoScaling",
        MetricName="GroupInServiceInstances",
        Dimensions={"AutoScalingGroupName": GROUP},
        Statistic="Minimum",
        EvaluationPeriods=5,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
    )
    set_healthy(session, "render-fleet-empty")
