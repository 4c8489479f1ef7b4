"""DynamoDB answers a third of all requests with an error of its own."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    of_day,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

API = "c9p4w2e6tz"
BEGAN = -36
"""Minute, relative to now, of the first errors."""

ALARMED = {-35: 71, -34: 88, -33: 93}
"""5xx answers of the API in the minutes its alarm names."""

SAID = "(InternalServerError) when calling the {call} operation (reached max retries: 4): Internal server error"


def seed(session, now, rng):
    """Make the account's state."""
    for table, key in (("charge-sessions", "session"), ("tariff-zones", "zone")):
        session.client("dynamodb").create_table(
            TableName=table,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    role = make_role(session, "session-start-role", "lambda.amazonaws.com", ["dynamodb:*Item", "sqs:SendMessage"])
    make_function(session, "session-start", role, Timeout=20)
    put_function_lines(session, "session-start", _sessions(now, rng))
    put_lines(session, "/ecs/tariff-sync", _tariffs(now, rng), ["job/tariff-sync/1a", "job/tariff-sync/2b"])
    receipts = [
        "{at} INFO receipt {n} stored in s3",
        "{at} INFO receipt {n} mailed",
        "{at} WARN receipt {n}: no mail",
    ]
    measured.make_bystanding_service(session, now, rng, "charging", "receipt-writer", receipts, per_hour=40)
    make_bystander(session, now, rng, "post-heartbeat", ["post {n} alive", "WARN post {n} silent"], per_hour=60)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _share(minute):
    """How many of the requests end in an error of DynamoDB, retries included."""
    if minute < BEGAN:
        return 0.0
    return 0.18 if minute < BEGAN + 1 else 0.31


def _sessions(now, rng):
    for minute in minutes(now, -13 * 60, 0):
        for _ in range(rng.randint(2, 5)):
            at, post = within(minute, rng), f"P-{rng.randint(1_000, 7_999)}"
            said = [json.dumps({"level": "INFO", "msg": "start asked", "post": post, "id": "{id}"})]
            if rng.random() < _share(_minute(at, now)):
                told = SAID.replace("{call}", rng.choice(["PutItem", "PutItem", "GetItem"]))
                said.append(
                    f"[ERROR] InternalServerError: An error occurred {told}\nTraceback (most recent call last):\n"
                    '  File "/var/task/app.py", line 54, in handler\n    sessions.begin(post, card)\n'
                    '  File "/var/task/sessions.py", line 31, in begin\n    table.put_item(Item=item)'
                )
                yield from invocation(at, rng, said, duration_ms=rng.uniform(3_100, 6_800))
                continue
            retried = _minute(at, now) >= BEGAN and rng.random() < 0.5
            if retried:
                said.append(
                    json.dumps({"level": "WARN", "msg": "dynamodb answered 500, trying again", "post": post})
                )
            said.append(json.dumps({"level": "INFO", "msg": "session begun", "post": post}))
            if rng.random() < 0.02:
                said.append(json.dumps({"level": "WARN", "msg": "card without contract", "post": post}))
            took = rng.uniform(700, 2_400) if retried else rng.uniform(35, 95)
            yield from invocation(at, rng, said, duration_ms=took)


def _tariffs(now, rng):
    for minute in minutes(now, -11 * 60, 0, 2):
        at, zone = within(minute, rng), f"Z{rng.randint(100, 480)}"
        stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
        if rng.random() < _share(_minute(at, now)) * 1.2:
            told = SAID.replace("{call}", "BatchWriteItem")
            yield at, f"{stamp} ERROR zone {zone} not written to tariff-zones: An error occurred {told}"
            yield at, f"{stamp} WARN  zone {zone} is tried again in 2 minutes"
        else:
            yield at, f"{stamp} INFO  zone {zone} written, {rng.randint(3, 40)} tariffs"
    at = now - timedelta(days=9, hours=4)
    yield at, f"{at:%Y-%m-%dT%H:%M:%S}.000Z INFO  tariff-sync 1.30.2 started"


def _metrics(session, now, rng):
    def calls(at):
        return of_day(at, 120, 300) * rng.uniform(0.94, 1.06)

    def api(at):
        minute = round(_minute(at, now))
        count = max(240, round(calls(at))) if minute in ALARMED else round(calls(at))
        return {
            "Count": count,
            "5xx": ALARMED.get(minute, round(count * _share(minute))),
            "4xx": rng.randint(0, 4),
            "Latency": rng.uniform(1_700, 2_300) if minute >= BEGAN else rng.uniform(70, 90),
        }

    def function(at):
        minute = round(_minute(at, now))
        count = max(240, round(calls(at))) if minute in ALARMED else round(calls(at))
        return {
            "Invocations": count,
            "Errors": ALARMED.get(minute, round(count * _share(minute))),
            "Throttles": 0,
            "Duration": rng.uniform(1_600, 2_200) if minute >= BEGAN else rng.uniform(52, 66),
            "ConcurrentExecutions": rng.randint(9, 14) if minute >= BEGAN else rng.randint(1, 3),
        }

    def latency(at):
        return rng.uniform(38, 71) if _minute(at, now) >= BEGAN else rng.uniform(2.6, 3.9)

    moments = measured.moments(now)
    put_metrics(session, "AWS/ApiGateway", {"ApiId": API}, moments, api, {"Count": "Count", "5xx": "Count"})
    put_function_metrics(session, "session-start", moments, function)
    failing = list(minutes(now, BEGAN, -2))
    for table, call, often in (
        ("charge-sessions", "PutItem", 410),
        ("charge-sessions", "GetItem", 190),
        ("tariff-zones", "BatchWriteItem", 22),
    ):
        dimensions = {"TableName": table, "Operation": call}
        put_metrics(
            session,
            "AWS/DynamoDB",
            dimensions,
            failing,
            lambda _, often=often: {"SystemErrors": round(often * rng.uniform(0.8, 1.2))},
            {"SystemErrors": "Count"},
        )
        put_metrics(
            session,
            "AWS/DynamoDB",
            dimensions,
            moments,
            lambda at: {"SuccessfulRequestLatency": latency(at)},
            {"SuccessfulRequestLatency": "Milliseconds"},
        )
    for table in ("charge-sessions", "tariff-zones"):
        put_metrics(
            session,
            "AWS/DynamoDB",
            {"TableName": table},
            moments,
            lambda at: {
                "ConsumedWriteCapacityUnits": round(calls(at) * (1 - _share(_minute(at, now)))),
                "WriteThrottleEvents": 0,
            },
        )


def _alarms(session):
    put_alarm(
        session,
        "charge-api-5xx",
        Namespace="AWS/ApiGateway",
        MetricName="5xx",
        Dimensions={"ApiId": API},
        EvaluationPeriods=3,
        Threshold=15,
    )
    put_alarm(
        session,
        "session-start-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "session-start"},
        EvaluationPeriods=3,
        Threshold=15,
    )
    put_alarm(
        session,
        "receipt-writer-memory",
        Namespace="AWS/ECS",
        MetricName="MemoryUtilization",
        Dimensions={"ClusterName": "charging", "ServiceName": "receipt-writer"},
        Statistic="Average",
        Period=300,
        Threshold=90,
    )
    set_healthy(session, "receipt-writer-memory")
    session.client("cloudwatch").put_composite_alarm(
        AlarmName="charging-degraded",
        AlarmRule="ALARM(charge-api-5xx) AND ALARM(session-start-errors)",
        AlarmDescription="Drivers cannot start to charge. Page charging on-call.",
    )
