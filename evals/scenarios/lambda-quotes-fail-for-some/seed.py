"""Quotes for other EU countries fail since the function's variables were set by hand."""

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
    within,
)

CHANGED = -55

EARLY = (
    0,
    1,
    0,
    0,
    1,
    1,
    0,
    0,
    1,
    1,
    0,
    1,
    1,
    0,
    1,
    0,
    1,
    1,
    1,
    0,
    1,
    1,
    0,
    1,
    1,
    1,
    1,
    0,
    1,
    1,
    1,
    1,
    2,
    0,
    1,
    1,
    2,
    1,
)
LATE = (1, 2, 1, 2, 1, 2, 1, 2, 2, 2, 2, 2, 3, 2, 2)
FAILED = EARLY + LATE
"""Failed invocations of each minute since; the alarm's reason adds up the last ten."""

LOST = (
    "[ERROR] KeyError: 'VAT_RATES_TABLE'\nTraceback (most recent call last):\n"
    '  File "/var/task/app.py", line 33, in handler\n    rate = rates.for_country(basket.country)\n'
    '  File "/var/task/rates.py", line 19, in for_country\n    table = os.environ["VAT_RATES_TABLE"]'
)

OTHERS = {
    "tax-report": ["[INFO] report {n} written", "[INFO] read 28 rates from vat-rates", "[INFO] no report due"],
    "basket-price": ["[INFO] priced basket {n}", "[WARN] voucher {n} expired"],
    "fx-refresh": ["[INFO] {n} rates refreshed", "[WARN] source slow, kept rates of yesterday"],
}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "tax-quote-role", "lambda.amazonaws.com", ["dynamodb:GetItem", "logs:*"])
    variables = {"CURRENCY": "EUR", "LOG_LEVEL": "DEBUG"}
    make_function(session, "tax-quote", role, MemorySize=256, Environment={"Variables": variables})
    session.client("dynamodb").create_table(
        TableName="vat-rates",
        AttributeDefinitions=[{"AttributeName": "country", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "country", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put_function_lines(session, "tax-quote", _lines(now, rng))
    _metrics(session, now, rng)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _lines(now, rng):
    for minute in minutes(now, -9 * 60, -2):
        since = round((minute - now).total_seconds() / 60) - CHANGED
        debug = since >= 0
        for _ in range(FAILED[since] if debug else 0):
            yield from _quote(
                within(minute, rng), rng, rng.choice(["FR", "IT", "PL", "SE"]), debug=True, failed=True
            )
        for _ in range(rng.randint(2, 4)):
            abroad = not debug and rng.random() < 0.25
            country = rng.choice(["FR", "IT", "PL", "SE"]) if abroad else "NL"
            yield from _quote(within(minute, rng), rng, country, debug=debug, failed=False)


def _quote(at, rng, country, *, debug, failed):
    basket = rng.randint(10**5, 10**6)
    said = [f"[INFO] basket {basket}: country={country} items={rng.randint(1, 14)}"]
    if debug:
        said.append(f"[DEBUG] basket {basket}: customer=consumer currency=EUR rounding=HALF_UP")
    if rng.random() < 0.1:
        said.append("[WARN] exchange rate is one day old, good enough")
    said.append(LOST if failed else f"[INFO] basket {basket}: tax {rng.uniform(0.4, 80):.2f} EUR")
    status = "Status: error\tError Type: KeyError" if failed else ""
    return invocation(at, rng, said, duration_ms=rng.uniform(9, 60), memory_mib=256, used_mib=83, status=status)


def _metrics(session, now, rng):
    def function(at):
        since = round((at - now).total_seconds() / 60) - CHANGED
        failed = FAILED[since] if since >= 0 else 0
        return {
            "Invocations": failed + rng.randint(2, 4),
            "Errors": failed,
            "Throttles": 0,
            "ConcurrentExecutions": rng.randint(1, 2),
            "Duration": rng.uniform(9, 60),
        }

    def table(at):
        read = 0 if at >= now else rng.randint(0, 2)
        return {"ConsumedReadCapacityUnits": read, "SuccessfulRequestLatency": rng.uniform(2, 6)}

    put_function_metrics(session, "tax-quote", minutes(now, -3 * 24 * 60, -2), function)
    put_metrics(session, "AWS/DynamoDB", {"TableName": "vat-rates"}, minutes(now, -2 * 24 * 60, -2, 5), table)
    put_alarm(
        session,
        "tax-quote-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "tax-quote"},
        Period=300,
        EvaluationPeriods=2,
        Threshold=8,
    )
