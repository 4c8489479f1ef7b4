"""A sale that opens, and a table that grows a little later."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metrics, set_healthy, within

OPENED = timedelta(minutes=30, seconds=58)
GROWN = -26
"""When the sale opened, before now; the first minute without throttling."""

THROTTLED = {-31: 21_840, -30: 33_910, -29: 27_225, -28: 14_902, -27: 3_118}
REFUSED = {-31: 1_930, -30: 3_104, -29: 2_611, -28: 1_480, -27: 355}
EXCEEDS = (
    "ThrottlingException: Throughput exceeds the current capacity of your table or index. "
    "DynamoDB is automatically scaling your table or index so please try again shortly. "
    "If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
)


def seed(session, now, rng):
    """Make the account's state."""
    session.client("dynamodb").create_table(
        TableName="ticket-orders",
        KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    streams = [f"ecs/order-intake/{measured.task_id(f'order-intake {number}')}" for number in range(24)]
    put_lines(session, "/ecs/order-intake", _orders(now, rng), streams)
    put_lines(session, "/ecs/sale-clock", _sales(now, rng), ["ecs/sale-clock/main"])
    maps = [
        "{at} INFO seat map {n} drawn",
        "{at} INFO seat {n} held",
        "{at} WARN seat {n} held twice, second let go",
    ]
    measured.make_bystanding_service(session, now, rng, "box-office", "seat-maps", maps, per_hour=40)
    mails = ["[INFO] receipt {n} sent", "[WARNING] receipt {n} bounced"]
    make_bystander(session, now, rng, "receipt-mailer", mails, per_hour=14)
    make_bystander(session, now, rng, "scalper-guard", ["[INFO] address {n} is fine"], per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _demand(minute, at, rng):
    """Writes wanted in a minute: six times as many since the sale, fewer and fewer."""
    usual = 62_000 * measured.busy(at, rng)
    if minute < -31:
        return usual
    return usual + max(0.0, 402_000 - 9_500 * (minute + 31)) * rng.uniform(0.97, 1.03)


def _said(at, level, message, **more):
    written = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return at, json.dumps({"ts": written, "level": level, "logger": "intake", "message": message, **more})


def _orders(now, rng):
    for start in minutes(now, -6 * 60, 0):
        minute = _minute(start, now)
        for _ in range(rng.randint(24, 34) if minute >= -31 else rng.randint(4, 7)):
            at, order = within(start, rng), f"T{rng.getrandbits(40):010x}"
            refused = at >= now - OPENED and rng.random() < REFUSED.get(minute, 0) / 6_000
            if refused:
                more = {"table": "ticket-orders", "attempts": 5, "error": EXCEEDS}
                yield _said(at, "ERROR", "PutItem gave up", order=order, **more)
                yield _said(at, "WARN", "order refused", order=order, status=503)
            else:
                yield _said(at, "INFO", "order taken", order=order, seats=rng.randint(1, 6), ms=rng.randint(7, 40))


def _sales(now, rng):
    for start in minutes(now, -20 * 60, 0, 10):
        yield _said(within(start, rng), "INFO", "no sale is due", checked=rng.randint(80, 120))
    for hours, sale in ((17, "kvarteret-quartet"), (6, "little-theatre-autumn")):
        yield _said(now - timedelta(hours=hours), "INFO", "sale opened", sale=sale, seats=rng.randint(300, 900))
    yield _said(now - OPENED, "INFO", "sale opened", sale="nordlys-arena-2", seats=38_400)


def _metrics(session, now, rng):
    moments = measured.moments(now)

    def table(at):
        minute = _minute(at, now)
        throttled = THROTTLED.get(minute, 0)
        taken = _demand(minute, at, rng)
        found = {
            "ConsumedWriteCapacityUnits": min(taken, 240_000 + 45_000 * max(0, minute + 30)),
            "ConsumedReadCapacityUnits": taken * 0.6,
        }
        return found | ({"WriteThrottleEvents": throttled} if throttled else {})

    units = dict.fromkeys(
        ("ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits", "WriteThrottleEvents"), "Count"
    )
    put_metrics(session, "AWS/DynamoDB", {"TableName": "ticket-orders"}, moments, table, units)

    def puts(at):
        throttled = THROTTLED.get(_minute(at, now), 0)
        return {"SuccessfulRequestLatency": rng.uniform(3.6, 5.2)} | (
            {"ThrottledRequests": throttled} if throttled else {}
        )

    both = {"TableName": "ticket-orders", "Operation": "PutItem"}
    kinds = {"SuccessfulRequestLatency": "Milliseconds", "ThrottledRequests": "Count"}
    put_metrics(session, "AWS/DynamoDB", both, moments, puts, kinds)

    def intake(at):
        minute = _minute(at, now)
        refused = REFUSED.get(minute, 0)
        return {"OrdersTaken": round(_demand(minute, at, rng) / 55) - refused, "OrdersRefused": refused}

    put_metrics(
        session,
        "BoxOffice",
        {"Service": "order-intake"},
        moments,
        intake,
        dict.fromkeys(("OrdersTaken", "OrdersRefused"), "Count"),
    )
    whose = {"ClusterName": "box-office", "ServiceName": "order-intake"}
    measured.publish(
        session,
        "AWS/ECS",
        whose,
        moments[::3],
        lambda at: measured.service(rng, 1.3 if _minute(at, now) >= -31 else measured.busy(at, rng) * 0.6, 35, 34),
    )


def _alarms(session):
    for name, metric, namespace, dimensions, threshold in (
        (
            "ticket-orders-write-throttles",
            "WriteThrottleEvents",
            "AWS/DynamoDB",
            {"TableName": "ticket-orders"},
            1_000,
        ),
        ("orders-refused", "OrdersRefused", "BoxOffice", {"Service": "order-intake"}, 50_000),
    ):
        put_alarm(
            session,
            name,
            AlarmDescription="Writes to ticket-orders are throttled."
            if threshold == 1_000
            else "Many orders refused.",
            Namespace=namespace,
            MetricName=metric,
            Dimensions=dimensions,
            EvaluationPeriods=2,
            Threshold=threshold,
        )
    set_healthy(session, "orders-refused")
