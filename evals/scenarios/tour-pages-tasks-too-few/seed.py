"""A service on Spot capacity alone, which is taken back."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

SERVICE = {"ClusterName": "tours", "ServiceName": "tour-pages"}
BALANCER = "app/tours-alb/91b3c5d7e9f10234"
GROUP = {"LoadBalancer": BALANCER, "TargetGroup": "targetgroup/tour-pages/4c2e81d09ab7f653"}

RUNNING = {-39: 8, -38: 7, -37: 5, -36: 4, -35: 4, -34: 3}
"""Tasks in the minutes in which they are lost."""

STOPPED = ((39, 8), (38, 51), (37, 30), (36, 44), (36, 12), (34, 2))
"""Minutes and seconds before now."""


def seed(session, now, rng):
    """Make the account's state."""
    names = [f"web/tour-pages/{measured.task_id(f'tour live {number}')}" for number in range(3)]
    put_lines(session, "/ecs/tour-pages", _pages(now, rng), names)
    chat = ["{at} INFO chat {n} opened", "{at} INFO chat {n} closed", "{at} WARN chat {n}: guide is away"]
    measured.make_bystanding_service(session, now, rng, "tours", "guide-chat", chat, per_hour=25)
    photos = ["{at} INFO photo {n} resized", "{at} WARN photo {n} has no location"]
    measured.make_bystanding_service(session, now, rng, "tours", "photo-resize", photos)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _told(at, level, message, **more):
    return at, json.dumps({"ts": at.isoformat(timespec="milliseconds"), "level": level, "msg": message} | more)


def _pages(now, rng):
    for minute in minutes(now, -12 * 60, 0):
        slow = _minute(minute, now) > -34
        for _ in range(rng.randint(2, 5)):
            took = rng.randint(1_200, 4_100) if slow else rng.randint(60, 340)
            path = f"/tours/{rng.choice(['alps', 'fjords', 'islands', 'cities'])}/{rng.randint(100, 999)}"
            yield _told(within(minute, rng), "info", "page", path=path, status=200, ms=took)
            if took > 3_000:
                yield _told(within(minute, rng), "warn", "event loop delayed", ms=rng.randint(200, 900))
        if rng.random() < 0.05:
            yield _told(within(minute, rng), "warn", "no picture", tour=rng.randint(100, 999))
    for before, seconds in STOPPED:
        at = now - timedelta(minutes=before, seconds=seconds)
        yield _told(at, "info", "SIGTERM received, draining")
        yield _told(at + timedelta(seconds=21), "info", "server closed", open=0)


def _running(minute):
    return 9 if minute < -39 else RUNNING.get(minute, 3)


def _metrics(session, now, rng):
    def insights(at):
        running = _running(_minute(at, now))
        return {"RunningTaskCount": running, "DesiredTaskCount": 9, "PendingTaskCount": 0}

    def service(at):
        found = measured.service(rng, measured.busy(at, rng), 44, 36)
        share = 9 / _running(_minute(at, now))
        return found | {"CPUUtilization": min(rng.uniform(93, 98), found["CPUUtilization"] * share)}

    def balancer(at):
        seconds = 1.9 if _minute(at, now) > -34 else 0.2
        return measured.balancer(rng, 2_400 * measured.busy(at, rng), seconds)

    def hosts(at):
        return {"HealthyHostCount": _running(_minute(at, now)), "UnHealthyHostCount": 0}

    moments = measured.moments(now)
    measured.publish(session, "ECS/ContainerInsights", SERVICE, moments, insights)
    measured.publish(session, "AWS/ECS", SERVICE, moments, service)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments[::2], balancer)
    measured.publish(session, "AWS/ApplicationELB", GROUP, moments, hosts)


def _alarms(session):
    put_alarm(
        session,
        "tour-pages-running-tasks",
        AlarmDescription="tour-pages runs fewer than six of its nine tasks. Runbook: wiki/tours/pages",
        Namespace="ECS/ContainerInsights",
        MetricName="RunningTaskCount",
        Dimensions=SERVICE,
        Statistic="Minimum",
        EvaluationPeriods=5,
        Threshold=6,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "tours-alb-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        EvaluationPeriods=3,
        Threshold=40,
    )
    set_healthy(session, "tours-alb-5xx")
