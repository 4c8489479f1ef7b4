"""Every second courier cannot be booked, with the same key and the same code."""

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
    put_metrics,
    set_healthy,
    within,
)

API, NAME = "dispatch-api", "courier-book"
SINCE = 58
REFUSED = {58: 43, 57: 61, 56: 55, 55: 64, 54: 58}
"""Bookings refused, by how many minutes ago: what the alarm has seen."""
DENIED = '403 {"code":"SRC_DENIED","ref":"198.51.100.77"}'


def seed(session, now, rng):
    """Make the account's state."""
    refused = {ago: REFUSED.get(ago) or rng.randint(54, 66) for ago in range(SINCE, 0, -1)}
    allowed = ["secretsmanager:GetSecretValue", "logs:*", "ec2:*NetworkInterface*"]
    role = make_role(session, f"{NAME}-role", "lambda.amazonaws.com", allowed)
    variables = {"COURIER": "https://api.swiftcourier.example/v3", "KEY": "courier-api-key", "LOG_BOOKED": "0.1"}
    make_function(session, NAME, role, Runtime="nodejs22.x", Environment={"Variables": variables})
    put_function_lines(session, NAME, _bookings(now, rng, refused))
    put_lines(session, f"/aws/apigateway/{API}/access", _access(now, rng, refused))
    make_bystander(
        session, now, rng, "parcel-labels", ["[INFO] label {n} drawn", "[WARNING] label {n}: long street"]
    )
    make_bystander(session, now, rng, "shop-hours", ["[INFO] hours of shop {n} read"], per_hour=25)
    make_bystander(
        session, now, rng, "tour-plan", ["[INFO] tour {n} planned", "[INFO] tour {n} kept"], per_hour=10
    )
    _metrics(session, now, rng, refused)
    _alarms(session)


def _booked(minute, now, rng):
    """A tenth of what is booked in a minute."""
    return rng.randint(5, 7) if now - minute <= timedelta(minutes=SINCE) else rng.randint(10, 13)


def _bookings(now, rng, refused):
    for minute in minutes(now, -7 * 60, 0):
        ago = round((now - minute).total_seconds() / 60)
        for _ in range(_booked(minute, now, rng)):
            told = f"{{at}}\t{{id}}\tINFO\tbooking {rng.randint(620_000, 689_000)} accepted by courier, 201"
            if rng.random() < 0.02:
                told = f"{{at}}\t{{id}}\tWARN\tbooking {rng.randint(620_000, 689_000)}: 422 no courier there"
            yield from invocation(within(minute, rng), rng, [told], duration_ms=rng.uniform(160, 420))
        for _ in range(refused.get(ago, 0)):
            told = f"{{at}}\t{{id}}\tWARN\tbooking {rng.randint(620_000, 689_000)} refused by courier: {DENIED}"
            at = within(minute, rng) if ago < SINCE else within(minute, rng, 36.0)
            yield from invocation(at, rng, [told], duration_ms=rng.uniform(60, 110))
    for hour in range(7):
        at = now - timedelta(hours=hour, minutes=4, seconds=9)
        said = [
            "{at}\t{id}\tINFO\tcourier-api-key read, version of today"
            if hour < 3
            else "{at}\t{id}\tINFO\tkey read"
        ]
        yield from invocation(at, rng, said, duration_ms=rng.uniform(400, 600))


def _access(now, rng, refused):
    for minute in minutes(now, -5 * 60, 0):
        ago = round((now - minute).total_seconds() / 60)
        bad = round(refused.get(ago, 0) / 10)
        for number in range(bad + _booked(minute, now, rng)):
            failed = number < bad
            at = within(minute, rng)
            told = {
                "requestId": f"{rng.getrandbits(128):032x}",
                "ip": f"203.0.113.{rng.randint(120, 180)}",
                "requestTime": f"{at:%d/%b/%Y:%H:%M:%S} +0000",
                "httpMethod": "POST",
                "resourcePath": "/bookings",
                "status": "502" if failed else "201",
                "integrationStatus": "200",
                "integrationLatency": str(rng.randint(70, 120) if failed else rng.randint(170, 430)),
                "responseLength": str(rng.randint(60, 300)),
            }
            yield at, json.dumps(told)


def _metrics(session, now, rng, refused):
    span = measured.moments(now)
    ago = {at: round((now - at).total_seconds() / 60) for at in span}
    load = {at: round(128 * measured.busy(at, rng)) if ago[at] > 150 else rng.randint(114, 127) for at in span}

    def api(at):
        failed = refused.get(ago[at], 0)
        return {
            "Count": load[at],
            "5XXError": failed,
            "4XXError": rng.randint(0, 3),
            "Latency": rng.uniform(210, 250) if failed else rng.uniform(290, 340),
            "IntegrationLatency": rng.uniform(190, 230) if failed else rng.uniform(270, 320),
        }

    units = dict.fromkeys(("Count", "5XXError", "4XXError"), "Count")
    units |= dict.fromkeys(("Latency", "IntegrationLatency"), "Milliseconds")
    put_metrics(session, "AWS/ApiGateway", {"ApiName": API, "Stage": "prod"}, span, api, units)

    def function(at):
        return {
            "Invocations": load[at],
            "Errors": 0,
            "Throttles": 0,
            "Duration": rng.uniform(170, 210) if ago[at] in refused else rng.uniform(260, 310),
            "ConcurrentExecutions": rng.randint(1, 4),
        }

    put_function_metrics(session, NAME, span, function)

    for gateway, share in (("nat-0b58e3f1d7c9a2460", 1.0), ("nat-09a4d7c2e6f3b1580", 0.0)):

        def through(at, share=share):
            moved = ago[at] <= SINCE
            part = (0.55 if moved else 1.0) if share else 0.45
            if not share and ago[at] > 99:
                return {}
            if not share and not moved:
                part = 0.0
            connections = round(part * load[at] * 2.4)
            return {
                "ConnectionAttemptCount": connections,
                "ConnectionEstablishedCount": connections,
                "ErrorPortAllocation": 0,
                "PacketsDropCount": 0,
                "BytesOutToDestination": connections * 3_900 * rng.uniform(0.9, 1.1),
            }

        measured.publish(session, "AWS/NATGateway", {"NatGatewayId": gateway}, span, through)


def _alarms(session):
    for name, metric, statistic, limit in (("5xx", "5XXError", "Sum", 30), ("slow", "Latency", "Average", 2_000)):
        put_alarm(
            session,
            f"{API}-{name}",
            AlarmDescription="The shops cannot book couriers." if name == "5xx" else "",
            Namespace="AWS/ApiGateway",
            MetricName=metric,
            Dimensions={"ApiName": API, "Stage": "prod"},
            Statistic=statistic,
            EvaluationPeriods=5,
            Threshold=limit,
        )
    set_healthy(session, f"{API}-slow")
    put_alarm(
        session,
        f"{NAME}-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": NAME},
        Period=300,
        Threshold=5,
    )
    set_healthy(session, f"{NAME}-errors")
