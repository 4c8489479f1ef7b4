"""5XX for three minutes during a rolling deployment; healthy since."""

import json

from evals.authoring import (
    make_bystander,
    minutes,
    of_day,
    put_alarm,
    put_lines,
    put_metrics,
    within,
)

BALANCER = "app/storefront/3f1c9a2b7d60e845"

TARGETS = "targetgroup/cart-api/9d2e61c0b7a4f385"

BURST = {14: 48, 13: 96, 12: 37}

STOPPED = {14: ("1f0a6c2e",), 13: ("7b93e5d1", "c4d8e2f7"), 12: ("e90b7a6d",)}


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"cart/cart-api/{task}" for task in ("1f0a6c2e94d84b7f", "7b93e5d1c0464fa2", "2a7c9e4f1b6d4083")]
    put_lines(session, "/ecs/cart-api", _lines(now, rng), streams)
    make_bystander(session, now, rng, "search-suggest", ["[INFO] suggested {n} words"], per_hour=24)
    make_bystander(session, now, rng, "gift-cards", ["[INFO] card {n} charged", "[WARNING] card {n} expires soon"])
    make_bystander(session, now, rng, "media-resizer", ["[INFO] resized image {n}"])
    _metrics(session, now, rng)


def _lines(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        before = round((now - minute).total_seconds() / 60)
        for _ in range(int(of_day(minute, 2, 5))):
            at = within(minute, rng)
            yield (
                at,
                _line(at, "info", f"{rng.choice(('GET', 'PUT', 'POST'))} /cart/{rng.randint(10**6, 10**7)} 200"),
            )
        if rng.random() < 0.2:
            at = within(minute, rng)
            yield at, _line(at, "warn", "stock-service: ETIMEDOUT 10.12.9.14:8080, retry 1 of 3")
        for task in STOPPED.get(before, ()):
            at = within(minute, rng, 20)
            yield at, f"npm error path /app ({task})"
            yield at, "npm error command failed"
            yield at, "npm error signal SIGTERM"
        if before == 17:
            yield minute, _line(minute, "info", "cart-api 2.18.0 listening on 3000")


def _line(at, level, text):
    return json.dumps(
        {"time": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z", "level": level, "msg": text}
    )


def _metrics(session, now, rng):
    def of_balancer(at):
        before = round((now - at).total_seconds() / 60)
        requests = int(of_day(at, 300, 1400) * rng.uniform(0.9, 1.1))
        failed = BURST.get(before, 0)
        found = {
            "RequestCount": requests,
            "HTTPCode_Target_2XX_Count": requests - failed,
            "TargetResponseTime": rng.uniform(0.04, 0.09),
            "ActiveConnectionCount": requests // 6,
            "HTTPCode_ELB_5XX_Count": 0,
        }
        return found | ({"HTTPCode_ELB_5XX_Count": failed, "HTTPCode_ELB_502_Count": failed} if failed else {})

    def of_targets(at):
        before = round((now - at).total_seconds() / 60)
        healthy = {17: 4, 16: 8, 15: 8, 14: 7, 13: 5}.get(before, 4)
        return {"HealthyHostCount": healthy, "UnHealthyHostCount": 0}

    def of_service(at):
        return {
            "CPUUtilization": of_day(at, 14, 38) * rng.uniform(0.9, 1.1),
            "MemoryUtilization": rng.uniform(41, 46),
        }

    two_days = list(minutes(now, -2 * 24 * 60, -1))
    units = {"TargetResponseTime": "Seconds"}
    balancer = {"LoadBalancer": BALANCER}
    put_metrics(session, "AWS/ApplicationELB", balancer, two_days, of_balancer, units)
    both = {"LoadBalancer": BALANCER, "TargetGroup": TARGETS}
    put_metrics(session, "AWS/ApplicationELB", both, list(minutes(now, -600, -1)), of_targets)
    service = {"ClusterName": "storefront", "ServiceName": "cart-api"}
    percent = {"CPUUtilization": "Percent", "MemoryUtilization": "Percent"}
    put_metrics(session, "AWS/ECS", service, list(minutes(now, -1200, -1)), of_service, percent)
    put_alarm(
        session,
        "cart-api-elb-5xx",
        AlarmDescription="Customers see errors of the load balancer in the cart.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_ELB_5XX_Count",
        Dimensions=balancer,
        EvaluationPeriods=2,
        Threshold=25,
    )
    put_alarm(
        session,
        "cart-api-latency",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=balancer,
        ExtendedStatistic="p95",
        EvaluationPeriods=5,
        Threshold=0.8,
        ComparisonOperator="GreaterThanThreshold",
    )
