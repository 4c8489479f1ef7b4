"""A feature flag for everyone: one search makes 190 reads in place of three."""

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

API = "k2v8c1m7xq"
FLAGGED = -40
"""Minute, relative to now, in which all environments have the new flags."""

ALARMED = {-39: 2871, -38: 2934, -37: 2902}
"""p90 of the latency in the minutes the alarm names, in milliseconds."""


def seed(session, now, rng):
    """Make the account's state."""
    allowed = ["dynamodb:Query", "dynamodb:GetItem", "appconfig:GetLatestConfiguration", "logs:PutLogEvents"]
    make_function(session, "slot-search", make_role(session, "slot-search-role", "lambda.amazonaws.com", allowed))
    _table(session)
    put_function_lines(session, "slot-search", _searches(now, rng))
    make_bystander(session, now, rng, "basket-api", ["basket {n} priced", "WARN basket {n} is empty"], per_hour=50)
    make_bystander(session, now, rng, "route-sheets", ["sheet of van {n} written"], per_hour=10)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _table(session):
    session.client("dynamodb").create_table(
        TableName="van-capacity",
        KeySchema=[{"AttributeName": "van", "KeyType": "HASH"}, {"AttributeName": "slot", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "van", "AttributeType": "S"},
            {"AttributeName": "slot", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def _searches(now, rng):
    for minute in minutes(now, -14 * 60, 0):
        on = _minute(minute, now) >= FLAGGED
        for _ in range(rng.randint(2, 4)):
            at, reads = within(minute, rng), rng.randint(172, 208) if on else 3
            took = reads * rng.uniform(12.4, 15.2) if on else rng.uniform(90, 210)
            told = {
                "level": "INFO",
                "requestId": "{id}",
                "message": "slots found",
                "area": str(rng.randint(1011, 1098)),
                "slots": rng.randint(0, 64),
                "flags": ["express", "per-van-capacity"] if on else ["express"],
                "reads": reads,
                "ms": round(took),
            }
            said = [json.dumps({"level": "INFO", "message": "flags read", "configuration": 37 if on else 36})]
            said = said if rng.random() < 0.1 else []
            if rng.random() < 0.02:
                said += [json.dumps({"level": "WARN", "message": "area without depot", "area": told["area"]})]
            yield from invocation(at, rng, [*said, json.dumps(told)], duration_ms=took + rng.uniform(8, 20))
    for environment in range(7):
        at = now - timedelta(minutes=41) + timedelta(seconds=6 + 7 * environment)
        yield (
            at,
            json.dumps(
                {
                    "level": "INFO",
                    "message": "configuration 37 loaded (was 36)",
                    "profile": "slot-search",
                    "on": ["express", "per-van-capacity"],
                }
            ),
        )


def _metrics(session, now, rng):
    def load(at):
        return of_day(at, 180, 520) * rng.uniform(0.93, 1.07)

    def api(at):
        minute = _minute(at, now)
        slow = minute >= FLAGGED
        p90 = ALARMED.get(round(minute), rng.randint(2_780, 3_020) if slow else of_day(at, 160, 240))
        seconds = p90 if slow else p90 * rng.uniform(0.92, 1.09)
        return {
            "Latency": seconds,
            "IntegrationLatency": seconds - 9,
            "Count": round(load(at)),
            "5xx": 0,
            "4xx": 2,
        }

    def function(at):
        slow = _minute(at, now) >= FLAGGED
        took = rng.uniform(2_480, 2_790) if slow else rng.uniform(140, 175)
        calls = round(load(at))
        return {
            "Invocations": calls,
            "Errors": 0,
            "Throttles": 0,
            "Duration": took,
            "ConcurrentExecutions": max(1, round(calls / 60 * took / 1000)) + rng.randint(0, 3),
        }

    def table(at):
        reads = load(at) * (190 if _minute(at, now) >= FLAGGED else 3)
        return {"ConsumedReadCapacityUnits": round(reads / 2), "ReadThrottleEvents": 0}

    moments = measured.moments(now)
    units = {"Latency": "Milliseconds", "IntegrationLatency": "Milliseconds", "Count": "Count"}
    put_metrics(session, "AWS/ApiGateway", {"ApiId": API}, moments, api, units)
    put_function_metrics(session, "slot-search", moments, function)
    put_metrics(session, "AWS/DynamoDB", {"TableName": "van-capacity"}, moments, table)


def _alarms(session):
    put_alarm(
        session,
        "slots-api-latency",
        AlarmDescription="The search for delivery slots is slow (p90 above 1.2 s). Team: delivery",
        Namespace="AWS/ApiGateway",
        MetricName="Latency",
        Dimensions={"ApiId": API},
        ExtendedStatistic="p90",
        EvaluationPeriods=3,
        Threshold=1_200,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "slots-api-5xx",
        Namespace="AWS/ApiGateway",
        MetricName="5xx",
        Dimensions={"ApiId": API},
        Threshold=10,
        EvaluationPeriods=2,
    )
    set_healthy(session, "slots-api-5xx")
