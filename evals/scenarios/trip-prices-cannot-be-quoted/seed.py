"""Callers who do not wait long enough any more."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, set_healthy, within

RELOADED, FAILING = timedelta(minutes=14, seconds=36), -14
"""When quote-service read the new setting, before now; the first minute with failures."""

ALARMED = {-14: 265, -13: 397, -12: 421}
BALANCER, GROUP = "app/trip-alb/6e0b9d2f8c41a753", "targetgroup/trip-gateway/a7c5d1f03e9b2846"
ENDED = "rpc error: code = DeadlineExceeded desc = context deadline exceeded"


def seed(session, now, rng):
    """Make the account's state."""
    for name, count, lines in (
        ("trip-gateway", 4, _gateway(now, rng)),
        ("quote-service", 4, _quotes(now, rng)),
        ("pricing", 6, _pricing(now, rng)),
    ):
        word = {"trip-gateway": "gateway", "quote-service": "quote"}.get(name, name)
        streams = [f"ecs/{name}/{measured.task_id(f'{word} {number}')}" for number in range(count)]
        put_lines(session, f"/ecs/{name}", lines, streams)
    map_says = [
        "{at} INFO tile {n} drawn",
        "{at} INFO {n} demands counted",
        ("{at} WARN tile {n} is two minutes old"),
    ]
    measured.make_bystanding_service(session, now, rng, "trips", "heat-map", map_says, per_hour=40)
    pay = ["{at} INFO driver {n} paid", "{at} INFO trip {n} settled", "{at} WARN trip {n} without driver"]
    measured.make_bystanding_service(session, now, rng, "trips", "driver-pay", pay, per_hour=22)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _fails(at, now, rng):
    """Whether a quote that begins then gets no price in time."""
    return at >= now - RELOADED and rng.random() < 0.93


def _gateway(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(7, 11)):
            at = within(minute, rng)
            failed = _fails(at, now, rng)
            status, took = (504, rng.randint(32, 41)) if failed else (200, rng.randint(52, 110))
            entry = {
                "start_time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
                "method": "POST",
                "path": "/v2/quotes",
                "response_code": status,
                "response_flags": "-",
                "grpc_status": "DeadlineExceeded" if failed else "OK",
                "duration": took,
                "upstream_cluster": "quote_service",
                "user_agent": f"TripApp/11.{rng.randint(2, 6)}",
                "request_id": f"{rng.getrandbits(64):016x}",
            }
            yield at, json.dumps(entry)


def _zap(at, level, message, **more):
    return at, json.dumps({"level": level, "ts": round(at.timestamp(), 3), "msg": message, **more})


def _quotes(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(6, 10)):
            at = within(minute, rng)
            city = rng.choice(["porto", "gent", "brno", "turku"])
            if _fails(at, now, rng):
                more = {"grpc.code": "DeadlineExceeded", "peer": "pricing.trips.internal:9090", "error": ENDED}
                yield _zap(at, "error", "GetQuote failed", city=city, **more, elapsed_ms=rng.randint(30, 33))
            else:
                yield _zap(
                    at, "info", "GetQuote", city=city, **{"grpc.code": "OK"}, elapsed_ms=rng.randint(47, 98)
                )
        if rng.random() < 0.1:
            told = "no surge factor for area, 1.0 taken"
            yield _zap(within(minute, rng), "warn", told, area=rng.randint(1, 900))
    changed = {"pricing_timeout_ms": {"old": 300, "new": 30}}
    for number in range(4):
        at = now - RELOADED + timedelta(seconds=4 * number)
        yield _zap(at, "info", "settings reloaded", path="/trips/quote/", changed=changed)


def _pricing(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(5, 8)):
            at, took = within(minute, rng), rng.randint(45, 90)
            yield _zap(at, "info", "Price answered", trip_km=rng.randint(1, 40), elapsed_ms=took)
            if _fails(at, now, rng) and rng.random() < 0.4:
                left = "caller is gone: context canceled"
                yield _zap(at + timedelta(milliseconds=took), "warn", left, elapsed_ms=took)


def _metrics(session, now, rng):
    def balanced(at):
        minute = _minute(at, now)
        requests = round(460 * rng.uniform(0.96, 1.04))
        failed = ALARMED.get(minute) or (round(requests * rng.uniform(0.9, 0.95)) if minute >= FAILING else 0)
        found = measured.balancer(rng, requests, 0.07 if minute < FAILING else 0.04)
        found |= {"HTTPCode_Target_5XX_Count": failed, "HealthyHostCount": 4, "UnHealthyHostCount": 0}
        return found | {
            "HTTPCode_Target_2XX_Count": max(0, requests - failed - found["HTTPCode_Target_4XX_Count"])
        }

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)
    for name, cpu in (("trip-gateway", 21), ("quote-service", 26), ("pricing", 47)):
        whose = {"ClusterName": "trips", "ServiceName": name}
        load = [measured.service(rng, measured.busy(at, rng), 40, cpu) for at in moments[::4]]
        by_moment = dict(zip(moments[::4], load, strict=True))
        measured.publish(session, "AWS/ECS", whose, moments[::4], by_moment.__getitem__)
    took = lambda _: {"PriceLatency": rng.uniform(60, 68)}  # noqa: E731 - used once
    put_metrics(session, "Trips/Pricing", {"Quantile": "p50"}, moments, took, {"PriceLatency": "Milliseconds"})


def _alarms(session):
    put_alarm(
        session,
        "trip-gateway-5xx",
        AlarmDescription="Riders cannot see a price.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        EvaluationPeriods=3,
        Threshold=100,
    )
    put_alarm(
        session,
        "pricing-latency",
        Namespace="Trips/Pricing",
        MetricName="PriceLatency",
        Dimensions={"Quantile": "p50"},
        Statistic="Average",
        Period=300,
        Threshold=150,
    )
    set_healthy(session, "pricing-latency")
