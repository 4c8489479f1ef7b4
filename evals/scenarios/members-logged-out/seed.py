"""Tasks that a security group does not let through to their session store any more."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, set_healthy, within

CUT, FAILING = timedelta(minutes=16, seconds=40), -16
"""When connections ended, before now; the first minute with many failures."""

ALARMED = {-16: 212, -15: 634, -14: 651}
BALANCER, GROUP = "app/members-alb/3f7a91c2d84be605", "targetgroup/account-web/58d0c7ab19e3f264"
STORE = "master.session-store.k3x9qd.euw1.cache.amazonaws.com"


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/account-web/{measured.task_id(f'account-web {number}')}" for number in range(6)]
    put_lines(session, "/ecs/account-web", _pages(now, rng), streams)
    cards = ["{at} INFO card {n} shown", "{at} INFO points of card {n} added", "{at} WARN card {n} has no photo"]
    measured.make_bystanding_service(session, now, rng, "members", "loyalty-cards", cards, per_hour=40)
    letters = ["{at} INFO preferences of member {n} kept", "{at} INFO {n} letters counted"]
    measured.make_bystanding_service(session, now, rng, "members", "newsletter-prefs", letters, per_hour=18)
    _metrics(session, now, rng)
    _alarms(session)


def _said(at, level, message, **more):
    written = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return at, json.dumps({"time": written, "level": level, "msg": message, **more})


def _pages(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        for _ in range(rng.randint(5, 9)):
            at, path = (
                within(minute, rng),
                rng.choice(["/account", "/account/orders", "/account/address", "/login"]),
            )
            if at < now - CUT:
                yield _said(at, "info", "request", path=path, status=200, ms=rng.randint(14, 90))
                continue
            yield _said(at, "error", "request", path=path, status=503, ms=rng.randint(2_001, 2_020))
            if rng.random() < 0.7:
                more = {"address": "10.42.18.77", "port": 6379, "host": STORE}
                yield _said(at, "error", "session store: connect ETIMEDOUT 10.42.18.77:6379", **more)
        if rng.random() < 0.12:
            yield _said(within(minute, rng), "warn", "session expired", member=rng.randint(10_000, 99_999))


def _metrics(session, now, rng):
    minute_of = lambda at: round((at - now).total_seconds() / 60)  # noqa: E731 - short

    def balanced(at):
        minute = minute_of(at)
        requests = (
            round(700 * measured.busy(at, rng)) if minute < FAILING else round(680 * rng.uniform(0.98, 1.03))
        )
        failed = ALARMED.get(minute) or (round(requests * rng.uniform(0.92, 0.96)) if minute >= FAILING else 0)
        found = measured.balancer(rng, requests, 0.05 if minute < FAILING else 1.9)
        well = max(0, requests - failed - found["HTTPCode_Target_4XX_Count"])
        hosts = {"HealthyHostCount": 6, "UnHealthyHostCount": 0}
        return found | hosts | {"HTTPCode_Target_5XX_Count": failed, "HTTPCode_Target_2XX_Count": well}

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)
    whose = {"ClusterName": "members", "ServiceName": "account-web"}
    measured.publish(
        session, "AWS/ECS", whose, moments[::3], lambda at: measured.service(rng, measured.busy(at, rng), 44, 30)
    )
    for node, share in (("session-store-001", 1.0), ("session-store-002", 0.4)):
        measured.publish(
            session,
            "AWS/ElastiCache",
            {"CacheClusterId": node},
            moments,
            lambda at, share=share: _store(at, minute_of(at), share, rng),
        )
    flow = lambda at: {"LoggedIn": 300 if minute_of(at) < FAILING else 4}  # noqa: E731 - used once
    put_metrics(session, "Members/Account", {"Page": "login"}, moments[::3], flow, {"LoggedIn": "Count"})


def _store(at, minute, share, rng):
    cut = minute >= FAILING
    load = measured.busy(at, rng) * share * (0.12 if cut else 1.0)
    return {
        "CPUUtilization": 3 + 14 * load,
        "EngineCPUUtilization": 1 + 17 * load,
        "DatabaseMemoryUsagePercentage": 37 * rng.uniform(0.99, 1.01),
        "CurrConnections": round((22 if cut else 146) * rng.uniform(0.97, 1.03)),
        "NewConnections": round(3 * rng.uniform(0.3, 1.4)),
        "CacheHits": round(41_000 * load),
        "CacheMisses": round(700 * load),
        "Evictions": 0,
        "CurrItems": round(418_000 * rng.uniform(0.99, 1.01)),
        "NetworkBytesIn": 9.1e6 * load,
        "NetworkBytesOut": 31e6 * load,
    }


def _alarms(session):
    put_alarm(
        session,
        "account-web-5xx",
        AlarmDescription="Members cannot use their account pages.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=3,
        Threshold=50,
    )
    put_alarm(
        session,
        "session-store-memory",
        Namespace="AWS/ElastiCache",
        MetricName="DatabaseMemoryUsagePercentage",
        Dimensions={"CacheClusterId": "session-store-001"},
        Statistic="Average",
        Period=300,
        Threshold=80,
    )
    set_healthy(session, "session-store-memory")
