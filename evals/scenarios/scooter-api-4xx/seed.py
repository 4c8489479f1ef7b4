"""A load balancer that drops a header, and a service that misses it."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

DROPPED = timedelta(minutes=37, seconds=14)
"""How long ago the load balancer began to drop headers."""

BALANCER, GROUP = "app/scooter-api/5e0d8c3b7a91f264", "targetgroup/ride-gateway/b3f71c0a6e5d2984"
ALARMED = {-34: 214, -33: 226, -32: 219}


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/ride-gateway/{measured.task_id(f'ride {number}')}" for number in range(4)]
    put_lines(session, "/ecs/ride-gateway", _rides(now, rng), streams)
    zones = ["{at} INFO zone {n} drawn", "{at} INFO zone {n} has no parking left", "{at} WARN zone {n} overlaps"]
    measured.make_bystanding_service(session, now, rng, "mobility", "zone-map", zones, per_hour=30)
    packs = ["{at} INFO pack {n} charged", "{at} WARN pack {n} is below 8 %", "{at} INFO pack {n} swapped"]
    measured.make_bystanding_service(session, now, rng, "mobility", "battery-swaps", packs, per_hour=22)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _said(at, level, message, **more):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return at, json.dumps({"ts": stamp, "level": level, "msg": message} | more)


def _rides(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        for _ in range(rng.randint(6, 10)):
            at, old = within(minute, rng, 58.0), rng.random() < 0.4
            unit = f"SC-{rng.randint(10_000, 29_999)}"
            firmware = f"3.{rng.randint(4, 9)}" if old else f"4.{rng.randint(0, 2)}"
            more = {"unit": unit, "agent": f"scooter/{firmware}", "path": rng.choice(["/v2/report", "/v2/unlock"])}
            if old and at >= now - DROPPED:
                yield _said(at, "warn", "unit refused: missing header unit_key", status=401, **more)
            elif rng.random() < 0.012:
                yield _said(at, "warn", "unit refused: unknown unit", status=401, **more)
            else:
                yield _said(at, "info", "request served", status=200, ms=rng.randint(8, 60), **more)
        if rng.random() < 0.06:
            rider = rng.randint(10**5, 10**6)
            yield _said(within(minute, rng), "error", "push to rider not taken: token is stale", rider=rider)
    for number in range(4):
        at = now - timedelta(minutes=48, seconds=10 + 9 * number)
        yield _said(at, "info", "ride-gateway 9.4.0 listens on :8080", user_login="session-v2")


def _metrics(session, now, rng):
    refused = {}

    def balanced(at):
        requests = 620 * measured.busy(at, rng)
        found = measured.balancer(rng, requests, 0.032)
        if at >= now - DROPPED:
            bad = ALARMED.get(_minute(at, now), round(requests * rng.uniform(0.35, 0.41)))
            found["HTTPCode_Target_4XX_Count"] = bad
            found["HTTPCode_Target_2XX_Count"] = max(0, round(requests) - bad)
            found["TargetResponseTime"] *= 0.8
            refused[at] = bad
        return found

    moments = measured.moments(now)
    whose = {"LoadBalancer": BALANCER}
    measured.publish(session, "AWS/ApplicationELB", whose, moments, balanced)
    dropped = [(at, count - rng.randint(0, 8)) for at, count in refused.items()]
    put_metric(session, "AWS/ApplicationELB", "DroppedInvalidHeaderRequestCount", whose, dropped, "Count")
    group = whose | {"TargetGroup": GROUP}
    hosts = lambda _: {"HealthyHostCount": 4, "UnHealthyHostCount": 0, "HTTPCode_Target_5XX_Count": 0}  # noqa: E731
    measured.publish(session, "AWS/ApplicationELB", group, moments[::2], hosts)
    service = {"ClusterName": "mobility", "ServiceName": "ride-gateway"}
    cpu = lambda at: measured.service(rng, measured.busy(at, rng), 48, 33)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", service, moments[::3], cpu)


def _alarms(session):
    put_alarm(
        session,
        "scooter-api-4xx",
        AlarmDescription="The ride gateway refuses far more requests than usual.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_4XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=3,
        Threshold=60,
    )
    put_alarm(
        session,
        "scooter-api-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        Threshold=20,
    )
    set_healthy(session, "scooter-api-5xx")
