"""A version that a tenth of the calls meet for five minutes, until it is taken back."""

from datetime import timedelta

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_metrics,
    put_lines,
    put_metrics,
    request_id,
    set_healthy,
    within,
)

FAILED = {-28: 6, -27: 9, -26: 8, -25: 11, -24: 7}
"""Failed calls by minute, relative to now: all that version 57 got."""

NAME = "coupon-check"
TRACE = (
    "java.lang.NoSuchMethodError: 'com.fasterxml.jackson.core.StreamReadConstraints "
    "com.fasterxml.jackson.core.JsonFactory.streamReadConstraints()'\n"
    "\tat com.fasterxml.jackson.databind.ObjectMapper.<init>(ObjectMapper.java:714)\n"
    "\tat example.promo.Rules.<clinit>(Rules.java:31)\n"
    "\tat example.promo.CouponCheck.handleRequest(CouponCheck.java:58)"
)


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, f"{NAME}-role", "lambda.amazonaws.com", ["dynamodb:GetItem", "logs:PutLogEvents"])
    make_function(session, NAME, role, Runtime="java21", Handler="example.promo.CouponCheck", MemorySize=1024)
    session.client("dynamodb").create_table(
        TableName="coupons",
        AttributeDefinitions=[{"AttributeName": "code", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "code", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    day = f"{now:%Y/%m/%d}"
    streams = [f"{day}/[56]{rng.getrandbits(128):032x}" for _ in range(4)]
    put_lines(session, f"/aws/lambda/{NAME}", _good(now, rng), streams)
    _write_failed(session, f"{day}/[57]{rng.getrandbits(128):032x}", _failed(now, rng))
    for name, says in (
        ("coupon-import", ("imported {n} coupons", "no new file", "file {n}.csv read")),
        ("gift-cards", ("card {n} charged", "card {n} empty", "balance of card {n} asked")),
    ):
        make_bystander(session, now, rng, name, says)
    _metrics(session, now, rng)
    put_alarm(
        session,
        f"{NAME}-errors",
        AlarmDescription="Coupons cannot be checked.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": NAME},
        EvaluationPeriods=2,
        Threshold=5,
    )
    put_alarm(
        session,
        f"{NAME}-throttles",
        Namespace="AWS/Lambda",
        MetricName="Throttles",
        Dimensions={"FunctionName": NAME},
        Period=300,
        Threshold=10,
    )
    set_healthy(session, f"{NAME}-throttles")


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _log4j(level, text):
    return "{at} {id} " + f"{level:<5} CouponCheck - {text}"


def _good(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            code = f"{rng.choice(['AUTUMN', 'HELLO', 'BACK'])}-{rng.randint(10**4, 10**5)}"
            said = [_log4j("INFO", f"coupon {code} accepted, {rng.randint(2, 30)} EUR off")]
            if rng.random() < 0.1:
                said = [_log4j("WARN", f"coupon {code} refused: ended on 2026-10-31")]
            at = within(minute, rng, 55)
            for moment, text in invocation(
                at, rng, said, duration_ms=rng.uniform(9, 60), memory_mib=1024, used_mib=214
            ):
                yield moment, text.replace("Version: $LATEST", "Version: 56")


def _failed(now, rng):
    first = True
    for relative, count in FAILED.items():
        for _ in range(count):
            at = within(now + timedelta(minutes=relative), rng, 55)
            request, took = request_id(rng), rng.uniform(30, 70)
            stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            if first:
                started = at - timedelta(seconds=2)
                yield (
                    started,
                    "INIT_START Runtime Version: java:21.v41\tRuntime Version ARN: arn:aws:lambda:::runtime:8a11",
                )
                first = False
            yield at, f"START RequestId: {request} Version: 57"
            yield at, f"{stamp} {request} ERROR CouponCheck - call failed\n{TRACE}"
            told = TRACE.partition("\n")[0].replace("java.lang.NoSuchMethodError: ", "")
            yield at, f"{told}: java.lang.NoSuchMethodError\n{TRACE}"
            end = at + timedelta(milliseconds=took)
            yield end, f"END RequestId: {request}"
            report = (
                f"Duration: {took:.2f} ms\tBilled Duration: {int(took) + 1} ms\tMemory Size: 1024 "
                "MB\tMax Memory Used: 188 MB"
            )
            yield end, f"REPORT RequestId: {request}\t{report}\t"


def _write_failed(session, stream, lines):
    logs, group = session.client("logs"), f"/aws/lambda/{NAME}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in lines]
    events.sort(key=lambda event: event["timestamp"])
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def _metrics(session, now, rng):
    def function(at):
        failed = FAILED.get(_minute(at, now), 0)
        calls = rng.randint(78, 96)
        return {
            "Invocations": calls,
            "Errors": failed,
            "Throttles": 0,
            "ConcurrentExecutions": rng.randint(3, 6),
            "Duration": rng.uniform(21, 29),
        }

    moments = list(minutes(now, -2 * 24 * 60, -1, 1))
    put_function_metrics(session, NAME, moments, function)
    canary = {"FunctionName": NAME, "Resource": f"{NAME}:live", "ExecutedVersion": "57"}
    counts = {"Invocations": "Count", "Errors": "Count"}
    during = [now + timedelta(minutes=minute) for minute in FAILED]
    by_minute = lambda at: dict.fromkeys(counts, FAILED[_minute(at, now)])  # noqa: E731 - used once
    put_metrics(session, "AWS/Lambda", canary, during, by_minute, counts)
    latency = lambda _: {"SuccessfulRequestLatency": rng.uniform(2, 4)}  # noqa: E731 - used once
    gets = {"TableName": "coupons", "Operation": "GetItem"}
    put_metrics(
        session, "AWS/DynamoDB", gets, moments[::10], latency, {"SuccessfulRequestLatency": "Milliseconds"}
    )
