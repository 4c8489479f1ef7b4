"""Items that have grown, one activity at a time, to the most DynamoDB stores."""

import json
from datetime import timedelta

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
    put_metrics,
    request_id,
    set_healthy,
    within,
)

SINCE = -64
"""Minutes, relative to now: a club's athletes are synchronised."""

FIVE_MINUTES = {-62: 38, -57: 41, -52: 57}
WRITER, AWARD, TABLE = "activity-writer", "badge-award", "athlete-profiles"
REFUSED = (
    "botocore.exceptions.ClientError: An error occurred (ValidationException) when calling the UpdateItem "
    "operation: Item size to update has exceeded the maximum allowed size"
)
FULL = [
    f"ath-{number}" for number in (10477, 11802, 20913, 23355, 30082, 31746, 40219, 44108, 51660, 57034, 60321)
]


def seed(session, now, rng):
    """Make the account's state."""
    queue = _queue(session)
    for name in (WRITER, AWARD):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["dynamodb:*", "sqs:SendMessage"])
        make_function(session, name, role, Environment={"Variables": {"PROFILES": TABLE}}, DeadLetterConfig=queue)
    for table in (TABLE, "club-rankings", "badges"):
        session.client("dynamodb").create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "athlete", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "athlete", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    put_function_lines(session, WRITER, _writer(now, rng))
    put_function_lines(session, AWARD, _award(now, rng))
    make_bystander(session, now, rng, "route-maps", ["[INFO] map {n} drawn", "[WARN] route {n} has a gap"])
    make_bystander(session, now, rng, "club-digest", ["[INFO] digest of {n} clubs mailed"], per_hour=4)
    _metrics(session, now, rng)
    _alarms(session)


def _queue(session):
    made = session.client("sqs").create_queue(QueueName=f"{WRITER}-dlq")["QueueUrl"]
    attributes = session.client("sqs").get_queue_attributes(QueueUrl=made, AttributeNames=["QueueArn"])
    return {"TargetArn": attributes["Attributes"]["QueueArn"]}


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _refused(now, rng):
    """When an update is refused, and whose; three tries each."""
    for hour in range(-6 * 24 - 2, -2):
        if rng.random() < 0.16:
            yield within(now + timedelta(hours=hour), rng, 3_300), rng.choice(FULL[:3])
    for first in range(SINCE, -1, 5):
        for _ in range(FIVE_MINUTES.get(first + 2, rng.randint(36, 55)) // 3):
            yield within(now + timedelta(minutes=first), rng, 150), rng.choice(FULL)


def _writer(now, rng):
    for minute in minutes(now, -11 * 60, 0):
        for _ in range(rng.randint(3, 6)):
            at, athlete = within(minute, rng), f"ath-{rng.randint(10_000, 69_999)}"
            size = min(rng.lognormvariate(9.6, 0.8), 320_000)
            kind = rng.choice(["run", "ride", "swim", "walk"])
            said = [f"[INFO] {kind} of {athlete} appended to recent_activities, {size:.0f} bytes after"]
            if rng.random() < 0.04:
                said.insert(0, f"[WARN] {kind} of {athlete} has no heart rate")
            yield from invocation(at, rng, said, duration_ms=rng.uniform(18, 70))
    for first, athlete in _refused(now, rng):
        for after in (0, rng.uniform(56, 66), rng.uniform(175, 190)):
            at = first + timedelta(seconds=after)
            trace = {
                "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}Z",
                "level": "ERROR",
                "requestId": request_id(rng),
                "athlete": athlete,
                "table": TABLE,
                "update": "SET recent_activities = list_append(recent_activities, :activity)",
                "error": REFUSED,
            }
            if at < now - timedelta(seconds=2):
                yield from invocation(at, rng, [json.dumps(trace)], duration_ms=rng.uniform(30, 90))


def _award(now, rng):
    text = "ConditionalCheckFailedException: The conditional request failed"
    for minute in minutes(now, -20 * 60, 0, 3):
        at = within(minute, rng)
        said = [f"[INFO] badge {rng.randint(1, 90)} awarded to ath-{rng.randint(10_000, 69_999)}"]
        if rng.random() < 0.3:
            said = [f"[WARN] {text}: badge was awarded before"]
        yield from invocation(at, rng, said, duration_ms=rng.uniform(15, 50))


def _metrics(session, now, rng):
    span = measured.moments(now, days=9)
    counts = {}
    for first in range(SINCE + 2, -3, 5):
        total = FIVE_MINUTES.get(first, rng.randint(34, 55))
        for step in range(5):
            counts[first + step] = total // 5 + (1 if step < total % 5 else 0)

    def account(at):
        found = counts.get(_minute(at, now))
        return {"UserErrors": found if found is not None else rng.choice([0, 0, 0, 0, 0, 0, 1])}

    put_metrics(session, "AWS/DynamoDB", {}, span, account, {"UserErrors": "Count"})
    _tables(session, rng, span)
    _functions(session, now, rng, span, counts)


def _tables(session, rng, span):
    def table(share):
        def values(at):
            load = measured.busy(at, rng)
            found = {"ConsumedWriteCapacityUnits": 5_200 * share * load, "WriteThrottleEvents": 0}
            return found | {"ConsumedReadCapacityUnits": 3_100 * share * load, "ReadThrottleEvents": 0}

        return values

    for name, share in ((TABLE, 1.0), ("club-rankings", 0.2), ("badges", 0.1)):
        units = dict.fromkeys(("ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits"), "Count")
        put_metrics(session, "AWS/DynamoDB", {"TableName": name}, span, table(share), units)
    for operation, millis in (("UpdateItem", 5.2), ("GetItem", 2.4)):
        where = {"TableName": TABLE, "Operation": operation}
        latency = {at: {"SuccessfulRequestLatency": millis * rng.uniform(0.9, 1.2)} for at in span}
        put_metrics(
            session, "AWS/DynamoDB", where, span, latency.get, {"SuccessfulRequestLatency": "Milliseconds"}
        )


def _functions(session, now, rng, span, counts):
    def calls(at):
        bad = counts.get(_minute(at, now), 0)
        made = round(210 * measured.busy(at, rng)) + bad
        found = {"Invocations": made, "Errors": bad, "Throttles": 0, "Duration": rng.uniform(30, 41)}
        return found | {"ConcurrentExecutions": rng.randint(2, 6)}

    put_function_metrics(session, WRITER, span, calls)
    usual = {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": 31, "ConcurrentExecutions": 1}
    put_function_metrics(session, AWARD, span[::3], lambda _: usual)

    def letters(at):
        since = max(0, _minute(at, now) - SINCE - 4)
        return measured.queue(3 if since else 0, 0, 24 + 3 * since, 0, 518_400)

    measured.publish(session, "AWS/SQS", {"QueueName": f"{WRITER}-dlq"}, span, letters)


def _alarms(session):
    put_alarm(
        session,
        "dynamodb-user-errors",
        AlarmDescription="Requests that DynamoDB refuses for what they ask (HTTP 400), of all tables.",
        Namespace="AWS/DynamoDB",
        MetricName="UserErrors",
        Period=300,
        EvaluationPeriods=3,
        Threshold=25,
    )
    for name, metric in (("write", "WriteThrottleEvents"), ("read", "ReadThrottleEvents")):
        put_alarm(
            session,
            f"{TABLE}-{name}-throttles",
            Namespace="AWS/DynamoDB",
            MetricName=metric,
            Dimensions={"TableName": TABLE},
            Period=300,
            Threshold=20,
        )
        set_healthy(session, f"{TABLE}-{name}-throttles")
