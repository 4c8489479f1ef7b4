"""A list that has grown beyond what a function may answer."""

import json
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
    request_id,
    set_healthy,
    within,
)

GREW = -74
"""Minute, relative to now, in which the import ends."""

ALARMED = {-70: 61, -65: 67}
REFUSED = "[ERROR] [{ms}] LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413."
TOO_LARGE = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "price-list-role", "lambda.amazonaws.com", ["dynamodb:Scan", "dynamodb:Query"])
    make_function(
        session,
        "price-list",
        role,
        Runtime="python3.12",
        Handler="prices.app.handler",
        MemorySize=1536,
        Timeout=28,
    )
    make_function(
        session, "article-import", role, Runtime="python3.12", Handler="imports.app.handler", Timeout=900
    )
    calls = list(_calls(now, rng))
    put_function_lines(session, "price-list", _price_list(calls, rng))
    put_lines(session, "API-Gateway-Execution-Logs_q4t8w2e6ra/prod", _execution(calls, rng), ["3f1c8b7a90de"])
    put_function_lines(session, "article-import", _imports(now, rng))
    orders = ["[INFO] order {n} taken", "[INFO] order {n} confirmed", "[WARN] order {n}: article is sold out"]
    make_bystander(session, now, rng, "practice-orders", orders, per_hour=36)
    make_bystander(session, now, rng, "cold-chain-labels", ["[INFO] label {n} made"], per_hour=9)
    _metrics(session, now, rng)
    put_alarm(
        session,
        "price-list-errors",
        AlarmDescription="Practices cannot load articles and prices. Team catalogue.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "price-list"},
        Period=300,
        EvaluationPeriods=2,
        Threshold=10,
    )
    put_alarm(
        session,
        "article-import-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "article-import"},
        Period=300,
        Threshold=1,
    )
    set_healthy(session, "article-import-errors")


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _articles(at, now):
    """How many there are: some are added every day, very many on the last."""
    days = int((now + timedelta(minutes=GREW) - at).total_seconds() // 86_400) + 1
    return 43_358 if _minute(at, now) >= GREW + 1 else 41_256 - 38 * days


def _calls(now, rng):
    """When, how many articles, and how many bytes they are."""
    for minute in minutes(now, -40 * 60, 0, 3):
        for _ in range(rng.randint(3, 6)):
            at = within(minute, rng, 178.0)
            articles = _articles(at, now)
            whole = rng.random() < 0.4
            count = articles if whole else rng.randint(0, 160)
            yield at, whole, count, count * 148 + rng.randint(900, 2_400)


def _price_list(calls, rng):
    for at, whole, count, size in calls:
        said = [f"[INFO]\t{{at}}\t{{id}}\tlist {'whole' if whole else 'since'}: {count} articles, {size} bytes"]
        if rng.random() < 0.06:
            said.insert(0, f"[WARNING]\t{{at}}\t{{id}}\tarticle {rng.randint(10_000, 99_999)} has no price")
        if size > 6_291_556:
            said.append(REFUSED.replace("{ms}", str(int(at.timestamp() * 1000) + 2_900)))
        took = rng.uniform(2_300, 3_400) if whole else rng.uniform(30, 160)
        yield from invocation(
            at, rng, said, duration_ms=took, memory_mib=1536, used_mib=rng.randint(310, 360) if whole else 118
        )


def _execution(calls, rng):
    for at, _, _, size in calls:
        if size > 6_291_556:
            request, body = (
                request_id(rng),
                {"errorMessage": TOO_LARGE, "errorType": "Function.ResponseSizeTooLarge"},
            )
            text = (
                f"({request}) Lambda execution failed with status 200 due to customer function error: {TOO_LARGE}"
            )
            yield at, f"{text} Lambda request id: {request_id(rng)}"
            yield at, f"({request}) Endpoint response body before transformations: {json.dumps(body)}"
            yield at, f"({request}) Method completed with status: 502"


def _imports(now, rng):
    for day in range(9, -1, -1):
        end = now + timedelta(minutes=GREW, seconds=32, days=-day)
        added = 38 if day else 2_140
        supplier = "nordvet (new)" if not day else rng.choice(["animedic", "veta", "hoofcare"])
        said = [
            f"[INFO]\t{{at}}\t{{id}}\tfile of supplier {supplier} read",
            f"[INFO]\t{{at}}\t{{id}}\timport finished: {added} articles added, {0 if day % 2 else 3} removed",
            f"[INFO]\t{{at}}\t{{id}}\tcatalogue now: {_articles(end + timedelta(minutes=2), now)} articles",
        ]
        took = 20_000.0 + 9 * added
        yield from invocation(end - timedelta(milliseconds=took), rng, said, duration_ms=took, used_mib=210)


def _metrics(session, now, rng):
    def function(at):
        minute, load = _minute(at, now), measured.busy(at, rng)
        failed = rng.randint(54, 72) if minute > GREW else 0
        for start, value in ALARMED.items():
            if start <= minute < start + 5:
                failed = value
        failed = 21 if -75 <= minute < -70 else failed
        calls = max(round(170 * load), failed * 5 // 2)
        took = {"Duration": 1_150 + 200 * rng.random(), "ConcurrentExecutions": 4}
        return {"Invocations": calls, "Errors": failed, "Throttles": 0} | took

    def api(at):
        found = function(at)
        seen = {"Count": found["Invocations"], "5XXError": found["Errors"], "4XXError": rng.randint(0, 3)}
        return seen | {"Latency": found["Duration"] + 14, "IntegrationLatency": found["Duration"] + 6}

    moments = list(minutes(now, -4 * 24 * 60, -4, 5))
    put_function_metrics(session, "price-list", moments, function)
    units = dict.fromkeys(("Count", "4XXError", "5XXError"), "Count")
    put_metrics(session, "AWS/ApiGateway", {"ApiName": "practice-api", "Stage": "prod"}, moments, api, units)
    imports = [now + timedelta(minutes=GREW - 1, days=-day) for day in range(9, -1, -1)]
    put_function_metrics(
        session,
        "article-import",
        imports,
        lambda _: {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": 2e4},
    )
