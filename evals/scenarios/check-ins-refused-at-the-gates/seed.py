"""A table with room, and an index without."""

import json

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metric, set_healthy, within

TABLE, INDEX, SERVICE = "club-visits", "by-club", "gate-api"
RUSH, THROTTLED, CREATED = -60, -51, -571
"""Minutes, relative to now: the clubs fill, the index is out of burst, the index was made."""

INDEX_UNITS, TABLE_UNITS = 40, 600
ALARMED = {-51: 41, -50: 96, -49: 618, -48: 1492, -47: 2311}
"""Throttled writes of the first minutes."""


def seed(session, now, rng):
    """Make the account's state."""
    session.client("dynamodb").create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "visit_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "visit_id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 300, "WriteCapacityUnits": TABLE_UNITS},
    )
    tasks = [f"api/{SERVICE}/{measured.task_id(f'{SERVICE} {number}')}" for number in range(6)]
    put_lines(session, f"/ecs/{SERVICE}", _gates(now, rng), tasks)
    courses = [
        "{at} INFO course {n} booked",
        "{at} INFO course {n} is full",
        "{at} WARN course {n} has no trainer",
    ]
    measured.make_bystanding_service(session, now, rng, "clubs", "course-plan", courses, per_hour=30)
    make_bystander(session, now, rng, "visit-digest", ["[INFO] {n} visits counted"], per_hour=4)
    make_bystander(
        session, now, rng, "locker-codes", ["[INFO] locker {n} opened", "[WARNING] locker {n} is stuck"]
    )
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _wanted(minute, rng):
    """Check-ins of a minute."""
    if minute >= RUSH:
        share = min(1.0, (minute - RUSH) / 16)
        return round(60 * (26 + 104 * share) * rng.uniform(0.98, 1.02))
    evening = -25 * 60 <= minute < -21 * 60
    return round(60 * (122 if evening else 19) * rng.uniform(0.9, 1.08))


def _refused(minute, wanted, rng):
    """Check-ins of a minute that end without a stored visit; the SDK has tried them more than once."""
    if minute < THROTTLED:
        return 0
    return ALARMED.get(minute, 0) // 2 or max(0, wanted - 60 * INDEX_UNITS + rng.randint(-40, 90))


def _gates(now, rng):
    def told(at, level, **more):
        return at, json.dumps({"ts": at.isoformat(timespec="milliseconds"), "level": level, **more})

    for minute in minutes(now, -14 * 60, 0):
        ago = _minute(minute, now)
        wanted = _wanted(ago, rng)
        refused = _refused(ago, wanted, rng)
        for _ in range(6):
            share = {"ok": (wanted - refused) // 36, "refused": refused // 36}
            yield told(within(minute, rng), "info", msg="check-ins of 10 s", **share)
        for _ in range(min(12, refused // 30)):
            club = rng.randint(1, 180)
            failed = {"err": "ProvisionedThroughputExceededException", "op": "PutItem", "table": TABLE, "tries": 4}
            yield told(within(minute, rng), "error", msg="visit not stored", club=club, **failed)
        if rng.random() < 0.1:
            yield told(within(minute, rng), "warn", msg="card unknown", club=rng.randint(1, 180))


def _metrics(session, now, rng):
    moments = measured.moments(now)
    wanted = {at: _wanted(_minute(at, now), rng) for at in moments}
    dropped = {at: _refused(_minute(at, now), wanted[at], rng) for at in moments}
    attempts = {at: ALARMED.get(_minute(at, now), round(dropped[at] * 3.6)) for at in moments}

    def table(at):
        found = {
            "ConsumedWriteCapacityUnits": wanted[at] - dropped[at],
            "ProvisionedWriteCapacityUnits": TABLE_UNITS,
        }
        return found | {
            "ConsumedReadCapacityUnits": rng.randint(2_000, 4_000),
            "ProvisionedReadCapacityUnits": 300,
        }

    def index(at):
        if _minute(at, now) < CREATED:
            return {}
        found = {
            "ConsumedWriteCapacityUnits": wanted[at] - dropped[at],
            "ProvisionedWriteCapacityUnits": INDEX_UNITS,
        }
        return found | ({"WriteThrottleEvents": attempts[at]} if attempts[at] else {})

    measured.publish(session, "AWS/DynamoDB", {"TableName": TABLE}, moments, table)
    both = {"TableName": TABLE, "GlobalSecondaryIndexName": INDEX}
    measured.publish(session, "AWS/DynamoDB", both, moments, index)
    puts = {"TableName": TABLE, "Operation": "PutItem"}
    throttled = [(at, attempts[at]) for at in moments if attempts[at]]
    put_metric(session, "AWS/DynamoDB", "ThrottledRequests", puts, throttled, "Count")
    latency = [(at, rng.uniform(3.1, 5.2)) for at in moments]
    put_metric(session, "AWS/DynamoDB", "SuccessfulRequestLatency", puts, latency, "Milliseconds")
    service = {"ClusterName": "clubs", "ServiceName": SERVICE}

    def used(at):
        return measured.service(rng, 0.3 + wanted[at] / 14_000, 44, 52)

    measured.publish(session, "AWS/ECS", service, moments[::2], used)


def _alarms(session):
    put_alarm(
        session,
        "club-visits-throttled",
        AlarmDescription="Check-ins are throttled by DynamoDB; members stand in front of the turnstiles.",
        Namespace="AWS/DynamoDB",
        MetricName="ThrottledRequests",
        Dimensions={"TableName": TABLE, "Operation": "PutItem"},
        EvaluationPeriods=3,
        Threshold=100,
    )
    put_alarm(
        session,
        "gate-api-cpu",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions={"ClusterName": "clubs", "ServiceName": SERVICE},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=2,
        Threshold=85,
    )
    set_healthy(session, "gate-api-cpu")
