"""An API that no longer accepts the tokens of the app's older version."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

API = "k7v2m9x4qd"
NARROWED = 52
COUNT = 40
"""Requests a minute while the alarm went off."""
REFUSED = {-52: 56, -47: 61, -42: 62}
"""Requests that ended in 4xx in the five minutes from then on, of 200."""

OLD = ("TramGo/6.14.2 (iOS 17.5; iPhone12,1)", "TramGo/6.12.0 (Android 12)", "TramGo/6.14.2 (Android 13)")
NEW = ("TramGo/7.2.1 (iOS 18.6; iPhone15,2)", "TramGo/7.3.0 (Android 15)", "TramGo/7.3.0 (iOS 26.1; iPhone17,1)")
ROUTES = ("GET /v1/departures", "GET /v1/departures", "GET /v1/favourites", "GET /v1/tickets", "POST /v1/tickets")
EXPRESSION = "100 * refused / IF(requests > 0, requests, 1)"


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "departures-role", "lambda.amazonaws.com", ["dynamodb:GetItem", "logs:PutLogEvents"])
    make_function(session, "departures", role, Runtime="nodejs22.x", Handler="index.handler")
    make_function(session, "ticket-desk", role, Runtime="nodejs22.x", Handler="index.handler")
    put_lines(session, "/apigw/mobile-api", _access(now, rng), [f"{API}-default-{n}" for n in range(3)])
    put_function_lines(session, "departures", _departures(now, rng))
    make_bystander(session, now, rng, "timetable-import", ["[INFO] {n} trips", "[WARNING] trip {n} has no stop"])
    make_bystander(session, now, rng, "push-sender", ["[INFO] {n} pushed", "[INFO] device {n} gone"], per_hour=25)
    make_bystander(session, now, rng, "fare-zones", ["[INFO] zone {n} read"], per_hour=14)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(before, rng):
    """Requests of a minute, and how many of them the authorizer refuses and how many are wrong otherwise."""
    for first, refused in REFUSED.items():
        step = -first - before
        if 0 <= step < 5:
            share = refused // 5 + (1 if step < refused % 5 else 0)
            return COUNT, share - 1, 1
    count = rng.randint(37, 43)
    return count, round(count * rng.uniform(0.27, 0.31)) if before <= NARROWED else 0, int(rng.random() < 0.9)


def _plan(now, rng, first):
    for minute in minutes(now, first, 0):
        yield minute, *_minute(round((now - minute).total_seconds() / 60), rng)


def _access(now, rng):
    for minute, count, refused, wrong in _plan(now, rng, -3 * 60):
        for number in range(count):
            at = within(minute, rng)
            if number < refused:
                told = "the token does not have a valid audience"
                yield _request(at, rng, rng.choice(ROUTES), "401", rng.choice(OLD), told)
            elif number < refused + wrong:
                yield _request(at, rng, "-", "404", "Mozilla/5.0 zgrab/0.x")
            else:
                early = minute < now - timedelta(minutes=NARROWED)
                old = early and rng.random() < 0.29
                yield _request(at, rng, rng.choice(ROUTES), "200", rng.choice(OLD if old else NEW))


def _request(at, rng, route, status, agent, error="-"):
    said = {
        "requestId": f"{rng.getrandbits(60):012x}=",
        "requestTime": f"{at:%d/%b/%Y:%H:%M:%S} +0000",
        "ip": f"198.51.100.{rng.randint(2, 250)}",
        "routeKey": route,
        "path": "/wp-login.php" if route == "-" else route.split()[1],
        "status": status,
        "authorizerError": error,
        "integrationLatency": "-" if status in {"401", "404"} else str(rng.randint(18, 70)),
        "userAgent": agent,
    }
    return at, json.dumps(said)


def _departures(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(1, 3)):
            said = [f"{{at}}\t{{id}}\tINFO\tstop {rng.randint(100, 999)}: {rng.randint(2, 19)} departures"]
            if rng.random() < 0.04:
                said.append(f"{{at}}\t{{id}}\tWARN\tline {rng.randint(1, 28)} has no forecast, timetable used")
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(14, 60))


def _metrics(session, now, rng):
    planned = {minute: (count, refused, wrong) for minute, count, refused, wrong in _plan(now, rng, -24 * 60)}
    for minute in minutes(now, -3 * 24 * 60, -24 * 60, 5):
        planned[minute] = _minute(round((now - minute).total_seconds() / 60), rng)
    span = [minute for minute in sorted(planned) if minute < now - timedelta(minutes=1)]

    def api(at):
        count, refused, wrong = planned[at]
        return {
            "Count": count,
            "4xx": refused + wrong,
            "5xx": 0,
            "Latency": rng.uniform(38, 55),
            "IntegrationLatency": rng.uniform(30, 44),
            "DataProcessed": (count - refused) * rng.uniform(2_700, 3_300),
        }

    units = {**dict.fromkeys(("Count", "4xx", "5xx"), "Count"), "DataProcessed": "Bytes"}
    units |= dict.fromkeys(("Latency", "IntegrationLatency"), "Milliseconds")
    put_metrics(session, "AWS/ApiGateway", {"ApiId": API}, span, api, units)
    for name, share in (("departures", 0.6), ("ticket-desk", 0.35)):

        def function(at, share=share):
            count, refused, wrong = planned[at]
            found = {"Invocations": round((count - refused - wrong) * share), "Errors": 0, "Throttles": 0}
            return found | {"Duration": rng.uniform(28, 41), "ConcurrentExecutions": 2}

        put_function_metrics(session, name, span, function)
    distribution = {"ClusterName": "city", "ServiceName": "map-tiles"}
    measured.publish(session, "AWS/ECS", distribution, span[::5], lambda _: measured.service(rng, 0.8))


def _alarms(session):
    def stat(key, name):
        metric = {
            "Namespace": "AWS/ApiGateway",
            "MetricName": name,
            "Dimensions": [{"Name": "ApiId", "Value": API}],
        }
        return {
            "Id": key,
            "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"},
            "ReturnData": False,
        }

    usual = {"EvaluationPeriods": 3, "ComparisonOperator": "GreaterThanThreshold"}
    cloudwatch = session.client("cloudwatch")
    for name, metric, limit in (("client-error-share", "4xx", 15.0), ("server-error-share", "5xx", 1.0)):
        share = {"Id": "share", "Expression": EXPRESSION, "Label": f"{metric} in 100", "ReturnData": True}
        cloudwatch.put_metric_alarm(
            AlarmName=f"mobile-api-{name}",
            AlarmDescription="Too large a share of the app's requests is refused.",
            Metrics=[share, stat("refused", metric), stat("requests", "Count")],
            Threshold=limit,
            TreatMissingData="notBreaching",
            **usual,
        )
        set_healthy(session, f"mobile-api-{name}")
