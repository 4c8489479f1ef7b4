"""4XX as always, under an alarm whose threshold was lowered."""

import math

from evals.authoring import (
    make_bystander,
    minutes,
    of_day,
    put_alarm,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

STAGE = {"ApiName": "partner-api", "Stage": "live"}

REFUSED = (("401", "GET", "/v3/parcels"), ("403", "POST", "/v3/webhooks"), ("404", "GET", "/v3/parcels/{n}"))


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/apigateway/partner-api/live", _lines(now, rng))
    make_bystander(session, now, rng, "parcel-events", ["[INFO] {n} events stored"], per_hour=24)
    make_bystander(session, now, rng, "webhook-sender", ["[INFO] sent {n}", "[WARNING] partner {n} answered 410"])
    make_bystander(session, now, rng, "geo-lookup", ["[INFO] looked up {n} places"])
    _metrics(session, now, rng)
    _alarms(session)


def _refused(minute, now):
    """4XX of a minute: waves of eighty minutes, for as long as anybody can remember."""
    before = round((now - minute).total_seconds() / 60)
    return round(42 + 24 * math.cos(2 * math.pi * (before - 3) / 80)) + before * 7 % 5


def _lines(now, rng):
    """One in ten requests of the last hours; a whole hour of yesterday beside it."""
    for first, last in ((-26 * 60, -25 * 60), (-4 * 60, -1)):
        for minute in minutes(now, first, last):
            for _ in range(_refused(minute, now) // 10):
                status, method, path = rng.choice(REFUSED)
                yield _line(within(minute, rng), rng, method, path, status)
            for _ in range(int(of_day(minute, 3, 8))):
                yield _line(within(minute, rng), rng, "GET", "/v3/parcels/{n}", "200")


def _line(at, rng, method, path, status):
    path = path.format(n=rng.randint(10**8, 10**9))
    source = f"203.0.113.{rng.choice((7, 19, 42, 88, 130, 201))}"
    key = "-" if status == "401" else f"k{rng.randint(10, 39)}"
    return at, f"{source} {at:%d/%b/%Y:%H:%M:%S} +0000 {method} {path} {status} {key}"


def _metrics(session, now, rng):
    def measured(at):
        return {
            "Count": int(of_day(at, 400, 1500) * rng.uniform(0.9, 1.1)),
            "4XXError": _refused(at, now),
            "5XXError": 0,
            "Latency": rng.uniform(45, 80),
            "IntegrationLatency": rng.uniform(38, 70),
        }

    units = {"Latency": "Milliseconds", "IntegrationLatency": "Milliseconds"}
    put_metrics(session, "AWS/ApiGateway", STAGE, minutes(now, -3 * 24 * 60, -1), measured, units)


def _alarms(session):
    usual = {"Namespace": "AWS/ApiGateway", "Dimensions": STAGE, "EvaluationPeriods": 3}
    said = "Partners get 4XX from the partner API, far more than the usual wrong keys and unknown parcels."
    put_alarm(session, "partner-api-4xx", AlarmDescription=said, MetricName="4XXError", Threshold=50, **usual)
    put_alarm(session, "partner-api-5xx", MetricName="5XXError", Threshold=10, **usual)
    set_healthy(session, "partner-api-5xx")
