"""Hosts that serve every page and fail every health check."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

CHANGED = -14
UNHEALTHY = -12
"""Minutes, relative to now: when the health check changed, and when it had failed often enough."""

HOSTS = ("i-07a1c5e93bd246f80", "i-0be4f72d18c6a9035", "i-02d9380fe7b51ac64")
CHECKERS = ("10.40.1.23", "10.40.2.188", "10.40.3.57")
BALANCER = "app/care-alb/5e1c9a70d3b84f26"
GROUP = "targetgroup/care-portal/c07d25b9e81f6a34"
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)",
)
PAGES = ("/warranties", "/warranties/new", "/login", "/static/app.4f1c.css", "/repairs/{n}", "/warranties/{n}")


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/care/nginx/access", _access(now, rng), [f"{host}/access.log" for host in HOSTS])
    put_lines(session, "/care/gunicorn", _application(now, rng), [f"{host}/portal.log" for host in HOSTS])
    parts = ["[{at}] INFO part {n} reserved", "[{at}] INFO part {n} ordered", "[{at}] WARN part {n} back-ordered"]
    measured.make_bystanding_service(session, now, rng, "care", "parts-api", parts, per_hour=30)
    measured.make_bystanding_service(session, now, rng, "care", "survey-mailer", ["{at} INFO survey {n} sent"])
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _access(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(3, 7)):
            at = within(minute, rng)
            page, status = rng.choice(PAGES).replace("{n}", str(rng.randint(1000, 99_999))), 200
            if rng.random() < 0.04:
                page, status = rng.choice(["/favicon.ico", "/wp-login.php", "/.env"]), 404
            client = f"203.0.113.{rng.randint(2, 250)}"
            yield at, _line(at, rng.choice(CHECKERS), page, status, rng.choice(AGENTS), client, rng)
        checked = "/status" if _minute(minute, now) >= CHANGED else "/healthz"
        for checker in CHECKERS:
            for _ in range(len(HOSTS) if _minute(minute, now) >= -60 else 1):
                at = within(minute, rng)
                status = 404 if checked == "/status" else 200
                yield at, _line(at, checker, checked, status, "ELB-HealthChecker/2.0", "-", rng)


def _line(at, peer, page, status, agent, client, rng):
    size = 153 if status == 404 else rng.randint(180, 14_000) if client != "-" else 2
    when = f"{at:%d/%b/%Y:%H:%M:%S} +0000"
    return f'{peer} - - [{when}] "GET {page} HTTP/1.1" {status} {size} "-" "{agent}" "{client}"'


def _application(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(1, 3)):
            at = within(minute, rng)
            said = f"portal.views warranty {rng.randint(10**5, 10**6)} shown in {rng.randint(12, 90)} ms"
            yield at, f"[{at:%Y-%m-%d %H:%M:%S} +0000] [{rng.randint(700, 780)}] [INFO] {said}"
        if rng.random() < 0.08:
            at = within(minute, rng)
            said = f"portal.pdf logo of brand {rng.randint(10, 99)} missing, default used"
            yield at, f"[{at:%Y-%m-%d %H:%M:%S} +0000] [{rng.randint(700, 780)}] [WARNING] {said}"
    for number in range(3):
        at = now - timedelta(minutes=64 - 3 * number, seconds=20)
        yield at, f"[{at:%Y-%m-%d %H:%M:%S} +0000] [{690 + number}] [INFO] Starting gunicorn 23.0.0, portal 7.2.0"


def _metrics(session, now, rng):
    def balancer(at):
        return measured.balancer(rng, 320 * measured.busy(at, rng), 0.045) | {
            "ActiveConnectionCount": rng.randint(80, 140),
            "NewConnectionCount": rng.randint(60, 120),
        }

    def group(at):
        failed = len(HOSTS) if _minute(at, now) >= UNHEALTHY else 0
        health = {"HealthyHostCount": len(HOSTS) - failed, "UnHealthyHostCount": failed}
        return measured.balancer(rng, 320 * measured.busy(at, rng), 0.045) | health

    def host(at):
        cpu = 21 * measured.busy(at, rng)
        return {
            "CPUUtilization": cpu,
            "StatusCheckFailed": 0,
            "StatusCheckFailed_Instance": 0,
            "StatusCheckFailed_System": 0,
            "NetworkIn": 2.1e6 * cpu,
            "NetworkOut": 5.5e6 * cpu,
        }

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balancer)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, group)
    for one in HOSTS:
        measured.publish(session, "AWS/EC2", {"InstanceId": one}, moments[::5], host)


def _alarms(session):
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    put_alarm(
        session,
        "care-portal-healthy-hosts",
        AlarmDescription="Fewer than two healthy hosts behind the care portal.",
        Namespace="AWS/ApplicationELB",
        MetricName="HealthyHostCount",
        Dimensions=both,
        Statistic="Minimum",
        EvaluationPeriods=5,
        Threshold=2,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "care-portal-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=both,
        EvaluationPeriods=3,
        Threshold=10,
    )
    for one in HOSTS:
        put_alarm(
            session,
            f"care-portal-{one}-status",
            Namespace="AWS/EC2",
            MetricName="StatusCheckFailed",
            Dimensions={"InstanceId": one},
            Statistic="Maximum",
            EvaluationPeriods=2,
            Threshold=1,
        )
    for name in ("care-portal-5xx", *(f"care-portal-{one}-status" for one in HOSTS)):
        set_healthy(session, name)
