"""Baskets answer 502 while a batch job eats the price engine's concurrency."""

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
    put_metrics,
    request_id,
    set_healthy,
    within,
)

BATCH = -38
"""Minute in which the batch job started."""

FULL = -19
"""Minute since which baskets are refused."""

REFUSED = (3, 4, 4, 6, 7, 9, 8, 11, 12, 14, 13, 16, 17, 18, 22, 25, 27)
"""Refused baskets of each minute since, as the alarm quotes them."""

RESERVED = 25

TOO_MANY = (
    "[ERROR] pricing failed, answering 502: An error occurred (TooManyRequestsException) when calling the Invoke "
    "operation (reached max retries: 4): Rate Exceeded. FunctionName=price-engine "
    "Reason=ReservedFunctionConcurrentInvocationLimitExceeded"
)

OTHERS = {
    "stock-lookup": ["[INFO] {n} pieces in stock", "[INFO] article {n} sold out"],
    "voucher-check": ["[INFO] voucher {n} valid", "[WARN] voucher {n} expired"],
    "catalog-feed": ["[INFO] feed of {n} articles written", "[INFO] feed unchanged"],
}


def seed(session, now, rng):
    """Make the account's state."""
    for name, memory, timeout, variables in (
        ("basket-api", 512, 10, {"PRICING_FUNCTION": "price-engine", "TABLE": "baskets"}),
        ("price-engine", 1024, 90, {"RULES_BUCKET": "price-rules"}),
        ("catalog-reprice", 512, 900, {"TARGET_FUNCTION": "price-engine", "MAX_WORKERS": "40"}),
    ):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["lambda:InvokeFunction", "logs:*"])
        make_function(
            session, name, role, MemorySize=memory, Timeout=timeout, Environment={"Variables": variables}
        )
        put_alarm(
            session,
            f"{name}-errors",
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions={"FunctionName": name},
            Threshold=5,
        )
        set_healthy(session, f"{name}-errors")
    session.client("lambda").put_function_concurrency(
        FunctionName="price-engine", ReservedConcurrentExecutions=RESERVED
    )
    _make_api(session)
    put_function_lines(session, "basket-api", _baskets(now, rng))
    put_function_lines(session, "price-engine", _prices(now, rng))
    put_function_lines(session, "catalog-reprice", _batches(now, rng))
    put_lines(session, "/apigateway/shop-public/access", _requests(now, rng))
    _metrics(session, now, rng)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _make_api(session):
    account, region = session.client("sts").get_caller_identity()["Account"], session.region_name
    gateway = session.client("apigateway")
    api = gateway.create_rest_api(name="shop-public")["id"]
    parent = gateway.get_resources(restApiId=api)["items"][0]["id"]
    for path, function in (("basket", "basket-api"), ("stock", "stock-lookup")):
        resource = gateway.create_resource(restApiId=api, parentId=parent, pathPart=path)["id"]
        about = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
        gateway.put_method(**about, authorizationType="NONE")
        arn = f"arn:aws:lambda:{region}:{account}:function:{function}"
        uri = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"
        gateway.put_integration(**about, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api, stageName="prod")
    session.client("lambda").add_permission(
        FunctionName="basket-api",
        StatementId="shop-public",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _refused(at, now):
    since = _minute(at, now) - FULL
    return REFUSED[since] if since >= 0 else 0


def _baskets(now, rng):
    for minute in minutes(now, -150, -2):
        for _ in range(_refused(minute, now)):
            basket = rng.randint(10**6, 10**7)
            said = [f"[INFO] basket {basket}: {rng.randint(1, 9)} items", TOO_MANY]
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(2_900, 4_800))
        for _ in range(rng.randint(6, 10)):
            basket = rng.randint(10**6, 10**7)
            said = [f"[INFO] basket {basket}: {rng.randint(1, 9)} items"]
            if rng.random() < 0.08:
                said.append(f"[WARN] basket {basket}: voucher expired, ignored")
            said.append(f"[INFO] basket {basket}: priced in {rng.randint(40, 120)} ms")
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(70, 190))


def _workers(minute):
    return 0 if minute < BATCH else min(40, 6 + 6 * ((minute - BATCH) // 5))


def _started(minute):
    """Batches begun in a minute: each takes three quarters of one, and no more run than are reserved."""
    return round(min(_workers(minute), RESERVED - 1) * 60 / 45)


def _prices(now, rng):
    for minute in minutes(now, -150, -2):
        for _ in range(rng.randint(3, 5)):
            said = [f"[INFO] caller=basket-api items={rng.randint(1, 9)}"]
            yield from invocation(
                within(minute, rng), rng, said, duration_ms=rng.uniform(40, 120), memory_mib=1024
            )
        for _ in range(_started(_minute(minute, now))):
            first = rng.randint(1, 184_000)
            said = [f"[INFO] caller=catalog-reprice articles={first}-{first + 199}"]
            took = rng.uniform(38_000, 52_000)
            yield from invocation(within(minute, rng), rng, said, duration_ms=took, memory_mib=1024, used_mib=410)


def _batches(now, rng):
    for day in (1, 2, 3):
        at = now - timedelta(days=day, hours=9)
        said = ["[INFO] repricing 2140 changed articles, workers=4 target=price-engine", "[INFO] done"]
        yield from invocation(at, rng, said, duration_ms=212_000.0)
    priced = 0
    for start in (-38, -23, -8):
        at = now + timedelta(minutes=start, seconds=4)
        said = [f"[INFO] full catalogue, 184220 articles, continuing at {priced}, target=price-engine"]
        for step in range(0, 15, 5):
            workers = _workers(start + step)
            said.append(f"[INFO] backlog large, workers={workers}, {priced} of 184220 articles priced")
            priced += workers * 5 * 200 // 2
        said.append("[INFO] time budget used, continuing in a new invocation")
        lines = invocation(at, rng, said, duration_ms=880_000.0, used_mib=140)
        yield from [line for line in lines if line[0] < now - timedelta(minutes=2)]


def _requests(now, rng):
    for minute in minutes(now, -150, -2):
        for failed in [True] * _refused(minute, now) + [False] * rng.randint(8, 14):
            basket = failed or rng.random() < 0.7
            path = "/basket/{basketId}" if basket else rng.choice(["/articles", "/stock/{articleId}"])
            took = rng.randint(2_900, 4_800) if failed else rng.randint(60, 210)
            entry = {
                "requestId": request_id(rng),
                "httpMethod": "GET",
                "resourcePath": path,
                "status": 502 if failed else 200,
                "integrationStatus": 200,
                "integrationLatency": took,
                "responseLatency": took + rng.randint(2, 9),
            }
            yield within(minute, rng), json.dumps(entry)


def _metrics(session, now, rng):
    def api(at):
        failed = _refused(at, now)
        took = rng.uniform(1_500, 3_900) if failed else rng.uniform(80, 180)
        return {
            "Count": failed + rng.randint(9, 14),
            "4XXError": rng.randint(0, 1),
            "5XXError": failed,
            "Latency": took,
            "IntegrationLatency": took - 6,
        }

    def front(at):
        failed = _refused(at, now)
        return {
            "Invocations": failed + rng.randint(6, 10),
            "Errors": 0,
            "Throttles": 0,
            "ConcurrentExecutions": max(2, failed // 3),
            "Duration": rng.uniform(1_500, 3_900) if failed else rng.uniform(70, 190),
        }

    def engine(at):
        minute, workers = _minute(at, now), _workers(_minute(at, now))
        full = minute >= FULL
        return {
            "Invocations": rng.randint(3, 5) + _started(minute),
            "Errors": 0,
            "Throttles": 5 * _refused(at, now) + (workers - 20) * 3 if full else 0,
            "ConcurrentExecutions": RESERVED if full else workers + rng.randint(1, 2),
            "Duration": rng.uniform(34_000, 41_000) if workers else rng.uniform(40, 120),
        }

    def batch(at):
        minute = _minute(at, now)
        return (
            {"Invocations": int(minute in {-38, -23, -8}), "Errors": 0, "Throttles": 0} if minute >= BATCH else {}
        )

    units = {"Latency": "Milliseconds", "IntegrationLatency": "Milliseconds"}
    units |= dict.fromkeys(("Count", "4XXError", "5XXError"), "Count")
    put_metrics(session, "AWS/ApiGateway", {"ApiName": "shop-public"}, minutes(now, -2 * 24 * 60, -2), api, units)
    put_function_metrics(session, "basket-api", minutes(now, -24 * 60, -2), front)
    put_function_metrics(session, "price-engine", minutes(now, -24 * 60, -2), engine)
    put_function_metrics(session, "catalog-reprice", minutes(now, BATCH, -2), batch)
    put_alarm(
        session,
        "shop-public-5xx",
        Namespace="AWS/ApiGateway",
        MetricName="5XXError",
        Dimensions={"ApiName": "shop-public"},
        EvaluationPeriods=3,
        Threshold=20,
    )
