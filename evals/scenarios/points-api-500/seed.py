"""An API that answers 500 before it asks anybody."""

import json

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
    request_id,
    set_healthy,
    within,
)

REMOVED = -54
"""Minutes, relative to now: the permission is removed."""

ALARMED = {-53: 41, -52: 96, -51: 88, -50: 103}
ROUTES = ("points", "points", "points", "rewards", "tiers")
REFUSED = (
    "Execution failed due to configuration error: Invalid permissions on Lambda function",
    "Method completed with status: 500",
)


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(
        session, "loyalty-points-role", "lambda.amazonaws.com", ["dynamodb:Query", "logs:PutLogEvents"]
    )
    make_function(session, "loyalty-points", role, Environment={"Variables": {"TABLE": "loyalty-ledger"}})
    requests = list(_requests(now, rng))
    put_lines(session, "/loyalty/api-access", _access(requests, rng), ["k7d2m9x1qf-0", "k7d2m9x1qf-1"])
    put_lines(session, "API-Gateway-Execution-Logs_k7d2m9x1qf/live", _execution(requests), ["d645920e395fedad"])
    put_function_lines(session, "loyalty-points", _points(requests, rng))
    rewards = ["[INFO] {n} rewards listed", "[INFO] reward {n} shown", "[WARN] reward {n} has no picture"]
    make_bystander(session, now, rng, "loyalty-rewards", rewards, per_hour=40)
    tiers = ["[INFO] tier of {n} is silver", "[INFO] tier of {n} is gold", "[WARN] tier of {n} ends this month"]
    make_bystander(session, now, rng, "loyalty-tiers", tiers, per_hour=30)
    booked = ["[INFO] booked {n} points", "[INFO] {n} receipts read", "[WARN] receipt {n} is unreadable"]
    make_bystander(session, now, rng, "receipt-points", booked, per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _requests(now, rng):
    """When, id, route, status: a sample of an API with some two hundred requests a minute."""
    for minute in minutes(now, -8 * 60, -1):
        for _ in range(rng.randint(4, 7)):
            at, route = within(minute, rng), rng.choice(ROUTES)
            broken = route == "points" and _minute(minute, now) >= REMOVED
            yield at, request_id(rng), route, 500 if broken else 200 if rng.random() < 0.98 else 404


def _access(requests, rng):
    for at, request, route, status in requests:
        told = {"requestId": request, "requestTime": f"{at:%d/%b/%Y:%H:%M:%S} +0000", "httpMethod": "GET"}
        took = rng.randint(3, 9) if status == 500 else rng.randint(24, 190)
        told |= {"resourcePath": f"/{route}", "status": str(status), "responseLatency": str(took)}
        yield at, json.dumps(told | {"errorMessage": "Internal server error" if status == 500 else "-"})


def _execution(requests):
    for at, request, route, status in requests:
        if status == 500:
            yield from ((at, f"({request}) {text}") for text in REFUSED)
        elif status == 404:
            yield at, f"({request}) Method completed with status: 404, resource /{route}"


def _points(requests, rng):
    for at, _, route, status in requests:
        if route == "points" and status != 500:
            said = [f"[INFO] balance of m-{rng.randint(10**6, 10**7)} read"]
            if rng.random() < 0.08:
                said.append("[WARN] member has two cards, taking the newer one")
            yield from invocation(at, rng, said, duration_ms=rng.uniform(18, 120))


def _metrics(session, now, rng):
    def api(at):
        minute, load = _minute(at, now), measured.busy(at, rng)
        failed = 0 if minute < REMOVED else ALARMED.get(minute) or rng.randint(82, 118)
        failed = 9 if minute == REMOVED else failed
        found = {
            "Count": max(round(190 * load), failed * 5 // 3),
            "4XXError": rng.randint(1, 5),
            "5XXError": failed,
        }
        return found | {"Latency": rng.uniform(70, 90), "IntegrationLatency": rng.uniform(60, 80)}

    def points(at):
        if _minute(at, now) > REMOVED:
            return {}
        called = round(114 * measured.busy(at, rng))
        return {"Invocations": called, "Errors": 0, "Throttles": 0, "Duration": 64, "ConcurrentExecutions": 2}

    moments = measured.moments(now)
    units = dict.fromkeys(("Count", "4XXError", "5XXError"), "Count")
    units |= dict.fromkeys(("Latency", "IntegrationLatency"), "Milliseconds")
    put_metrics(session, "AWS/ApiGateway", {"ApiName": "loyalty-api", "Stage": "live"}, moments, api, units)
    put_function_metrics(session, "loyalty-points", moments, points)


def _alarms(session):
    put_alarm(
        session,
        "loyalty-api-5xx",
        AlarmDescription="The loyalty API answers 5XX.",
        Namespace="AWS/ApiGateway",
        MetricName="5XXError",
        Dimensions={"ApiName": "loyalty-api", "Stage": "live"},
        EvaluationPeriods=4,
        Threshold=25,
    )
    put_alarm(
        session,
        "loyalty-points-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "loyalty-points"},
        Threshold=5,
    )
    set_healthy(session, "loyalty-points-errors")
