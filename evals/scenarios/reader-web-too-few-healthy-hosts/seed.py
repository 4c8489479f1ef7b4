"""An alarm that watches the half of a blue/green pair which has no traffic any more."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

BALANCER = "app/reader-alb/3e8b51c07d92fa46"
BLUE = "targetgroup/reader-web-blue/a05d7c3e19f4b826"
GREEN = "targetgroup/reader-web-green/6f21e9b8043cd57a"
SERVICE = {"ClusterName": "library", "ServiceName": "reader-web"}

SHIFTED = -66
"""Minute, relative to now, in which the listener forwards to green."""

STARTED = -70


def seed(session, now, rng):
    """Make the account's state."""
    names = [f"web/reader-web/{measured.task_id(f'reader {number}')}" for number in range(4)]
    put_lines(session, "/ecs/reader-web", _pages(now, rng), names)
    loans = ["{at} INFO loan {n} written", "{at} INFO loan {n} prolonged", "{at} WARN loan {n}: card has expired"]
    measured.make_bystanding_service(session, now, rng, "library", "loan-desk", loans, per_hour=40)
    feeds = ["{at} INFO feed {n} read", "{at} WARN feed {n} is empty"]
    measured.make_bystanding_service(session, now, rng, "library", "cover-feeds", feeds)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _stamp(at):
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _pages(now, rng):
    for minute in minutes(now, -13 * 60, 0):
        build = "5.12.0" if _minute(minute, now) >= SHIFTED else "5.11.3"
        for _ in range(rng.randint(3, 6)):
            at, path = within(minute, rng), rng.choice(["/search", f"/titles/{rng.randint(10_000, 999_999)}"])
            status = 404 if rng.random() < 0.01 else 200
            yield at, f"{_stamp(at)} INFO [{build}] GET {path} {status} {rng.randint(20, 190)} ms"
        if rng.random() < 0.03:
            at = within(minute, rng)
            yield at, f"{_stamp(at)} WARN [{build}] no cover for title {rng.randint(10_000, 999_999)}"
    for task in range(4):
        at = now + timedelta(minutes=STARTED, seconds=9 * task)
        yield at, f"{_stamp(at)} INFO [5.12.0] reader-web listens on 8080"
        at = now + timedelta(minutes=SHIFTED + 5, seconds=6 * task)
        yield at, f"{_stamp(at)} INFO [5.11.3] SIGTERM received, 0 requests open, bye"


def _metrics(session, now, rng):
    def load(at):
        return 1_900 * measured.busy(at, rng)

    def hosts(_):
        return {"HealthyHostCount": 4, "UnHealthyHostCount": 0}

    moments = measured.moments(now)
    before = [at for at in moments if _minute(at, now) < SHIFTED]
    after = [at for at in moments if _minute(at, now) >= SHIFTED]
    measured.publish(
        session,
        "AWS/ApplicationELB",
        {"LoadBalancer": BALANCER},
        moments,
        lambda at: measured.balancer(rng, load(at), 0.08) | {"HTTPCode_ELB_5XX_Count": 0},
    )
    for group, having in ((BLUE, before), (GREEN, after)):
        dimensions = {"LoadBalancer": BALANCER, "TargetGroup": group}
        measured.publish(session, "AWS/ApplicationELB", dimensions, having, hosts)
        measured.publish(
            session, "AWS/ApplicationELB", dimensions, having, lambda at: measured.balancer(rng, load(at), 0.08)
        )
    measured.publish(
        session, "AWS/ECS", SERVICE, moments, lambda at: measured.service(rng, measured.busy(at, rng), 38, 34)
    )


def _alarms(session):
    put_alarm(
        session,
        "reader-web-healthy-hosts",
        AlarmDescription="Fewer than three hosts of the catalogue are healthy. Page library on-call.",
        Namespace="AWS/ApplicationELB",
        MetricName="HealthyHostCount",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": BLUE},
        Statistic="Minimum",
        EvaluationPeriods=5,
        Threshold=3,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "reader-alb-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=3,
        Threshold=25,
    )
    set_healthy(session, "reader-alb-5xx")
