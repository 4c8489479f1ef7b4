"""An integration whose events have another shape than the function reads."""

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

BROKEN = timedelta(minutes=26, seconds=8)
"""How long ago the first request failed."""

ALARMED = {-25: 71, -24: 76, -23: 74}
API = "r4wz8tq1mc"
REFUSED = (
    "The Lambda function returned the following error: 'rawPath'. Check your Lambda function code and try again."
)
TRACE = (
    "[ERROR] KeyError: 'rawPath'\n"
    "Traceback (most recent call last):\n"
    '  File "/var/task/plots/app.py", line 44, in handler\n'
    "    plot = parse_plot(event)\n"
    '  File "/var/task/plots/app.py", line 19, in parse_plot\n'
    '    return event["rawPath"].removeprefix("/plots/")'
)


def seed(session, now, rng):
    """Make the account's state."""
    for name in ("plot-lookup", "waiting-list"):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["dynamodb:GetItem", "dynamodb:Query"])
        make_function(session, name, role, Runtime="python3.12", Handler="plots.app.handler", MemorySize=768)
    put_function_lines(session, "plot-lookup", _plots(now, rng))
    put_function_lines(session, "waiting-list", _waiting(now, rng))
    put_lines(session, "/apigw/allotments-api", _access(now, rng), ["allotments-api-0", "allotments-api-1"])
    make_bystander(session, now, rng, "rent-letters", ["[INFO] letter {n} sent", "[WARN] tenant {n} has moved"])
    make_bystander(session, now, rng, "water-meters", ["[INFO] meter {n} read", "[INFO] meter {n}: no change"])
    _metrics(session, now, rng)
    _alarms(session)


def _plots(now, rng):
    for minute in minutes(now, -24 * 60, 0, 3):
        for _ in range(rng.randint(3, 5)):
            at = within(minute, rng, 170.0)
            if at > now - timedelta(seconds=5):
                continue
            plot = f"{rng.choice('ABCDEF')}-{rng.randint(1, 240)}"
            if at >= now - BROKEN:
                yield from invocation(at, rng, [TRACE], duration_ms=rng.uniform(2, 6), memory_mib=768)
                continue
            said = [f"[INFO]\t{{at}}\t{{id}}\tplot {plot} found"]
            if rng.random() < 0.06:
                said = [f"[WARNING]\t{{at}}\t{{id}}\tplot {plot} has no tenant"]
            yield from invocation(at, rng, said, duration_ms=rng.uniform(18, 70), memory_mib=768)


def _waiting(now, rng):
    for minute in minutes(now, -24 * 60, -1, 4):
        for _ in range(rng.randint(2, 4)):
            at = within(minute, rng, 200.0)
            if at > now - timedelta(seconds=5):
                continue
            said = [f"[INFO]\t{{at}}\t{{id}}\tplace {rng.randint(1, 900)} of {rng.randint(901, 940)}"]
            yield from invocation(at, rng, said, duration_ms=rng.uniform(25, 90), memory_mib=768)


def _access(now, rng):
    for minute in minutes(now, -6 * 60, 0):
        for _ in range(rng.randint(4, 7)):
            at = within(minute, rng, 58.0)
            if at > now:
                continue
            route = rng.choice(
                ["GET /plots/{plot}", "GET /plots/{plot}", "GET /plots/{plot}", "GET /waiting-list"]
            )
            failed = at >= now - BROKEN and "plots" in route
            entry = {
                "requestId": f"{request_id(rng)[:11]}=",
                "ip": f"192.0.2.{rng.randint(3, 250)}",
                "requestTime": f"{at:%d/%b/%Y:%H:%M:%S} +0000",
                "routeKey": route,
                "status": "500" if failed else "200",
                "integrationStatus": "200",
                "integrationLatency": str(rng.randint(8, 95)),
                "integrationError": REFUSED if failed else "-",
            }
            yield at, json.dumps(entry)


def _metrics(session, now, rng):
    def minute_of(at):
        return round((at - now).total_seconds() / 60)

    def failed(at):
        usual = round(75 * measured.busy(at, rng))
        return ALARMED.get(minute_of(at), usual) if at >= now - BROKEN else 0

    moments = measured.moments(now)
    failures = {at: failed(at) for at in moments}

    def api(at):
        count = max(failures[at] + 20, round(100 * measured.busy(at, rng)))
        latency = {"Latency": rng.uniform(40, 70), "IntegrationLatency": rng.uniform(30, 60)}
        return {"Count": count, "4xx": rng.randint(0, 3), "5xx": failures[at], **latency}

    units = {"Count": "Count", "4xx": "Count", "5xx": "Count"}
    put_metrics(session, "AWS/ApiGateway", {"ApiId": API}, moments, api, units)

    def plots(at):
        calls = failures[at] or max(2, round(75 * measured.busy(at, rng)))
        usual = {"Throttles": 0, "ConcurrentExecutions": 3}
        took = rng.uniform(3, 5) if failures[at] else rng.uniform(35, 50)
        return {"Invocations": calls, "Errors": failures[at], "Duration": took, **usual}

    def waiting(at):
        calls = max(1, round(25 * measured.busy(at, rng)))
        return {"Invocations": calls, "Errors": 0, "Duration": rng.uniform(40, 60), "Throttles": 0}

    put_function_metrics(session, "plot-lookup", moments, plots)
    put_function_metrics(session, "waiting-list", moments[::2], waiting)


def _alarms(session):
    put_alarm(
        session,
        "allotments-api-5xx",
        AlarmDescription="Tenants get errors from the allotment API. Owner: team greens.",
        Namespace="AWS/ApiGateway",
        MetricName="5xx",
        Dimensions={"ApiId": API},
        EvaluationPeriods=3,
        Threshold=10,
    )
    put_alarm(
        session,
        "waiting-list-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "waiting-list"},
        Period=300,
        Threshold=5,
    )
    set_healthy(session, "waiting-list-errors")
