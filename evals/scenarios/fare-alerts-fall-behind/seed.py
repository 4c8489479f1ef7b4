"""Millions of items imported on one day expire on one day, and the stream carries every deletion."""

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
    put_metrics,
    set_healthy,
    within,
)

EXPIRED = -68
"""Minute, relative to now, in which the time to live begins to delete."""

ALARMED = {-43: 623_418, -42: 648_902, -41: 674_377}
"""IteratorAge in the minutes the alarm names, in milliseconds."""

DELETED = 41_700
READ = 24_000
"""Records a minute: deleted, and read at best."""

TABLE = "fare-watches"


def seed(session, now, rng):
    """Make the account's state."""
    stream = _table(session)
    allowed = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "ses:SendEmail"]
    role = make_role(session, "watch-notifier-role", "lambda.amazonaws.com", allowed)
    make_function(session, "watch-notifier", role, Timeout=120)
    session.client("lambda").create_event_source_mapping(
        FunctionName="watch-notifier", EventSourceArn=stream, BatchSize=500, StartingPosition="LATEST"
    )
    put_function_lines(session, "watch-notifier", _batches(now, rng))
    make_bystander(session, now, rng, "fare-board", ["route {n} shown", "WARN route {n} has no fare"], per_hour=60)
    make_bystander(session, now, rng, "seat-hints", ["hint for flight {n} written"], per_hour=15)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _table(session):
    dynamodb = session.client("dynamodb")
    made = dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "watch", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "watch", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    dynamodb.update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiresAt"}
    )
    return made["TableDescription"]["LatestStreamArn"]


def _batches(now, rng):
    """One line for each batch the function reads, and what it sends."""
    for minute in minutes(now, -13 * 60, 0):
        flooded = _minute(minute, now) >= EXPIRED
        for _ in range(rng.randint(3, 5)):
            at = within(minute, rng)
            inserted, modified = rng.randint(0, 4), rng.randint(1, 9)
            removed = rng.randint(470, 496) if flooded else rng.randint(0, 3)
            age = max(0.0, (_minute(minute, now) - EXPIRED) * (1 - READ / DELETED) * 60) if flooded else 0.4
            took = rng.uniform(8_900, 11_400) if flooded else rng.uniform(180, 420)
            told = {
                "msg": "batch read",
                "records": inserted + modified + removed,
                "INSERT": inserted,
                "MODIFY": modified,
                "REMOVE": removed,
                "removedByTtl": removed,
                "oldestSeconds": round(age, 1),
                "ms": round(took),
            }
            said = [json.dumps(told), json.dumps({"msg": "travellers told", "mails": modified // 2})]
            if flooded and rng.random() < 0.15:
                expired = {
                    "msg": "watch ended",
                    "watch": f"tripnest-{rng.randint(100_000, 6_200_000)}",
                    "by": "dynamodb.amazonaws.com",
                    "expiresAt": int((now + timedelta(minutes=EXPIRED)).timestamp()),
                }
                said.insert(1, json.dumps(expired))
            if rng.random() < 0.02:
                said.append(
                    json.dumps({"msg": "no fare for route", "level": "WARN", "route": rng.randint(10, 999)})
                )
            yield from invocation(at, rng, said, duration_ms=took, used_mib=132)


def _metrics(session, now, rng):
    def age(at):
        minute = round(_minute(at, now))
        if minute in ALARMED:
            return ALARMED[minute]
        since = minute - EXPIRED
        return max(rng.uniform(300, 900), since * (1 - READ / DELETED) * 60_000)

    def function(at):
        flooded = _minute(at, now) >= EXPIRED
        calls = rng.randint(46, 50) if flooded else round(of_day(at, 20, 60))
        return {
            "Invocations": calls,
            "Errors": 0,
            "Throttles": 0,
            "IteratorAge": age(at),
            "Duration": rng.uniform(9_600, 10_300) if flooded else rng.uniform(250, 330),
            "ConcurrentExecutions": 8 if flooded else 2,
        }

    def table(at):
        expired = DELETED * rng.uniform(0.97, 1.03) if _minute(at, now) >= EXPIRED else rng.uniform(30, 120)
        return {
            "TimeToLiveDeletedItemCount": round(expired),
            "ConsumedWriteCapacityUnits": round(of_day(at, 160, 480) * rng.uniform(0.9, 1.1)),
            "ConsumedReadCapacityUnits": round(of_day(at, 900, 2_600) * rng.uniform(0.9, 1.1)),
            "WriteThrottleEvents": 0,
        }

    moments = measured.moments(now)
    put_function_metrics(session, "watch-notifier", moments, function)
    units = {"TimeToLiveDeletedItemCount": "Count", "ConsumedWriteCapacityUnits": "Count"}
    put_metrics(session, "AWS/DynamoDB", {"TableName": TABLE}, moments, table, units)


def _alarms(session):
    function = {"FunctionName": "watch-notifier"}
    put_alarm(
        session,
        "watch-notifier-iterator-age",
        AlarmDescription="Fare alerts are more than ten minutes late. Team: alerts",
        Namespace="AWS/Lambda",
        MetricName="IteratorAge",
        Dimensions=function,
        Statistic="Maximum",
        EvaluationPeriods=3,
        Threshold=600_000,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "watch-notifier-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=function,
        Threshold=5,
    )
    set_healthy(session, "watch-notifier-errors")
