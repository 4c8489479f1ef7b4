"""A queue that is filled as ever and read by nobody."""

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    set_healthy,
    within,
)

ENDED = -50
"""The minute in which nothing was read any more."""


def seed(session, now, rng):
    """Make the account's state."""
    sqs = session.client("sqs")
    for name in (
        "meter-readings-dlq",
        "meter-readings",
        "billing-export-jobs",
        "readings-v1",
        "tariff-preview-jobs",
    ):
        sqs.create_queue(QueueName=name)
    store = [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "dynamodb:BatchWriteItem",
        "logs:*",
    ]
    role = make_role(session, "meter-readings-store-role", "lambda.amazonaws.com", store)
    make_function(session, "meter-readings-store", role, MemorySize=1024, Timeout=30)
    role = make_role(session, "meter-gateway-role", "lambda.amazonaws.com", ["sqs:SendMessage", "logs:*"])
    make_function(session, "meter-gateway", role)
    put_function_lines(session, "meter-readings-store", _store(now, rng))
    put_function_lines(session, "meter-gateway", _gateway(now, rng))
    _metrics(session, now, rng)
    make_bystander(
        session, now, rng, "billing-export-worker", ["[INFO] {n} bills exported", "[WARN] bill {n} has no address"]
    )
    make_bystander(session, now, rng, "outage-map-sync", ["[INFO] map of {n} streets renewed"], per_hour=12)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _store(now, rng):
    for at in minutes(now, -10 * 60, ENDED):
        for _ in range(rng.randint(2, 4)):
            said = [f"[INFO]\tstored {rng.randint(55, 85)} readings of district {rng.randint(11, 64)}"]
            if rng.random() < 0.08:
                said.insert(
                    0,
                    f"[WARNING]\tmeter {rng.randint(10**6, 10**7)} sent its reading twice, the later one is kept",
                )
            yield from invocation(
                within(at, rng), rng, said, duration_ms=rng.uniform(90, 340), memory_mib=1024, used_mib=143
            )


def _gateway(now, rng):
    for at in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(2, 3)):
            said = [f"[INFO]\t{rng.randint(40, 90)} readings accepted from concentrator {rng.randint(100, 480)}"]
            if rng.random() < 0.06:
                said.append(
                    f"[WARNING]\tconcentrator {rng.randint(100, 480)} clock is off by {rng.randint(3, 40)} s"
                )
            yield from invocation(within(at, rng), rng, said, duration_ms=rng.uniform(30, 95))


def _metrics(session, now, rng):
    def queue(at):
        minute, sent = _minute(at, now), 208 * rng.uniform(0.94, 1.06)
        if minute < ENDED:
            return measured.queue(sent, sent, rng.randint(0, 14), rng.randint(2, 20), rng.randint(0, 3))
        waited = minute - ENDED
        return measured.queue(sent, 0, 208 * waited, 0, max(0, 60 * waited - 7))

    def dead(_):
        return measured.queue(0, 0, 4, 0, 4 * 24 * 3_600)

    def store(at):
        calls = rng.randint(2, 4)
        if _minute(at, now) >= ENDED:
            return {}
        return {
            "Invocations": calls,
            "Errors": 0,
            "Throttles": 0,
            "ConcurrentExecutions": 1,
            "Duration": rng.uniform(150, 210),
        }

    def gateway(at):
        del at
        return {"Invocations": rng.randint(3, 5), "Errors": 0, "Throttles": 0, "Duration": rng.uniform(45, 70)}

    moments = measured.moments(now, 2)
    measured.publish(session, "AWS/SQS", {"QueueName": "meter-readings"}, moments, queue)
    measured.publish(session, "AWS/SQS", {"QueueName": "meter-readings-dlq"}, moments[::5], dead)
    put_function_metrics(session, "meter-readings-store", moments, store)
    put_function_metrics(session, "meter-gateway", moments, gateway)


def _alarms(session):
    put_alarm(
        session,
        "meter-readings-age",
        AlarmDescription="Readings wait longer than half an hour.",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": "meter-readings"},
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=1_800,
        ComparisonOperator="GreaterThanThreshold",
    )
    for name in ("meter-readings-store", "meter-gateway"):
        put_alarm(
            session,
            f"{name}-errors",
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions={"FunctionName": name},
            Period=300,
            Threshold=5,
        )
        set_healthy(session, f"{name}-errors")
