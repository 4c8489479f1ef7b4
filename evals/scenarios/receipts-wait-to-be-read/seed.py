"""A service that may not grow."""

from datetime import timedelta

from evals import measured
from evals.authoring import make_role, minutes, put_alarm, put_lines, put_metric, put_metrics, set_healthy, within

DAY_BEGINS, SUSPENDED = -110, -3_726
"""Minutes, relative to now."""

ALARMED = {-60: 1_842, -55: 2_078, -50: 2_316}
TRACKED = {-100: 214.0, -99: 262.0, -98: 311.0}
SERVICE = {"ClusterName": "expenses", "ServiceName": "receipt-reader"}
EACH = 18
"""Receipts a task reads in a minute."""


def seed(session, now, rng):
    """Make the account's state."""
    make_role(
        session, "receipt-reader-task", "ecs-tasks.amazonaws.com", ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    )
    session.client("sqs").create_queue(QueueName="receipt-jobs", Attributes={"VisibilityTimeout": "120"})
    names = [f"reader/receipt-reader/{measured.task_id(f'receipt {number}')}" for number in range(2)]
    put_lines(session, "/ecs/receipt-reader", _reader(now, rng), names)
    cards = [
        "{at} INFO {n} card payments fetched",
        "{at} INFO card payment {n} matched",
        "{at} WARN card {n} unknown",
    ]
    measured.make_bystanding_service(session, now, rng, "expenses", "card-feed", cards, per_hour=20)
    approvals = ["{at} INFO report {n} approved", "{at} INFO report {n} sent back"]
    measured.make_bystanding_service(session, now, rng, "expenses", "approvals", approvals)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _arrivals(minute):
    """Receipts in a minute, of working days but for the two before this one."""
    day, since = divmod(minute - DAY_BEGINS, 1_440)
    if day in {-1, -2} or since > 590:
        return 18
    return 18 + 232 * min(1.0, since / 30) * (1.0 if since < 540 else (590 - since) / 50)


def _tasks(minute):
    if minute >= SUSPENDED:
        return 2
    return max(2, min(14, round(_arrivals(minute - 8) / EACH)))


def _waiting(minute):
    """Messages that wait, and for how many seconds the oldest does."""
    if minute < DAY_BEGINS + 3:
        return 4, 9
    came, read = 0.0, 2 * EACH * (minute - DAY_BEGINS)
    oldest = None
    for one in range(DAY_BEGINS, minute):
        came += _arrivals(one)
        if oldest is None and came > read:
            oldest = one
    return max(4, came - read), 60 * (minute - oldest) if oldest is not None else 9


def _reader(now, rng):
    for minute in minutes(now, -11 * 60, 0):
        for _ in range(rng.randint(3, 6)):
            at, receipt = within(minute, rng), rng.randint(10**6, 10**7)
            when = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            yield at, f"{when} INFO reader receipt={receipt} read in {rng.uniform(2.9, 5.6):.1f} s"
            if rng.random() < 0.03:
                yield (
                    at,
                    f"{when} WARN reader receipt={receipt} confidence 0.{rng.randint(31, 58)}, left to a person",
                )
    for number in range(2):
        at = now - timedelta(minutes=188, seconds=-9 * number)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}.000Z INFO main receipt-reader 1.58.0 started, 4 workers"


def _metrics(session, now, rng):
    def queue(at):
        minute = _minute(at, now)
        waiting, oldest = _waiting(minute) if minute >= DAY_BEGINS else (rng.randint(1, 60), rng.randint(4, 70))
        sent = 5 * _arrivals(minute) * rng.uniform(0.96, 1.04)
        read = min(sent, 10 * EACH) if minute >= SUSPENDED else sent
        return measured.queue(sent, read, waiting, 8, ALARMED.get(minute, oldest))

    def insights(at):
        tasks = _tasks(_minute(at, now))
        return {"RunningTaskCount": tasks, "DesiredTaskCount": tasks, "PendingTaskCount": 0}

    def service(at):
        minute = _minute(at, now)
        share = min(1.0, _arrivals(minute) / (EACH * _tasks(minute)))
        return {"CPUUtilization": 97 * share * rng.uniform(0.97, 1.02), "MemoryUtilization": rng.uniform(38, 41)}

    moments = list(minutes(now, -8 * 24 * 60, -4, 5))
    measured.publish(session, "AWS/SQS", {"QueueName": "receipt-jobs"}, moments, queue)
    measured.publish(session, "ECS/ContainerInsights", SERVICE, moments, insights)
    measured.publish(session, "AWS/ECS", SERVICE, moments, service)
    per_task = [
        (at, TRACKED.get(_minute(at, now), _waiting(_minute(at, now))[0] / 2)) for at in minutes(now, -240, -2)
    ]
    put_metric(session, "Expenses/Workers", "BacklogPerTask", {"Service": "receipt-reader"}, per_task)
    database = {"DBInstanceIdentifier": "expenses-db"}
    put_metrics(
        session, "AWS/RDS", database, moments[::3], lambda at: measured.database(rng, measured.busy(at, rng), 40)
    )


def _alarms(session):
    put_alarm(
        session,
        "receipt-jobs-age",
        AlarmDescription="Receipts wait more than half an hour. Team expenses.",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "receipt-jobs"},
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=1800,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "TargetTracking-service/expenses/receipt-reader-AlarmHigh-6f2bd1c0-77a3-4e19-9d85-c40e1b2fa963",
        AlarmDescription="DO NOT EDIT OR DELETE. For TargetTrackingScaling policy receipt-reader-backlog.",
        Namespace="Expenses/Workers",
        MetricName="BacklogPerTask",
        Dimensions={"Service": "receipt-reader"},
        Statistic="Average",
        EvaluationPeriods=3,
        Threshold=100,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "expenses-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "expenses-db"},
        Statistic="Average",
        Period=300,
        Threshold=85,
    )
    set_healthy(session, "expenses-db-cpu")
