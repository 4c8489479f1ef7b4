"""Two hosts whose CPU is at 20 percent, exactly."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metrics, set_healthy, within

INSTALLED, EMPTY = -2_654, -46
"""Minutes, relative to now: the agent is installed; the last credit is spent."""

HOSTS = {"a": "i-0f4b8d2c6e1a39570", "b": "i-07c3e9a5d1b84f260"}
BALANCER, GROUP = "app/manuals-alb/9d8c7b6a5f4e3d20", "targetgroup/manuals-web/0a1b2c3d4e5f6978"
ALARMED = {-43: 1.62, -38: 2.41}
SAVED = 576
PAGES = ("/", "/machines/{n}", "/machines/{n}/manual", "/search?q=part+{n}", "/parts/{n}", "/print/{n}")


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/manuals/web/access", _access(now, rng), [*HOSTS.values()])
    put_lines(session, "/manuals/web/syslog", _syslog(now, rng), [*HOSTS.values()])
    parts = ["{at} INFO part {n} changed", "{at} INFO {n} parts read", "{at} WARN part {n} has no drawing"]
    measured.make_bystanding_service(session, now, rng, "parts", "parts-sync", parts, per_hour=20)
    print_ = ["{at} INFO page {n} rendered", "{at} INFO book {n} bound", "{at} WARN fonts of page {n} replaced"]
    measured.make_bystanding_service(session, now, rng, "parts", "print-shop", print_, per_hour=16)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _access(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        slow = _minute(minute, now) >= EMPTY
        for _ in range(rng.randint(4, 8)):
            at, page = within(minute, rng), rng.choice(PAGES).replace("{n}", str(rng.randint(10, 9_999)))
            took = rng.uniform(0.9, 5.2) if slow else rng.uniform(0.05, 0.4)
            status = 200 if rng.random() < 0.97 else 404
            told = f'"GET {page} HTTP/1.1" {status} {rng.randint(2_000, 90_000)} rt={took:.3f}'
            yield at, f"10.44.{rng.randint(1, 2)}.{rng.randint(5, 9)} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] {told}"


def _syslog(now, rng):
    for minute in minutes(now, -4 * 24 * 60, 0, 12):
        at, host = within(minute, rng, 600), rng.choice(("ip-10-44-1-22", "ip-10-44-2-57"))
        told = rng.choice(
            [
                "systemd[1]: Starting sysstat-collect.service - system activity accounting tool...",
                "chronyd[512]: Selected source 169.254.169.123",
                f"CRON[{rng.randint(10_000, 90_000)}]: (www-data) CMD (/srv/manuals/bin/thumbnails)",
                "gunicorn[901]: [WARNING] font DIN-1451 is missing, using another",
            ]
        )
        if at < now:
            yield at, f"{at:%b %d %H:%M:%S} {host} {told}"
    began = now + timedelta(minutes=INSTALLED)
    for host, after in (("ip-10-44-1-22", 31), ("ip-10-44-2-57", 44)):
        steps = (
            "amazon-ssm-agent[733]: installing package EndpointGuard 5.2.1",
            "systemd[1]: Started endpoint-guard.service - EndpointGuard on-access scanner.",
            "egd[20417]: on-access scan of /srv /var /home, 2 workers, 412033 files known",
        )
        for number, told in enumerate(steps):
            at = began + timedelta(seconds=after + 9 * number)
            yield at, f"{at:%b %d %H:%M:%S} {host} {told}"
    for minute in minutes(now, INSTALLED + 60, -5, 6 * 60):
        at = within(minute, rng, 300)
        told = f"egd[20417]: {rng.randint(10**6, 10**7)} opens scanned, 0 threats"
        yield at, f"{at:%b %d %H:%M:%S} ip-10-44-1-22 {told}"


def _host(at, now, rng, late):
    minute = _minute(at, now)
    earns = 24 / 12
    if minute < INSTALLED:
        cpu, balance = 14.2 * rng.uniform(0.85, 1.15), SAVED
    elif minute < EMPTY + late:
        spent = (minute - INSTALLED) / (EMPTY + late - INSTALLED)
        cpu, balance = 31.0 * rng.uniform(0.93, 1.07), SAVED * (1 - spent)
    else:
        cpu, balance = 20.0 + rng.uniform(-0.05, 0.08), 0.0
    found = {"CPUUtilization": cpu, "CPUCreditBalance": balance, "CPUCreditUsage": earns * cpu / 20}
    sent = rng.uniform(2.2e7, 3.1e7)
    return found | {
        "CPUSurplusCreditBalance": 0,
        "NetworkIn": sent / 9,
        "NetworkOut": sent,
        "StatusCheckFailed": 0,
    }


def _response(minute, rng):
    for first, value in ALARMED.items():
        if first <= minute < first + 5:
            return value
    return rng.uniform(2.2, 2.9) if minute > -38 else rng.uniform(0.9, 1.4) if minute >= EMPTY else None


def _metrics(session, now, rng):
    counts = ("CPUCreditBalance", "CPUCreditUsage", "CPUSurplusCreditBalance", "StatusCheckFailed")
    units = dict.fromkeys(counts, "Count")
    units |= {"CPUUtilization": "Percent", "NetworkIn": "Bytes", "NetworkOut": "Bytes"}
    for late, instance in enumerate(HOSTS.values()):
        measure = lambda at, late=late: _host(at, now, rng, 3 * late)  # noqa: E731 - used once
        moments = minutes(now, -4 * 24 * 60 - 1, -4, 5)
        put_metrics(session, "AWS/EC2", {"InstanceId": instance}, moments, measure, units)

    def balanced(at):
        found = measured.balancer(rng, 190 * measured.busy(at, rng) + 90, 0.21)
        slow = _response(_minute(at, now), rng)
        found |= {"TargetResponseTime": slow} if slow else {}
        return found | {"HTTPCode_Target_5XX_Count": 0, "ActiveConnectionCount": rng.randint(60, 110)}

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balanced)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    hosts = lambda _: {"HealthyHostCount": 2, "UnHealthyHostCount": 0}  # noqa: E731 - used once
    measured.publish(session, "AWS/ApplicationELB", both, moments[::2], hosts)


def _alarms(session):
    put_alarm(
        session,
        "manuals-response-time",
        AlarmDescription="Pages of the manuals take longer than a second and a half.",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions={"LoadBalancer": BALANCER},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=2,
        Threshold=1.5,
        ComparisonOperator="GreaterThanThreshold",
    )
    for zone, instance in HOSTS.items():
        put_alarm(
            session,
            f"manuals-web-{zone}-cpu",
            Namespace="AWS/EC2",
            MetricName="CPUUtilization",
            Dimensions={"InstanceId": instance},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=75,
        )
        set_healthy(session, f"manuals-web-{zone}-cpu")
