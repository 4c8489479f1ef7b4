"""An on-demand table that throttles."""

import json

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, set_healthy, within

BEGAN = -21
"""Minutes, relative to now: one tenant sends thirty times as much."""

THROTTLED = {-21: 141, -20: 612, -19: 388, -18: 871, -17: 934, -16: 907}
TENANT = "acme-t4471"
OTHERS = ("nordhof-t1120", "brisk-t2091", "calla-t3385", "delft-t4102", "evora-t5518", "fenwick-t6007")
REFUSED = (
    "operation error DynamoDB: PutItem, exceeded maximum number of attempts, 4, https response error StatusCode: "
    "400, RequestID: {id}, ThrottlingException: Throughput exceeds the current capacity of your table or index. "
    "DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, "
    "check if you have a hot key, reason: TableWriteKeyRangeThroughputExceeded"
)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def seed(session, now, rng):
    """Make the account's state."""
    session.client("dynamodb").create_table(
        TableName="device-events",
        AttributeDefinitions=[
            {"AttributeName": "tenant_day", "AttributeType": "S"},
            {"AttributeName": "at_device", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "tenant_day", "KeyType": "HASH"},
            {"AttributeName": "at_device", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    streams = [f"ecs/ingest-api/{measured.task_id(f'ingest {number}')}" for number in range(4)]
    put_lines(session, "/ecs/ingest-api", _ingest(now, rng), streams)
    shadow = ["{at} INFO shadow {n} updated", "{at} INFO shadow {n} read", "{at} WARN shadow {n} has a conflict"]
    measured.make_bystanding_service(session, now, rng, "fleet", "device-shadow", shadow, per_hour=45)
    console = ["{at} GET /devices 200", "{at} GET /devices/{n} 200", "{at} POST /login 401"]
    measured.make_bystanding_service(session, now, rng, "fleet", "fleet-console", console, per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _zap(at, level, message, **more):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return at, json.dumps({"level": level, "ts": stamp, "caller": "ingest/store.go:88", "msg": message, **more})


def _ingest(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        since = _minute(minute, now) - BEGAN
        for _ in range(rng.randint(4, 7)):
            tenant = rng.choice((*OTHERS, TENANT))
            stored = {"tenant": tenant, "events": rng.randint(20, 480), "ms": rng.randint(4, 31)}
            yield _zap(within(minute, rng), "info", "batch stored", **stored)
        for _ in range(rng.randint(2, 4) if since >= 0 else 0):
            stored = {"tenant": TENANT, "events": 500, "ms": rng.randint(900, 4_100), "backfill": 1}
            yield _zap(within(minute, rng), "info", "batch stored", **stored)
        for _ in range(rng.randint(5, 9) if since >= 0 else 0):
            told = REFUSED.replace("{id}", "".join(rng.choices(ALPHABET, k=52)))
            tenant = TENANT if rng.random() < 0.97 else rng.choice(OTHERS)
            stored = {"tenant": tenant, "events": 500, "status": 503}
            yield _zap(within(minute, rng), "error", "batch refused", **stored, error=told)
        if rng.random() < 0.14:
            told = {"tenant": rng.choice(OTHERS), "skew_s": rng.randint(70, 900)}
            yield _zap(within(minute, rng), "warn", "clock of gateway is off", **told)


def _metrics(session, now, rng):
    def table(at):
        minute = _minute(at, now)
        usual = 9_400 * measured.busy(at, rng)
        found = {
            "ConsumedWriteCapacityUnits": usual + (rng.uniform(57_000, 59_900) if minute >= BEGAN else 0),
            "ConsumedReadCapacityUnits": 2_100 * measured.busy(at, rng),
            "AccountProvisionedWriteCapacityUtilization": 0,
        }
        if minute >= BEGAN:
            refused = THROTTLED.get(minute) or rng.randint(860, 980)
            found |= {"WriteThrottleEvents": refused, "WriteKeyRangeThroughputThrottleEvents": refused}
        return found

    moments = measured.moments(now)
    units = dict.fromkeys(("WriteThrottleEvents", "WriteKeyRangeThroughputThrottleEvents"), "Count")
    units |= dict.fromkeys(("ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits"), "Count")
    put_metrics(session, "AWS/DynamoDB", {"TableName": "device-events"}, moments, table, units)
    put = {"TableName": "device-events", "Operation": "PutItem"}
    units = {"SuccessfulRequestLatency": "Milliseconds", "ThrottledRequests": "Count"}
    latency = lambda _: {"SuccessfulRequestLatency": rng.uniform(3.1, 5.2)}  # noqa: E731 - used once
    put_metrics(session, "AWS/DynamoDB", put, moments[::3], latency, units)
    refused = lambda at: {"ThrottledRequests": 4 * (THROTTLED.get(_minute(at, now)) or 900)}  # noqa: E731
    put_metrics(session, "AWS/DynamoDB", put, minutes(now, BEGAN, -2), refused, units)

    def balanced(at):
        more = 1.0 if _minute(at, now) < BEGAN else 1.45
        found = measured.balancer(rng, 640 * measured.busy(at, rng) * more, 0.03 * more**4)
        return found | {"HTTPCode_Target_5XX_Count": rng.randint(150, 210) if more > 1 else rng.choice([0, 0, 1])}

    balancer = {"LoadBalancer": "app/fleet-ingest/8c1e3a5f7b9d2046"}
    measured.publish(session, "AWS/ApplicationELB", balancer, moments[::2], balanced)
    cpu = lambda at: measured.service(rng, measured.busy(at, rng), 33, 45)  # noqa: E731 - used once
    api = {"ClusterName": "fleet", "ServiceName": "ingest-api"}
    measured.publish(session, "AWS/ECS", api, moments[::4], cpu)


def _alarms(session):
    put_alarm(
        session,
        "device-events-throttled",
        AlarmDescription="Writes to device-events are throttled.",
        Namespace="AWS/DynamoDB",
        MetricName="WriteThrottleEvents",
        Dimensions={"TableName": "device-events"},
        EvaluationPeriods=5,
        DatapointsToAlarm=4,
        Threshold=400,
    )
    put_alarm(
        session,
        "device-events-system-errors",
        Namespace="AWS/DynamoDB",
        MetricName="SystemErrors",
        Dimensions={"TableName": "device-events", "Operation": "PutItem"},
        Threshold=5,
    )
    set_healthy(session, "device-events-system-errors")
