"""Quotes that wait for an answer from outside."""

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
    request_id,
    set_healthy,
    within,
)

CUT = timedelta(minutes=14, seconds=2)
TIMEOUT_MS = 15_000.0
FUNCTION = "freight-quote"
HOST = "rates.carrier.example"
REFUSED = "connect ETIMEDOUT 198.51.100.201:443"
GATEWAYS = ("nat-07d3e15b92c4f6a80", "nat-0a94f1c6e3b8d2075")
API = {"ApiName": "logistics-public", "Stage": "v1"}


def seed(session, now, rng):
    """Make the account's state."""
    allowed = [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "secretsmanager:GetSecretValue",
        "logs:*",
        "ec2:CreateNetworkInterface",
    ]
    role = make_role(session, "freight-quote-role", "lambda.amazonaws.com", allowed)
    variables = {
        "RATES_URL": f"https://{HOST}/v2/quotes",
        "CACHE_TABLE": "quote-cache",
        "RATES_TIMEOUT_MS": "10000",
    }
    make_function(session, FUNCTION, role, Runtime="nodejs22.x", Timeout=15, Environment={"Variables": variables})
    lines, access, durations = [], [], {}
    for minute in minutes(now, -26 * 60, 0):
        recent = minute >= now - timedelta(hours=7)
        for _ in range(rng.randint(7, 11) if recent else 1):
            at = within(minute, rng)
            said, took, status = _quote(at, now, rng)
            if at + timedelta(milliseconds=took) < now:
                ended = _timed_out(at, rng, said[0]) if status else ()
                lines += ended or invocation(at, rng, said, duration_ms=took, used_mib=118)
                access.append(_answered(at, rng, took, status))
            durations.setdefault(minute, []).append((took, bool(status)))
    put_function_lines(session, FUNCTION, lines)
    put_lines(session, "API-Gateway-Access-Logs_k3v9x1m7qd/v1", access)
    _bystanders(session, now, rng)
    _metrics(session, now, rng, durations)
    _alarms(session)


def _quote(at, now, rng):
    """What an invocation says, how long it takes and how it ends."""
    parcel = f"{rng.getrandbits(32):08x}"
    start = f"{{at}}\t{{id}}\tINFO\tquote {parcel} to {rng.choice(['PL', 'DE', 'FR', 'SE', 'IT'])}"
    if rng.random() < 0.18:
        return [f"{start}: cached"], rng.uniform(9, 30), ""
    if at >= now - CUT and rng.random() < 0.5:
        return [start], TIMEOUT_MS, "Status: timeout"
    took = rng.lognormvariate(6.05, 0.28)
    said = [start, f"{{at}}\t{{id}}\tINFO\t{HOST} 200 in {took - 20:.0f} ms, {rng.randint(2, 9)} offers"]
    if rng.random() < 0.03:
        said.append("{at}\t{id}\tWARN\toffer without surcharge table, default used")
    return said, took, ""


def _timed_out(at, rng, said):
    """The lines of an invocation that waits for two connections, and for the second in vain."""
    request = request_id(rng)
    first, retried = (at + timedelta(seconds=after) for after in (0.006, rng.uniform(10.01, 10.05)))
    end = at + timedelta(milliseconds=TIMEOUT_MS)

    def told(moment, text):
        written = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
        return moment, text.replace("{id}", request).replace("{at}", written)

    failed = f"{{at}}\t{{id}}\tWARN\tPOST https://{HOST}/v2/quotes failed: {REFUSED}, attempt 1 of 2"
    report = (
        f"REPORT RequestId: {request}\tDuration: 15000.00 ms\tBilled Duration: 15000 ms\tMemory Size: 512 MB\t"
    )
    return [
        (at, f"START RequestId: {request} Version: $LATEST"),
        told(first, said),
        told(retried, failed),
        told(end, "{at} {id} Task timed out after 15.00 seconds"),
        (end, f"END RequestId: {request}"),
        (end, report + "Max Memory Used: 118 MB\tStatus: timeout\t"),
    ]


def _answered(at, rng, took, status):
    end = at + timedelta(milliseconds=took + 12)
    told = {
        "requestId": f"{rng.getrandbits(64):016x}",
        "ip": f"192.0.2.{rng.randint(2, 250)}",
        "requestTime": f"{end:%d/%b/%Y:%H:%M:%S} +0000",
        "httpMethod": "POST",
        "resourcePath": "/quotes",
        "status": "502" if status else "200",
        "integrationLatency": str(round(took + 6)),
        "responseLength": "36" if status else str(rng.randint(400, 2_200)),
    }
    return end, json.dumps(told)


def _bystanders(session, now, rng):
    cards = ["[INFO] rate card {n} loaded", "[INFO] {n} rows compared", "[WARN] rate card {n} has no validity"]
    make_bystander(session, now, rng, "rate-cards-sync", cards)
    book = ["[INFO] address {n} normalised", "[INFO] street {n} matched"]
    make_bystander(session, now, rng, "address-book", book, per_hour=20)
    customs = ["{at} INFO form {n} rendered", "{at} INFO form {n} stored", "{at} WARN tariff code {n} deprecated"]
    measured.make_bystanding_service(session, now, rng, "logistics", "customs-forms", customs, per_hour=30)
    session.client("dynamodb").create_table(
        TableName="quote-cache",
        AttributeDefinitions=[{"AttributeName": "quote_key", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "quote_key", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def _metrics(session, now, rng, durations):
    def function(at):
        took = durations[at]
        return {
            "Invocations": len(took),
            "Errors": sum(failed for _, failed in took),
            "Throttles": 0,
            "ConcurrentExecutions": max(1, round(sum(each for each, _ in took) / 9_000)),
        }

    def gateway(at):
        took = durations[at]
        mean = sum(each for each, _ in took) / len(took)
        failed = sum(failed for _, failed in took)
        return {
            "Count": len(took),
            "5XXError": failed,
            "4XXError": 0,
            "Latency": mean + rng.uniform(9, 15),
            "IntegrationLatency": mean + rng.uniform(4, 8),
        }

    measuring = [at for at in minutes(now, -26 * 60, -2) if at in durations]
    put_function_metrics(session, FUNCTION, measuring, function)
    longest = max(len(took) for took in durations.values())
    for number in range(longest):
        some = [at for at in measuring if len(durations[at]) > number]
        put_function_metrics(session, FUNCTION, some, lambda at, n=number: {"Duration": durations[at][n][0]})
    measured.publish(session, "AWS/ApiGateway", API, measuring, gateway)
    _gateways(session, now, rng)


def _gateways(session, now, rng):
    for number, gateway in enumerate(GATEWAYS):

        def nat(at, number=number):
            share = 0.0 if number == 0 and at >= now - CUT else rng.uniform(0.9, 1.1)
            return {
                "ActiveConnectionCount": round(64 * share),
                "ConnectionAttemptCount": round(410 * share),
                "ConnectionEstablishedCount": round(409 * share),
                "BytesOutToDestination": 3.1e6 * share,
                "BytesInFromDestination": 8.8e6 * share,
                "BytesOutToSource": 8.8e6 * share,
                "BytesInFromSource": 3.1e6 * share,
                "ErrorPortAllocation": 0,
                "PacketsDropCount": 0,
                "IdleTimeoutCount": 0,
            }

        moments = measured.moments(now, 2)
        measured.publish(session, "AWS/NATGateway", {"NatGatewayId": gateway}, moments[::2], nat)


def _alarms(session):
    put_alarm(
        session,
        "freight-quote-duration-p99",
        AlarmDescription="Quotes at checkout take longer than 8 seconds.",
        Namespace="AWS/Lambda",
        MetricName="Duration",
        Dimensions={"FunctionName": FUNCTION},
        ExtendedStatistic="p99",
        EvaluationPeriods=5,
        Threshold=8_000,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "freight-quote-throttles",
        Namespace="AWS/Lambda",
        MetricName="Throttles",
        Dimensions={"FunctionName": FUNCTION},
        Threshold=5,
    )
    for gateway in GATEWAYS:
        put_alarm(
            session,
            f"{gateway}-ports",
            Namespace="AWS/NATGateway",
            MetricName="ErrorPortAllocation",
            Dimensions={"NatGatewayId": gateway},
            Threshold=1,
        )
        set_healthy(session, f"{gateway}-ports")
    set_healthy(session, "freight-quote-throttles")
