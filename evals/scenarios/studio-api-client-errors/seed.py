"""An API that has lost a path."""

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
    set_healthy,
    within,
)

DEPLOYED = -36.4
"""Minutes, relative to now, from when the path is gone."""

ALARMED = {-35: 0.172, -34: 0.181, -33: 0.169, -32: 0.176, -31: 0.184}
WAITLIST = "/classes/{classId}/waitlist"
PATHS = {"/classes": 8, "/classes/{classId}": 7, "/checkins": 6, "/members/{memberId}": 4, WAITLIST: 5}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "class-waitlist-role", "lambda.amazonaws.com", ["dynamodb:PutItem"])
    make_function(session, "class-waitlist", role, MemorySize=256, Timeout=10)
    requests = list(_requests(now, rng))
    put_lines(session, "/studio/api-access", _access(requests), ["m3x9c6v1bn-0", "m3x9c6v1bn-1"])
    put_function_lines(session, "class-waitlist", _waitlist(requests, rng))
    tokens = [
        "[INFO] token of {n} is good",
        "[INFO] token of {n} is good",
        "[WARN] token of {n} ends within a day",
    ]
    make_bystander(session, now, rng, "token-check", tokens, per_hour=45)
    make_bystander(
        session, now, rng, "class-list", ["[INFO] {n} classes listed", "[INFO] class {n} shown"], per_hour=40
    )
    make_bystander(session, now, rng, "class-checkins", ["[INFO] check-in {n}", "[WARN] check-in {n} twice"])
    make_bystander(session, now, rng, "member-page", ["[INFO] member {n} shown"], per_hour=16)
    _metrics(session, now, rng)
    put_alarm(
        session,
        "studio-api-4xx-share",
        AlarmDescription="More than a tenth of the requests to the studio API end in 4XX.",
        Namespace="AWS/ApiGateway",
        MetricName="4XXError",
        Dimensions={"ApiName": "studio-api", "Stage": "v4"},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=0.1,
    )
    put_alarm(
        session,
        "studio-api-5xx",
        Namespace="AWS/ApiGateway",
        MetricName="5XXError",
        Dimensions={"ApiName": "studio-api", "Stage": "v4"},
        Threshold=20,
    )
    set_healthy(session, "studio-api-5xx")


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _requests(now, rng):
    """When, path, whether it is there: a sample of four hundred a minute."""
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(4, 8)):
            path = rng.choices(list(PATHS), list(PATHS.values()))[0]
            at = within(minute, rng)
            yield at, path, path != WAITLIST or _minute(at, now) < DEPLOYED


def _access(requests):
    for number, (at, path, there) in enumerate(requests):
        filled = path.replace("{classId}", f"c{4_000 + number % 700}").replace("{memberId}", f"m{90_000 + number}")
        status = 403 if not there else 401 if number % 97 == 0 else 200
        told = {
            "requestTime": f"{at:%d/%b/%Y:%H:%M:%S} +0000",
            "httpMethod": "POST" if path in {WAITLIST, "/checkins"} else "GET",
            "path": f"/v4{filled}",
            "resourcePath": path if there else "-",
            "status": status,
            "latency": 2 if not there else 30 + number % 90,
            "error": "MISSING_AUTHENTICATION_TOKEN" if not there else "UNAUTHORIZED" if status == 401 else "-",
            "message": "Missing Authentication Token" if not there else "Unauthorized" if status == 401 else "-",
        }
        yield at, json.dumps(told)


def _waitlist(requests, rng):
    for at, path, there in requests:
        if path == WAITLIST and there:
            told = f"[INFO] place {rng.randint(1, 14)} on the list of class c{rng.randint(4_000, 4_700)}"
            yield from invocation(at, rng, [told], duration_ms=rng.uniform(14, 60), memory_mib=256)


def _metrics(session, now, rng):
    def api(at):
        minute = round(_minute(at, now))
        share = ALARMED.get(minute) or (rng.uniform(0.008, 0.015) if minute < -37 else rng.uniform(0.16, 0.19))
        share = 0.094 if minute == -37 else share
        found = {"4XXError": share, "5XXError": 0.0, "Latency": rng.uniform(40, 60)}
        return found | {"IntegrationLatency": rng.uniform(30, 45)}

    def counted(at):
        return {"Count": round(420 * measured.busy(at, rng))}

    def waitlist(at):
        if _minute(at, now) >= DEPLOYED:
            return {}
        calls = round(70 * measured.busy(at, rng))
        return {"Invocations": calls, "Errors": 0, "Throttles": 0, "Duration": 31, "ConcurrentExecutions": 1}

    moments, dimensions = measured.moments(now), {"ApiName": "studio-api", "Stage": "v4"}
    units = dict.fromkeys(("4XXError", "5XXError", "Count"), "Count")
    put_metrics(session, "AWS/ApiGateway", dimensions, moments, api, units)
    put_metrics(session, "AWS/ApiGateway", dimensions, moments, counted, units)
    put_function_metrics(session, "class-waitlist", moments, waitlist)
