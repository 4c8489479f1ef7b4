"""One client that asks without end, and is told so."""

import json

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

LOOP = -34
"""Minutes, relative to now, when the client begins."""

ALARMED = {-33: 0.5231, -32: 0.5874, -31: 0.6112}
STAGE = {"ApiName": "stay-public", "Stage": "v1"}
CLIENT = ("m0t9hnx41s", "192.0.2.77", "tarnholm-tours/0.1 python-httpx/0.28.1")
OTHERS = tuple((f"k{number}q7w{number * 37 % 90 + 10}zd", f"203.0.113.{number * 5}") for number in range(1, 44))


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "room-rates-role", "lambda.amazonaws.com", ["dynamodb:Query", "logs:PutLogEvents"])
    make_function(session, "room-rates", role)
    put_lines(session, "/apigateway/stay-public/v1", _requests(now, rng))
    put_function_lines(session, "room-rates", _rates(now, rng))
    make_bystander(session, now, rng, "spa-slots", ("slot {n} booked", "slot {n} free again", "no slot for {n}"))
    make_bystander(session, now, rng, "review-mails", ("review {n} asked for", "review {n} came"), per_hour=12)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _request(at, rng, key, source, agent, status, error="-"):
    entry = {
        "requestId": request_id(rng),
        "ip": source,
        "apiKeyId": key,
        "requestTime": f"{at:%d/%b/%Y:%H:%M:%S +0000}",
        "httpMethod": "GET",
        "path": f"/v1/rates/{rng.randint(100, 299)}",
        "status": status,
        "errorResponseType": error,
        "integrationStatus": status if status == "200" else "-",
        "responseLatency": str(rng.randint(31, 120) if status == "200" else rng.randint(1, 4)),
        "userAgent": agent,
    }
    return at, json.dumps(entry)


def _requests(now, rng):
    """A part of all requests; the others would be more of the same."""
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(4, 7)):
            key, source = rng.choice(OTHERS)
            status, error = rng.choice([("200", "-")] * 24 + [("403", "ACCESS_DENIED"), ("404", "-")])
            yield _request(within(minute, rng), rng, key, source, "channel-manager/7.2", status, error)
        if _minute(minute, now) < LOOP and rng.random() < 0.05:
            yield _request(within(minute, rng), rng, *CLIENT, "200")
        if _minute(minute, now) >= LOOP:
            for _ in range(rng.randint(9, 11)):
                status, error = rng.choice([("200", "-")] + [("429", "THROTTLED")] * 3)
                yield _request(within(minute, rng), rng, *CLIENT, status, error)


def _rates(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(2):
            hotel, rooms = rng.randint(100, 9_000), rng.randint(1, 40)
            said = [f"{{at}}\t{{id}}\tINFO\trates of hotel {hotel}: {rooms} rooms"]
            if rng.random() < 0.06:
                said.append(f"{{at}}\t{{id}}\tWARN\trate of hotel {hotel} is older than an hour")
            yield from invocation(within(minute, rng, 57), rng, said, duration_ms=rng.uniform(18, 70))


def _metrics(session, now, rng):
    def stage(_):
        return {"Latency": rng.uniform(44, 58), "IntegrationLatency": rng.uniform(38, 50)}

    moments = list(minutes(now, -2 * 24 * 60, -1))
    units = {"Latency": "Milliseconds", "IntegrationLatency": "Milliseconds"}
    put_metrics(session, "AWS/ApiGateway", STAGE, moments, stage, units)
    _counted(session, now, rng, moments)
    rates = lambda at: {  # noqa: E731 - used once
        "Invocations": round(320 * rng.uniform(0.95, 1.05)) + (1_500 if _minute(at, now) >= LOOP else 0),
        "Errors": 0,
        "Throttles": 0,
        "Duration": rng.uniform(36, 44),
        "ConcurrentExecutions": rng.randint(2, 6),
    }
    put_function_metrics(session, "room-rates", moments[::2], rates)


def _counted(session, now, rng, moments):
    """4XXError and 5XXError have a value for each request, 0 or 1: the average is the share."""
    dimensions = [{"Name": name, "Value": value} for name, value in STAGE.items()]
    data = []
    for at in moments:
        minute, asked = _minute(at, now), round(330 * rng.uniform(0.94, 1.06))
        asked += 5_900 if minute > LOOP else 2_100 if minute == LOOP else 0
        usual = 0.036 if minute < LOOP else 0.17
        share = ALARMED.get(minute) or (rng.uniform(0.66, 0.71) if minute > LOOP else usual)
        refused = round(asked * share)
        told = {"Dimensions": dimensions, "Timestamp": at, "Unit": "Count"}
        data += [
            {**told, "MetricName": "Count", "Values": [1.0], "Counts": [asked]},
            {**told, "MetricName": "4XXError", "Values": [1.0, 0.0], "Counts": [refused, asked - refused]},
            {**told, "MetricName": "5XXError", "Values": [0.0], "Counts": [asked]},
        ]
    for start in range(0, len(data), 500):
        session.client("cloudwatch").put_metric_data(
            Namespace="AWS/ApiGateway", MetricData=data[start : start + 500]
        )


def _alarms(session):
    put_alarm(
        session,
        "stay-public-4xx-rate",
        AlarmDescription="More than 20 % of what partners ask for is refused.",
        Namespace="AWS/ApiGateway",
        MetricName="4XXError",
        Dimensions=STAGE,
        Statistic="Average",
        EvaluationPeriods=3,
        Threshold=0.2,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "stay-public-5xx",
        Namespace="AWS/ApiGateway",
        MetricName="5XXError",
        Dimensions=STAGE,
        Threshold=5,
        EvaluationPeriods=2,
    )
    set_healthy(session, "stay-public-5xx")
