"""Charges time out since the payment provider's API hangs."""

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
    put_metrics,
    within,
)

CHARGES = "https://api.paygrid.example/v2/charges"

HANGS = -16
"""Minute of the first charge without an answer."""

FAILED = (3, 4, 5, 4, 5, 4, 6, 5, 4, 5, 5, 6, 4, 5)
"""Timed-out invocations of each minute since; the alarm's reason adds them up."""

OTHERS = {
    "fraud-score": [
        "[INFO] scored order {n} in 38 ms",
        "[WARN] feature store answered from stale cache, age {n} s",
    ],
    "receipt-mailer": ["[INFO] receipt {n} sent", "[INFO] receipt {n} sent, 1 attachment"],
    "loyalty-points": ["[INFO] credited {n} points", "[INFO] nothing to credit for order {n}"],
}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(
        session, "charge-card-role", "lambda.amazonaws.com", ["dynamodb:PutItem", "lambda:InvokeFunction"]
    )
    environment = {"PAYGRID_URL": "https://api.paygrid.example", "ATTEMPTS_TABLE": "charge-attempts"}
    make_function(
        session,
        "charge-card",
        role,
        Runtime="nodejs22.x",
        Handler="index.handler",
        Timeout=15,
        Environment={"Variables": environment},
    )
    session.client("dynamodb").create_table(
        TableName="charge-attempts",
        AttributeDefinitions=[{"AttributeName": "attempt_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "attempt_id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put_function_lines(session, "charge-card", _lines(now, rng))
    _metrics(session, now, rng)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _lines(now, rng):
    for minute in minutes(now, -9 * 60, -2):
        since = round((minute - now).total_seconds() / 60) - HANGS
        for _ in range(FAILED[since] if since >= 0 else 0):
            yield from _timed_out(within(minute, rng, 40.0), rng)
        for _ in range(rng.randint(0, 1) if since >= 0 else rng.randint(1, 3)):
            yield from _charged(within(minute, rng), rng)


def _before(rng):
    order = rng.randint(10**6, 10**7)
    said = [f"{{at}}\t{{id}}\tINFO\torder {order}: charging {rng.randint(5, 240)}.{rng.randint(0, 99):02d} EUR"]
    if rng.random() < 0.1:
        said.append(f"{{at}}\t{{id}}\tWARN\tprice cache cold, reading {rng.randint(2, 40)} rules from table")
    said.append(f"{{at}}\t{{id}}\tINFO\torder {order}: fraud-score answered in {rng.randint(24, 80)} ms: accept")
    said.append(
        f"{{at}}\t{{id}}\tINFO\torder {order}: attempt stored in charge-attempts in {rng.randint(4, 12)} ms"
    )
    return order, said


def _charged(at, rng):
    order, said = _before(rng)
    took = rng.randint(260, 640)
    said.append(
        f"{{at}}\t{{id}}\tINFO\torder {order}: POST https://api.paygrid.example/v2/charges 201 in {took} ms"
    )
    return invocation(at, rng, said, duration_ms=took + rng.uniform(80, 160), used_mib=rng.randint(96, 104))


def _timed_out(at, rng):
    order, said = _before(rng)
    lines = invocation(at, rng, said, duration_ms=420.0, status="Status: timeout")
    request = lines[0][1].split()[2]
    warned, end = at + timedelta(seconds=10.31), at + timedelta(seconds=15)
    text = (
        f"{warned:%Y-%m-%dT%H:%M:%S}.310Z\t{request}\tWARN\torder {order}: POST {CHARGES}:"
        " connected in 21 ms, no response after 10000 ms (attempt 1 of 2), retrying"
    )
    report = (
        f"REPORT RequestId: {request}\tDuration: 15000.00 ms\tBilled Duration: 15000 ms\tMemory Size: 512 MB\t"
        "Max Memory Used: 101 MB\tStatus: timeout\t"
    )
    return [
        *lines[:-2],
        (warned, text),
        (end, f"{end:%Y-%m-%dT%H:%M:%S}.012Z {request} Task timed out after 15.00 seconds\n"),
        (end, f"END RequestId: {request}"),
        (end, report),
    ]


def _metrics(session, now, rng):
    def function(at):
        since = round((at - now).total_seconds() / 60) - HANGS
        failed = FAILED[since] if since >= 0 else 0
        well = rng.randint(0, 1) if since >= 0 else rng.randint(1, 3)
        return {
            "Invocations": failed + well,
            "Errors": failed,
            "Throttles": 0,
            "ConcurrentExecutions": max(1, failed),
            "Duration": 15_000.0 if failed else rng.uniform(360, 760),
        }

    def table(_):
        return {"ConsumedWriteCapacityUnits": rng.randint(1, 6), "SuccessfulRequestLatency": rng.uniform(3, 9)}

    put_function_metrics(session, "charge-card", minutes(now, -3 * 24 * 60, -2), function)
    put_metrics(
        session, "AWS/DynamoDB", {"TableName": "charge-attempts"}, minutes(now, -2 * 24 * 60, -2, 5), table
    )
    put_alarm(
        session,
        "charge-card-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "charge-card"},
        AlarmDescription="Card charges fail. Runbook: payments/charge-card",
        Period=300,
        EvaluationPeriods=2,
        Threshold=10,
    )
