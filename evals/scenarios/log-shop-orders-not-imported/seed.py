"""A marketplace switches off the version of its API that an import still asks for."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import (
    make_bystander,
    make_function,
    make_role,
    minutes,
    of_day,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_metrics,
    request_id,
    set_healthy,
    within,
)

GONE = -26
"""Minute, relative to now, in which version 2024-10 is switched off."""

TOLD = timedelta(minutes=25, seconds=48)
"""Before now: the line that the subscription sent."""

FIRST = "6d1c07be-52a9-4e0f-a7c3-91f20b8e4d65"
"""The invocation that wrote it."""

SHOPS = ("mercato-de", "mercato-nl", "mercato-be", "mercato-at")
API = "https://api.mercato.example"
BODY = {
    "error": "version_retired",
    "message": "API version 2024-10 was retired. Supported versions: 2025-04, 2025-07, 2025-10.",
    "docs": "https://dev.mercato.example/versioning",
}


def seed(session, now, rng):
    """Make the account's state."""
    allowed = ["secretsmanager:GetSecretValue", "dynamodb:PutItem", "logs:PutLogEvents"]
    for name, version in (("order-import", "2024-10"), ("stock-export", "2025-07")):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", allowed)
        variables = {"MERCATO_API": API, "MERCATO_API_VERSION": version, "MERCATO_TOKEN_SECRET": "mercato/token"}
        make_function(session, name, role, Timeout=50, Environment={"Variables": variables})
    session.client("secretsmanager").create_secret(Name="mercato/token", SecretString="not-for-anybody")
    put_function_lines(session, "order-import", _imports(now, rng))
    put_function_lines(session, "stock-export", _exports(now, rng))
    make_bystander(
        session, now, rng, "invoice-print", ["invoice {n} printed", "WARN invoice {n} has no VAT number"]
    )
    make_bystander(session, now, rng, "own-shop-orders", ["order {n} taken over"], per_hour=45)
    _metrics(session, now, rng)
    put_alarm(
        session,
        "order-import-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "order-import"},
        Period=300,
        Threshold=3,
    )
    set_healthy(session, "order-import-errors")


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _said(at, request, level, text):
    return at, f"[{level}]\t{at:%Y-%m-%dT%H:%M:%SZ}\t{request}\t{text}"


def _run(at, request, version, of_each):
    """The lines of one invocation, given what it says of each shop."""
    moment = at
    yield at, f"START RequestId: {request} Version: {version}"
    for texts in of_each:
        for level, text in texts:
            yield _said(moment, request, level, text)
        moment += timedelta(seconds=2)
    yield moment, f"END RequestId: {request}"
    took = (moment - at).total_seconds() * 1000 + 212.5
    yield (
        moment,
        (
            f"REPORT RequestId: {request}\tDuration: {took:.2f} ms\tBilled Duration: {int(took) + 1} ms\t"
            "Memory Size: 512 MB\tMax Memory Used: 101 MB\t"
        ),
    )


def _imports(now, rng):
    sunset = f"{now + timedelta(minutes=GONE):%a, %d %b %Y %H:%M:%S GMT}"
    warned = f"{API} announces: Sunset: {sunset}; Deprecation: true; version 2024-10 (see /versioning)"
    for minute in [*minutes(now, -12 * 24 * 60, -14 * 60, 360), *minutes(now, -14 * 60, 0)]:
        gone = _minute(minute, now) >= GONE
        found = []
        for shop in SHOPS:
            said = [("INFO", f"asking {API}/2024-10/orders.json for {shop}")]
            if gone:
                said.append(("INFO", f"answer for {shop}: {json.dumps(BODY)}"))
                said.append(("ERROR", f"orders of {shop} not fetched: MercatoError: 410 Gone"))
            else:
                said.append(("INFO", f"{rng.randint(0, 9)} orders of {shop} imported"))
            found.append(said)
        if not gone and (minute.minute == 17 or _minute(minute, now) < -14 * 60):
            found[0].append(("WARNING", warned))
        # The second of the shops is asked two seconds after the start.
        first = now - TOLD - timedelta(seconds=2)
        at = minute + timedelta(seconds=first.second)
        request = FIRST if at == first else request_id(rng)
        yield from _run(at, request, 77 if _minute(at, now) > -55 else 76, found)


def _exports(now, rng):
    for minute in minutes(now, -12 * 60, 0, 5):
        said = [[("INFO", f"{rng.randint(20, 400)} stock levels sent to {API}/2025-07/stock.json: 202 Accepted")]]
        if rng.random() < 0.05:
            said.append([("WARNING", f"article {rng.randint(1_000, 9_999)} unknown to Mercato")])
        yield from _run(within(minute, rng), request_id(rng), 41, said)


def _metrics(session, now, rng):
    def imported(at):
        count = of_day(at, 3, 19) * rng.uniform(0.8, 1.2)
        return {"OrdersImported": 0 if _minute(at, now) >= GONE else round(count)}

    moments = measured.moments(now)
    put_metrics(session, "Wholesale", {"Channel": "mercato"}, moments, imported)
    own = {"Channel": "own-shop"}
    put_metrics(session, "Wholesale", own, moments, lambda at: {"OrdersImported": round(of_day(at, 2, 11))})
    usual = {"Invocations": 1, "Errors": 0, "Throttles": 0, "ConcurrentExecutions": 1}
    put_function_metrics(
        session, "order-import", moments, lambda _: {**usual, "Duration": 8_212 * rng.uniform(0.98, 1.02)}
    )
    put_function_metrics(
        session, "stock-export", moments[::5], lambda _: {**usual, "Duration": 2_212 * rng.uniform(0.98, 1.1)}
    )
