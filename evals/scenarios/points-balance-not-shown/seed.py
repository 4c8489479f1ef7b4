"""A function that fails on part of what it is asked since its last deployment."""

import json

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    within,
)
from evals.measured import busy, publish

DEPLOYED = -11
"""Minute of the deployment, relative to now."""

FAILED = (3, 14, 17, 15, 18, 16, 17, 19, 16, 18)
"""Failed invocations of each minute since then."""

MESSAGE = "Cannot read properties of undefined (reading 'multiplier')"
STACK = [
    f"TypeError: {MESSAGE}",
    "    at seasonalBonus (/var/task/dist/balance.js:61:34)",
    "    at toBalance (/var/task/dist/balance.js:48:19)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
    "    at async Runtime.handler (/var/task/dist/index.js:22:16)",
]
FAULT = json.dumps({"errorType": "TypeError", "errorMessage": MESSAGE, "stack": STACK}, separators=(",", ":"))

OTHERS = {
    "points-accrual": ["booked {n} points", "receipt {n} already booked, skipped", "booked {n} points, tier kept"],
    "voucher-print": ["voucher {n} rendered", "voucher {n} rendered, printer queue 2"],
    "tier-nightly": ["recomputed tier of member {n}", "member {n}: no change"],
}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(
        session, "points-balance-role", "lambda.amazonaws.com", ["dynamodb:GetItem", "dynamodb:Query"]
    )
    make_function(
        session,
        "points-balance",
        role,
        Runtime="nodejs22.x",
        Handler="dist/index.handler",
        MemorySize=256,
        Timeout=10,
        Environment={"Variables": {"MEMBERS_TABLE": "club-members", "BONUS_CACHE_SECONDS": "300"}},
    )
    session.client("dynamodb").create_table(
        TableName="club-members",
        AttributeDefinitions=[{"AttributeName": "member", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "member", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put_function_lines(session, "points-balance", _lines(now, rng))
    _metrics(session, now, rng)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says, Runtime="nodejs22.x", Handler="index.handler")


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _failed(minute):
    return FAILED[minute - DEPLOYED] if DEPLOYED <= minute < DEPLOYED + len(FAILED) else 0


def _lines(now, rng):
    for minute in minutes(now, -9 * 60, -1):
        relative = _minute(minute, now)
        for _ in range(rng.randint(5, 8) if relative >= -90 else rng.randint(1, 4)):
            yield from _answered(within(minute, rng), rng)
        # The first minute of the new version is not a whole one.
        earliest = 40.0 if relative == DEPLOYED else 0.0
        for _ in range(_failed(relative)):
            yield from _broken(within(minute, rng, 59.0 - earliest), rng, earliest)


def _answered(at, rng):
    member = rng.randint(200_000, 899_999)
    said = [f"{{at}}\t{{id}}\tINFO\tGET /members/{member}/points 200"]
    if rng.random() < 0.12:
        said.insert(0, f"{{at}}\t{{id}}\tWARN\tbonus table older than {rng.randint(301, 420)} s, reloading")
    return invocation(at, rng, said, duration_ms=rng.uniform(9, 48), memory_mib=256, used_mib=97)


def _broken(at, rng, earliest):
    moved = at.replace(second=min(59, at.second + int(earliest)))
    said = [f"{{at}}\t{{id}}\tERROR\tInvoke Error \t{FAULT}"]
    return invocation(moved, rng, said, duration_ms=rng.uniform(6, 31), memory_mib=256, used_mib=98)


def _metrics(session, now, rng):
    def function(at):
        failed = _failed(_minute(at, now))
        calls = failed + (rng.randint(5, 8) if failed else round(24 * busy(at, rng)))
        return {
            "Invocations": calls,
            "Errors": failed,
            "Throttles": 0,
            "Duration": rng.uniform(14, 33),
            "ConcurrentExecutions": rng.randint(1, 3),
        }

    def api(at):
        failed = _failed(_minute(at, now))
        calls = failed + (rng.randint(5, 8) if failed else round(24 * busy(at, rng)))
        return {"Count": calls, "4xx": rng.randint(0, 1), "5xx": failed, "Latency": rng.uniform(24, 55)}

    def table(at):
        return {"ConsumedReadCapacityUnits": round(24 * busy(at, rng)), "ReadThrottleEvents": 0}

    span = [*minutes(now, -3 * 24 * 60, -24 * 60, 5), *minutes(now, -24 * 60, -1)]
    put_function_metrics(session, "points-balance", span, function)
    publish(session, "AWS/ApiGateway", {"ApiId": "k3x9v1c7pz"}, span, api)
    publish(session, "AWS/DynamoDB", {"TableName": "club-members"}, span[::5], table)
    put_alarm(
        session,
        "points-balance-errors",
        AlarmDescription="points-balance fails more than ten times a minute.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "points-balance"},
        EvaluationPeriods=3,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
    )
