"""A proxy that could not connect to two of its upstreams for four minutes."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

FAILED = {-23: 61, -22: 88, -21: 79, -20: 12}
"""Connections that failed, by the minute relative to now."""

GONE = ("10.60.3.17", "10.60.3.44")
HOSTS = ("10.60.1.12", "10.60.1.70", "10.60.2.31", "10.60.2.95", *GONE)
NEW = ("10.60.2.118", "10.60.1.203")
BALANCER = "app/bazaar-edge/49c0e7d3a16f8b25"


def seed(session, now, rng):
    """Make the account's state."""
    proxies = [f"edge/nginx/{measured.task_id(f'edge {number}')}" for number in range(3)]
    put_lines(session, "/edge/nginx/error", _errors(now, rng), proxies)
    put_lines(session, "/edge/nginx/access", _access(now, rng), proxies)
    put_lines(session, "/bazaar/web", _rails(now, rng), list(HOSTS[:4]))
    put_lines(session, "/bazaar/host", _hosts(now, rng), ["host-agent"])
    session.client("logs").put_metric_filter(
        logGroupName="/edge/nginx/error",
        filterName="upstream-failures",
        filterPattern='"while connecting to upstream"',
        metricTransformations=[
            {"metricNamespace": "Edge", "metricName": "UpstreamFailures", "metricValue": "1", "defaultValue": 0}
        ],
    )
    reviews = ["{at} INFO review {n} published", "{at} INFO review {n} held back", "{at} WARN review {n} is empty"]
    measured.make_bystanding_service(session, now, rng, "bazaar", "reviews", reviews, per_hour=30)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _upstreams(minute):
    return HOSTS if minute < -24 else HOSTS[:4] if minute < -17 else (*HOSTS[:4], *NEW)


def _errors(now, rng):
    for minute in minutes(now, -12 * 60, 0):
        for _ in range(FAILED.get(_minute(minute, now), 0)):
            item, client = rng.randint(1000, 99_999), f"198.18.{rng.randint(0, 9)}.{rng.randint(2, 250)}"
            told = (
                f"connect() failed (113: No route to host) while connecting to upstream, client: {client}, "
                f'server: www.bazaar.example, request: "GET /items/{item} HTTP/1.1", '
                f'upstream: "http://{rng.choice(GONE)}:8080/items/{item}", host: "www.bazaar.example"'
            )
            yield _nginx(within(minute, rng), "error", told, rng)
        if rng.random() < 0.08:
            where = f"/var/cache/nginx/proxy_temp/{rng.randint(0, 9)}/{rng.randint(10, 99)}"
            told = (
                f"an upstream response is buffered to a temporary file {where} while reading upstream, "
                f'server: www.bazaar.example, request: "GET /sitemap.xml HTTP/1.1"'
            )
            yield _nginx(within(minute, rng), "warn", told, rng)


def _nginx(at, level, text, rng):
    return at, f"{at:%Y/%m/%d %H:%M:%S} [{level}] 29#29: *{rng.randint(10**6, 10**7)} {text}"


def _access(now, rng):
    for minute in minutes(now, -4 * 60, 0):
        relative = _minute(minute, now)
        for number in range(rng.randint(5, 9) + FAILED.get(relative, 0) // 3):
            at, bad = within(minute, rng), number < FAILED.get(relative, 0) // 3
            client, page = (
                f"198.18.{rng.randint(0, 9)}.{rng.randint(2, 250)}",
                f"/items/{rng.randint(1000, 99_999)}",
            )
            status, took = (502, "0.001") if bad else (200, f"0.{rng.randint(20, 190):03d}")
            upstream = rng.choice(GONE if bad else _upstreams(relative))
            when = f"{at:%d/%b/%Y:%H:%M:%S} +0000"
            yield at, f'{client} - [{when}] "GET {page} HTTP/1.1" {status} upstream={upstream}:8080 time={took}'


def _rails(now, rng):
    for minute in minutes(now, -4 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            at, took = within(minute, rng), rng.randint(12, 160)
            stamp = f"{at:%Y-%m-%dT%H:%M:%S.%f}"
            told = f"Completed 200 OK in {took}ms (Views: {took // 2}.1ms | ActiveRecord: {took // 3}.4ms)"
            yield at, f"I, [{stamp} #{rng.randint(11, 19)}]  INFO -- : [{rng.getrandbits(64):016x}] {told}"
        if rng.random() < 0.07:
            at = within(minute, rng)
            told = f"DEPRECATION WARNING: thumbnail of item {rng.randint(1000, 99_999)} uses :legacy processor"
            yield at, f"W, [{at:%Y-%m-%dT%H:%M:%S.%f} #14]  WARN -- : {told}"


def _hosts(now, rng):
    for minute in minutes(now, -12 * 60, 0, 15):
        for host in _upstreams(_minute(minute, now)):
            told = f"{host} host-agent: disk {rng.randint(38, 47)}% used, {rng.randint(5, 9)} containers running"
            yield within(minute, rng), told
    for number, host in enumerate(GONE):
        at = now - timedelta(minutes=25) + timedelta(seconds=9 + number)
        ends = f"{at + timedelta(minutes=2):%Y-%m-%dT%H:%M:%SZ}"
        yield at, f"{host} host-agent: spot interruption notice: action=terminate time={ends}"
        yield at + timedelta(seconds=2), f"{host} host-agent: draining web-1 web-2 web-3"


def _metrics(session, now, rng):
    def edge(at):
        minute, requests = _minute(at, now), round(1_500 * measured.busy(at, rng))
        return measured.balancer(rng, requests, 0.08) | {
            "HTTPCode_Target_5XX_Count": FAILED.get(minute, 0),
            "HealthyHostCount": 3,
            "UnHealthyHostCount": 0,
        }

    def group(at):
        minute = _minute(at, now)
        running = 6 if minute < -23 or minute >= -16 else 4
        return {
            "GroupDesiredCapacity": 6,
            "GroupInServiceInstances": running,
            "GroupPendingInstances": 2 if -20 <= minute < -16 else 0,
            "GroupTotalInstances": 6 if minute < -23 or minute >= -20 else 4,
        }

    moments = measured.moments(now)
    failed = ((at, FAILED.get(_minute(at, now), 0)) for at in moments)
    put_metric(session, "Edge", "UpstreamFailures", {}, failed)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, edge)
    measured.publish(session, "AWS/AutoScaling", {"AutoScalingGroupName": "bazaar-web"}, moments[::2], group)
    edge_service = {"ClusterName": "bazaar", "ServiceName": "edge-nginx"}

    def proxies(at):
        return measured.service(rng, measured.busy(at, rng), 22)

    measured.publish(session, "AWS/ECS", edge_service, moments[::5], proxies)


def _alarms(session):
    put_alarm(
        session,
        "edge-upstream-failures",
        AlarmDescription="nginx cannot connect to upstreams (metric filter on /edge/nginx/error).",
        Namespace="Edge",
        MetricName="UpstreamFailures",
        EvaluationPeriods=2,
        Threshold=40,
    )
    put_alarm(
        session,
        "bazaar-edge-requests",
        Namespace="AWS/ApplicationELB",
        MetricName="RequestCount",
        Dimensions={"LoadBalancer": BALANCER},
        Period=300,
        Threshold=100,
        ComparisonOperator="LessThanThreshold",
    )
    set_healthy(session, "bazaar-edge-requests")
