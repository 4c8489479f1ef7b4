"""A load balancer that forwards to a group nobody is in."""

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

SWITCHED = -17
BALANCER = "app/outlet-public/3d5f70e1a92b4c68"
GROUPS = {
    "blue": "targetgroup/outlet-web-blue/6c1e0f9a8b7d2345",
    "api": "targetgroup/outlet-api/0be2f4715dc8936a",
}
HOSTS = ("i-0c41e7a95d2b38f60", "i-0a95b37d1f4e26c81", "i-06d2f8b4c1907ea53", "i-0be13f57d9a8c4062")
ALARMED = {-17: 402, -16: 518, -15: 533}
"""503 in these minutes; the first one only after the switch."""


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/outlet/web/access", _access(now, rng), HOSTS)
    api = [
        "{at} INFO GET /api/articles/{n} 200",
        "{at} INFO GET /api/stock/{n} 200",
        "{at} WARN article {n} sold out",
    ]
    measured.make_bystanding_service(session, now, rng, "outlet", "outlet-api", api, per_hour=160)
    mails = ["{at} INFO newsletter {n} rendered", "{at} WARN newsletter {n}: picture missing"]
    measured.make_bystanding_service(session, now, rng, "outlet", "newsletter", mails)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _access(now, rng):
    shops = ("shoes", "coats", "kids", "home", "sale")
    for minute in minutes(now, -10 * 60, 0):
        before = _minute(minute, now) < SWITCHED
        for _ in range(rng.randint(4, 9) if before else 0):
            path = f"/{rng.choice(shops)}/{rng.randint(1_000, 9_999)}"
            status = 404 if rng.random() < 0.02 else 200
            took = rng.uniform(0.03, 0.32)
            at = within(minute, rng)
            yield at, _logged(at, rng, path, status, took, "Mozilla/5.0")
        for _ in range(2):
            at = within(minute, rng)
            yield at, _logged(at, rng, "/up", 200, 0.001, "ELB-HealthChecker/2.0")


def _logged(at, rng, path, status, took, agent):
    source = f"10.31.{rng.randint(0, 2)}.{rng.randint(8, 220)}"
    told = f'"GET {path} HTTP/1.1" {status} {rng.randint(300, 60_000)} {took:.3f} "{agent}"'
    return f"{source} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] {told}"


def _pages(at, now, rng):
    """Requests for pages in a minute."""
    if _minute(at, now) > -60:
        return round(525 * rng.uniform(0.96, 1.04))
    return round(620 * measured.busy(at, rng))


def _metrics(session, now, rng):
    def balancer(at):
        minute, pages, calls = _minute(at, now), _pages(at, now, rng), round(140 * measured.busy(at, rng))
        if minute < SWITCHED:
            return measured.balancer(rng, pages + calls, 0.09)
        refused = ALARMED.get(minute, pages)
        reached = calls + (118 if minute == SWITCHED else 0)
        found = measured.balancer(rng, reached, 0.04)
        return found | {"HTTPCode_ELB_5XX_Count": refused, "HTTPCode_ELB_503_Count": refused}

    def hosts(count):
        return lambda _: {"HealthyHostCount": count, "UnHealthyHostCount": 0}

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balancer)
    for name, count in (("blue", 4), ("api", 3)):
        where = {"LoadBalancer": BALANCER, "TargetGroup": GROUPS[name]}
        measured.publish(session, "AWS/ApplicationELB", where, moments[::2], hosts(count))

    def group(at):
        requests = _pages(at, now, rng) if _minute(at, now) < SWITCHED else 0
        return measured.balancer(rng, requests, 0.1) if requests else {}

    where = {"LoadBalancer": BALANCER, "TargetGroup": GROUPS["blue"]}
    measured.publish(session, "AWS/ApplicationELB", where, moments, group)
    for host in HOSTS:
        cpu = lambda at: {  # noqa: E731 - used once
            "CPUUtilization": 44 * measured.busy(at, rng) if _minute(at, now) < SWITCHED else rng.uniform(1.8, 2.9)
        }
        measured.publish(session, "AWS/EC2", {"InstanceId": host}, moments[::5], cpu)


def _alarms(session):
    put_alarm(
        session,
        "outlet-public-503",
        AlarmDescription="Visitors of the outlet get 503 from the load balancer. Runbook: wiki/outlet/lb",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_ELB_503_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=3,
        Threshold=50,
    )
    put_alarm(
        session,
        "outlet-public-target-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=3,
        Threshold=30,
    )
    set_healthy(session, "outlet-public-target-5xx")
