"""Scans that are turned away while the account has room."""

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
    set_healthy,
    within,
)

OPENED, LOWERED = -25, -13
"""Minutes, relative to now: the doors open; three at once are allowed."""

ALARMED = {-13: 21, -12: 171, -11: 188}
ALLOWED = 3


def seed(session, now, rng):
    """Make the account's state."""
    allowed = ["dynamodb:GetItem", "dynamodb:UpdateItem", "logs:CreateLogStream", "logs:PutLogEvents"]
    role = make_role(session, "gate-scan-role", "lambda.amazonaws.com", allowed)
    variables = {"TABLE": "tickets", "VENUE": "harbour-hall"}
    make_function(session, "gate-scan", role, MemorySize=256, Timeout=6, Environment={"Variables": variables})
    session.client("dynamodb").create_table(
        TableName="tickets",
        AttributeDefinitions=[{"AttributeName": "ticket", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "ticket", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    calls = {minute: _calls(minute, rng) for minute in range(-3 * 24 * 60, 1)}
    put_function_lines(session, "gate-scan", _lines(now, rng, calls))
    posters = ["[INFO] poster {n} rendered", "[INFO] {n} posters are current", "[WARN] font of poster {n} missing"]
    make_bystander(session, now, rng, "poster-render", posters, per_hour=9)
    seats = ["[INFO] seat {n} held", "[INFO] seat {n} sold", "[WARN] seat {n} is held twice"]
    make_bystander(session, now, rng, "seat-hold", seats, per_hour=30)
    mails = ["[INFO] mail {n} sent", "[WARN] address {n} bounced"]
    make_bystander(session, now, rng, "ticket-mails", mails, per_hour=12)
    _metrics(session, now, rng, calls)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _calls(minute, rng):
    """Scans that ran in a minute."""
    if minute < OPENED:
        return rng.choice([0, 0, 1, 2]) if minute >= -24 * 60 else rng.randint(0, 2)
    return rng.randint(280, 330) if minute < LOWERED else rng.randint(103, 117)


def _lines(now, rng, calls):
    for minute in minutes(now, -24 * 60, -1):
        for _ in range(calls[_minute(minute, now)]):
            gate, ticket = rng.randint(1, 24), f"t-{rng.randint(10**8, 10**9)}"
            said = [f"[INFO] gate {gate}: {ticket} admitted"]
            if rng.random() < 0.05:
                said = [f"[WARN] gate {gate}: {ticket} was scanned before"]
            at, took = within(minute, rng, 57), rng.uniform(1_300, 1_900)
            yield from invocation(at, rng, said, duration_ms=took, memory_mib=256)


def _metrics(session, now, rng, calls):
    throttled = {minute: ALARMED.get(minute) or rng.randint(165, 215) for minute in range(LOWERED, 0)}

    def function(at):
        minute = _minute(at, now)
        ran = calls[minute]
        at_once = ALLOWED if minute >= LOWERED else rng.randint(11, 17) if minute >= OPENED else min(ran, 2)
        found = {"Invocations": ran, "ConcurrentExecutions": at_once, "Throttles": throttled.get(minute, 0)}
        return found | {"Errors": 0, "Duration": rng.uniform(1_500, 1_680)}

    put_function_metrics(session, "gate-scan", measured.moments(now), function)

    def api(at):
        minute = _minute(at, now)
        failed = throttled.get(minute, 0)
        found = {"Count": calls[minute] + failed, "4XXError": 0, "5XXError": failed}
        return found | {"Latency": rng.uniform(1_540, 1_720)}

    units = {"Count": "Count", "4XXError": "Count", "5XXError": "Count", "Latency": "Milliseconds"}
    gates = {"ApiName": "gates", "Stage": "live"}
    put_metrics(session, "AWS/ApiGateway", gates, measured.moments(now), api, units)
    used = lambda _: {"ConcurrentExecutions": rng.randint(9, 24)}  # noqa: E731 - used once
    put_metrics(session, "AWS/Lambda", {}, measured.moments(now)[::5], used, {"ConcurrentExecutions": "Count"})


def _alarms(session):
    put_alarm(
        session,
        "gate-scan-throttles",
        AlarmDescription="Scans of tickets at the gates are turned away.",
        Namespace="AWS/Lambda",
        MetricName="Throttles",
        Dimensions={"FunctionName": "gate-scan"},
        EvaluationPeriods=2,
        Threshold=30,
    )
    put_alarm(
        session,
        "gate-scan-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "gate-scan"},
        Threshold=5,
    )
    set_healthy(session, "gate-scan-errors")
