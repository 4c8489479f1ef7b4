"""An API whose own function is well; whoever lets requests in is not."""

import json
from datetime import timedelta

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
    request_id,
    set_healthy,
    within,
)
from evals.measured import publish

CHANGED = -22
"""Minute, relative to now, since when tokens cannot be checked any more."""

ALARMED = {-9: 42, -8: 45, -7: 48}
"""Failed requests of 200, in the minutes the alarm names."""

API = "f7m2q9x4bd"
KEYS = "https://login.kestrel-id.example/.well-known/jwks.json"
TRACE = (
    "[ERROR] URLError: <urlopen error timed out>\n"
    "Traceback (most recent call last):\n"
    '\u00a0\u00a0File "/var/task/authorizer.py", line 52, in handler\n'
    "\u00a0\u00a0\u00a0\u00a0keys = signing_keys()\n"
    '\u00a0\u00a0File "/var/task/authorizer.py", line 23, in signing_keys\n'
    "\u00a0\u00a0\u00a0\u00a0with urllib.request.urlopen(JWKS_URI, timeout=4) as answer:"
)
ROUTES = ("GET /v1/jobs", "GET /v1/jobs/{id}", "POST /v1/jobs/{id}/position", "POST /v1/jobs/{id}/delivered")
OTHERS = {
    "courier-payouts": ["[INFO] payout {n} prepared", "[INFO] courier {n}: nothing to pay"],
    "route-hints": ["[INFO] hint for {n} computed", "[WARNING] no map for {n}"],
}


def seed(session, now, rng):
    """Make the account's state."""
    for name, runtime, handler in (
        ("courier-authorizer", "python3.12", "authorizer.handler"),
        ("courier-jobs", "provided.al2023", "bootstrap"),
    ):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["logs:*", "dynamodb:*"])
        variables = {"JWKS_URI": KEYS, "AUDIENCE": "couriers"} if runtime == "python3.12" else {"TABLE": "jobs"}
        make_function(
            session, name, role, Runtime=runtime, Handler=handler, Timeout=10, Environment={"Variables": variables}
        )
    put_function_lines(session, "courier-authorizer", _authorizer(now, rng))
    put_function_lines(session, "courier-jobs", _jobs(now, rng))
    put_lines(session, "/apigateway/courier-api", _access(now, rng))
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _failed(minute):
    """Of 200 requests: each minute more of the answers that were kept for an hour are too old."""
    if minute < CHANGED:
        return 0
    return ALARMED.get(minute) or round(200 * 0.96 * (minute - CHANGED + 0.3) / 60)


def _authorizer(now, rng):
    for minute in minutes(now, -6 * 60, 0):
        relative = _minute(minute, now)
        if relative >= CHANGED:
            for _ in range(max(1, _failed(relative) // 2)):
                said = [f"[INFO]\t{{at}}\t{{id}}\tfetching keys from {KEYS}", TRACE]
                late = 28.0 if relative == CHANGED else 0.0
                at = within(minute + timedelta(seconds=late), rng, 54.0 - late)
                yield from invocation(at, rng, said, duration_ms=rng.uniform(4_006, 4_031), used_mib=58)
            continue
        for _ in range(rng.randint(1, 4)):
            said = [f"[INFO]\t{{at}}\t{{id}}\ttoken of courier {rng.randint(1_000, 9_999)} valid, kid=7c01"]
            if rng.random() < 0.05:
                said.insert(0, f"[INFO]\t{{at}}\t{{id}}\tfetching keys from {KEYS}")
            if rng.random() < 0.06:
                said = ["[WARNING]\t{at}\t{id}\ttoken expired 30 s ago, refused"]
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(3, 90), used_mib=58)


def _jobs(now, rng):
    for minute in minutes(now, -5 * 60, 0):
        for _ in range(rng.randint(2, 5)):
            told = {"level": "info", "msg": "answered", "route": rng.choice(ROUTES), "jobs": rng.randint(0, 9)}
            said = [json.dumps(told, separators=(",", ":"))]
            if rng.random() < 0.05:
                said.insert(0, '{"level":"warn","msg":"position older than 120 s, kept"}')
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(4, 40), used_mib=41)


def _access(now, rng):
    for minute in minutes(now, -5 * 60, 0):
        relative = _minute(minute, now)
        failed = _failed(relative)
        for number in range(24 if relative > -60 else 6):
            late = 28.0 if relative == CHANGED else 0.0
            at = within(minute + timedelta(seconds=late), rng, 58.0 - late)
            yield at, json.dumps(_request(at, rng, refused=number < failed * 24 / 200), separators=(",", ":"))


def _request(at, rng, *, refused):
    took = rng.randint(4_040, 4_120) if refused else rng.randint(14, 70)
    return {
        "requestId": request_id(rng)[:15],
        "ip": f"203.0.113.{rng.randint(2, 250)}",
        "requestTime": f"{at:%d/%b/%Y:%H:%M:%S} +0000",
        "routeKey": rng.choice(ROUTES),
        "status": "500" if refused else "200",
        "error": "Internal Server Error" if refused else "-",
        "integrationStatus": "-" if refused else "200",
        "integrationLatency": "-" if refused else str(took - 9),
        "responseLatency": str(took),
    }


def _metrics(session, now, rng):
    def api(at):
        failed = _failed(_minute(at, now))
        return {
            "Count": 200,
            "4xx": rng.randint(0, 2),
            "5xx": failed,
            "Latency": 32 + failed * 20.2,
            "IntegrationLatency": rng.uniform(18, 27),
        }

    def authorizer(at):
        minute = _minute(at, now)
        failed = _failed(minute)
        calls = failed if minute >= CHANGED else rng.randint(2, 5)
        took = rng.uniform(4_008, 4_025) if minute >= CHANGED else rng.uniform(12, 40)
        return {"Invocations": calls, "Errors": failed, "Throttles": 0, "Duration": took}

    def jobs(at):
        answered = 200 - _failed(_minute(at, now))
        return {"Invocations": answered, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(12, 24)}

    span = [*minutes(now, -3 * 24 * 60, -24 * 60, 5), *minutes(now, -24 * 60, -1)]
    publish(session, "AWS/ApiGateway", {"ApiId": API}, span, api)
    put_function_metrics(session, "courier-authorizer", span, authorizer)
    put_function_metrics(session, "courier-jobs", span[::3], jobs)


def _alarms(session):
    stat = {"Period": 60, "Stat": "Sum"}
    dimensions = [{"Name": "ApiId", "Value": API}]
    put_alarm(
        session,
        "courier-api-error-rate",
        AlarmDescription="More than 20 % of the couriers' requests end in a 5xx.",
        Metrics=[
            {"Id": "rate", "Expression": "100 * failed / requests", "Label": "error rate", "ReturnData": True},
            *(
                {
                    "Id": key,
                    "MetricStat": {
                        "Metric": {"Namespace": "AWS/ApiGateway", "MetricName": name, "Dimensions": dimensions},
                        **stat,
                    },
                    "ReturnData": False,
                }
                for key, name in (("failed", "5xx"), ("requests", "Count"))
            ),
        ],
        EvaluationPeriods=3,
        Threshold=20,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "courier-jobs-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "courier-jobs"},
        Threshold=5,
    )
    set_healthy(session, "courier-jobs-errors")
