"""A table that two want to write to at the same hour."""

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
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

BEGINS = -21
"""When the batch writes, in minutes from now; on the days before, twelve hours earlier."""

NIGHTLY = tuple(-(day * 24 + 12) * 60 - 21 for day in (1, 2, 3))
LASTS = 95
THROTTLED = {-18: 4210, -13: 5037}
"""Throttled writes of the five minutes from there, as the alarm has them after the first three."""

TABLE, QUEUE, PROVISIONED = "points-balances", "points-earned", 600
REFUSED = (
    "[ERROR] ProvisionedThroughputExceededException: An error occurred (ProvisionedThroughputExceededException) "
    "when calling the UpdateItem operation (reached max retries: 4): The level of configured provisioned "
    "throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
)


def seed(session, now, rng):
    """Make the account's state."""
    session.client("dynamodb").create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "member_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "member_id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 400, "WriteCapacityUnits": PROVISIONED},
    )
    session.client("sqs").create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": "180"})
    role = make_role(session, "points-writer-role", "lambda.amazonaws.com", ["dynamodb:*", "sqs:*", "logs:*"])
    make_function(session, "points-writer", role, Environment={"Variables": {"TABLE": TABLE}})
    _writer(session, now, rng)
    put_lines(session, "/ecs/tier-recalc", _batch(now, rng), ["job/tier-recalc/5b0e7c1d93a84f26b7c81e2d5f60a493"])
    mails = ["[INFO] mail {n} queued", "[INFO] template {n} rendered", "[WARN] mail {n} bounced"]
    make_bystander(session, now, rng, "member-mail", mails, per_hour=25)
    make_bystander(session, now, rng, "partner-feed-sync", ["[INFO] {n} partner rows merged"])
    tills = ["{at} INFO till {n} synchronised", "{at} INFO receipt {n} stored"]
    measured.make_bystanding_service(session, now, rng, "loyalty", "store-till", tills, per_hour=30)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _batching(minute):
    return any(start <= minute < start + LASTS for start in (BEGINS, *NIGHTLY))


def _busy(minute):
    """Share of the day's best hour: it is now, and quiet was twelve hours ago."""
    hour = abs((minute / 60 + 12) % 24 - 12)
    return 1.0 - 0.72 * hour / 12


def _writer(session, now, rng):
    lines = []
    for minute in minutes(now, -26 * 60, -1):
        relative = _minute(minute, now)
        for _ in range(max(1, round(5 * _busy(relative) * rng.uniform(0.6, 1.3)))):
            at = within(minute, rng, 55.0)
            said = [f"[INFO] {rng.randint(4, 10)} purchases read from {QUEUE}"]
            took = rng.uniform(60, 160)
            if relative >= BEGINS and rng.random() < 0.45:
                said.append(REFUSED)
                took = rng.uniform(1_900, 3_800)
            elif rng.random() < 0.04:
                said.append("[WARN] member without tier, taken as basic")
            lines += invocation(at, rng, said, duration_ms=took)
    put_function_lines(session, "points-writer", lines)


def _batch(now, rng):
    for start in (BEGINS, *NIGHTLY):
        at = now + timedelta(minutes=start, seconds=-19)
        yield at, f"{at:%Y-%m-%d %H:%M:%S},204 INFO tier-recalc 3.1.0 starts: 2450000 members, 8 workers"
        written = 0
        for minute in minutes(now, start, min(0, start + LASTS)):
            at = within(minute, rng, 50.0)
            written += rng.randint(22_000, 29_000)
            slow = f", {rng.randint(900, 2_400)} unprocessed items sent again" if start == BEGINS else ""
            told = f"{written} members written to {TABLE} (BatchWriteItem){slow}"
            yield at, f"{at:%Y-%m-%d %H:%M:%S},{rng.randint(100, 999)} INFO {told}"


def _throttled(minute, rng):
    if minute < BEGINS:
        return 0
    if minute < -18:
        return 950
    for start, total in THROTTLED.items():
        if start <= minute < start + 5:
            return total // 5 + (total % 5 if minute == start else 0)
    return rng.randint(880, 1_010)


def _metrics(session, now, rng):
    moments = measured.moments(now, 4)
    throttled = {at: _throttled(_minute(at, now), rng) for at in moments}

    def table(at):
        minute = _minute(at, now)
        own = 19_500 * _busy(minute) * rng.uniform(0.95, 1.05)
        wanted = own + (25_500 if _batching(minute) else 0) * rng.uniform(0.97, 1.02)
        found = {
            "ConsumedWriteCapacityUnits": min(wanted, PROVISIONED * 60 * rng.uniform(0.994, 1.0)),
            "ConsumedReadCapacityUnits": 9_800 * _busy(minute) * rng.uniform(0.95, 1.05),
        }
        return found | ({"WriteThrottleEvents": throttled[at]} if throttled[at] else {})

    def by_operation(name):
        def at(moment):
            minute, batch = _minute(moment, now), name == "BatchWriteItem"
            if batch and not _batching(minute):
                return {}
            refused = round(throttled[moment] * (0.2 if batch else 0.8))
            quick = rng.uniform(3.4, 4.2) if batch else rng.uniform(2.1, 2.6)
            return {"SuccessfulRequestLatency": quick} | ({"ThrottledRequests": refused} if refused else {})

        return at

    units = dict.fromkeys(
        ("ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits", "WriteThrottleEvents"), "Count"
    )
    put_metrics(session, "AWS/DynamoDB", {"TableName": TABLE}, moments, table, units)
    five = moments[::5]
    provisioned = {"ProvisionedWriteCapacityUnits": PROVISIONED, "ProvisionedReadCapacityUnits": 400}
    put_metrics(session, "AWS/DynamoDB", {"TableName": TABLE}, five, lambda _: provisioned)
    units = {"SuccessfulRequestLatency": "Milliseconds", "ThrottledRequests": "Count"}
    for name in ("UpdateItem", "BatchWriteItem"):
        both = {"TableName": TABLE, "Operation": name}
        put_metrics(session, "AWS/DynamoDB", both, moments, by_operation(name), units)

    def function(at):
        minute = _minute(at, now)
        calls = max(1, round(240 * _busy(minute) * rng.uniform(0.95, 1.05)))
        broken = minute >= BEGINS
        return {
            "Invocations": calls,
            "Errors": round(calls * rng.uniform(0.4, 0.5)) if broken else 0,
            "Throttles": 0,
            "ConcurrentExecutions": 12 if broken else 2,
            "Duration": rng.uniform(1_300, 1_600) if broken else rng.uniform(95, 120),
        }

    def queue(at):
        minute = _minute(at, now)
        late = max(0, minute - BEGINS)
        sent = 1_900 * _busy(minute)
        return measured.queue(sent, sent * (0.55 if late else 1), 850 * late, 60, 45 * late)

    put_function_metrics(session, "points-writer", moments[::2], function)
    measured.publish(session, "AWS/SQS", {"QueueName": QUEUE}, moments[::2], queue)


def _alarms(session):
    put_alarm(
        session,
        "points-balances-write-throttles",
        AlarmDescription="Writes to points-balances are refused: points arrive late.",
        Namespace="AWS/DynamoDB",
        MetricName="WriteThrottleEvents",
        Dimensions={"TableName": TABLE},
        Period=300,
        EvaluationPeriods=3,
        Threshold=500,
    )
    put_alarm(
        session,
        "points-balances-system-errors",
        Namespace="AWS/DynamoDB",
        MetricName="SystemErrors",
        Dimensions={"TableName": TABLE},
        Period=300,
        Threshold=5,
    )
    put_alarm(
        session,
        "points-earned-old",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions={"QueueName": QUEUE},
        Statistic="Maximum",
        Period=300,
        Threshold=3_600,
    )
    for name in ("points-balances-system-errors", "points-earned-old"):
        set_healthy(session, name)
