"""A few minutes in which nobody could hold a seat: the cache failed over."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    make_bystander,
    minutes,
    put_alarm,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

SERVICE = "seat-api"
FAILED = {34: 262, 33: 418, 32: 240}
"""Requests that ended in 5xx, by how many minutes ago."""
TARGETS = {"LoadBalancer": "app/stage/3d7ae81b60c2f459", "TargetGroup": f"targetgroup/{SERVICE}/b80e14c7d3f6a925"}
TASKS = 5


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"api/{SERVICE}/{measured.task_id(f'{SERVICE} {number}')}" for number in range(TASKS)]
    put_lines(session, f"/ecs/{SERVICE}", _service(now, rng), streams)
    halls = ["{at} info hall {n} read", "{at} info plan {n} drawn", "{at} warn plan {n} has no picture"]
    measured.make_bystanding_service(session, now, rng, "stage", "hall-plans", halls, per_hour=40)
    shows = ["{at} info show {n} listed", "{at} info show {n} changed"]
    measured.make_bystanding_service(session, now, rng, "stage", "show-list", shows, per_hour=25)
    make_bystander(session, now, rng, "ticket-pdf", ["[INFO] ticket {n} drawn", "[WARNING] ticket {n}: long name"])
    _metrics(session, now, rng)
    _alarms(session)


def _line(at, level, text):
    return at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {level} {text}"


def _service(now, rng):
    for minute in minutes(now, -6 * 60, 0):
        for _ in range(rng.randint(8, 12)):
            took, seat = rng.randint(4, 21), rng.randint(1, 1_900)
            yield _line(within(minute, rng), "info", f"POST /holds 201 {took} ms seat {seat} held for 600 s")
        if rng.random() < 0.3:
            yield _line(within(minute, rng), "warn", f"seat {rng.randint(1, 1_900)} is held already, 409")
        ago = round((now - minute).total_seconds() / 60)
        for _ in range(FAILED.get(ago, 0)):
            at = within(minute, rng) if ago != 32 else within(minute, rng, 38.0)
            if rng.random() < 0.8:
                told = "ReplyError: READONLY You can't write against a read only replica."
            else:
                told = "Error: read ECONNRESET"
            yield _line(at, "error", f"POST /holds 500 {rng.randint(2, 9)} ms {told}")
    for number in range(TASKS - 1):
        at = now - timedelta(minutes=98 - number, seconds=21)
        yield _line(at, "info", f"{SERVICE} 5.18.0 listens on 8080, holds in seat-holds")
    again = now - timedelta(minutes=32) + timedelta(seconds=39)
    for number in range(TASKS):
        yield _line(
            again + timedelta(milliseconds=120 * number), "info", "cache: connected to seat-holds, role master"
        )


def _metrics(session, now, rng):
    span = measured.moments(now)
    ago = {at: round((now - at).total_seconds() / 60) for at in span}
    load = {at: 1_500 * rng.uniform(0.96, 1.04) if ago[at] < 150 else 620 * measured.busy(at, rng) for at in span}

    def targets(at):
        found = measured.balancer(rng, load[at], 0.014)
        failed = FAILED.get(ago[at], 0)
        found["HTTPCode_Target_5XX_Count"] = failed
        found["HTTPCode_Target_2XX_Count"] -= failed
        return found | {"HealthyHostCount": 5 if ago[at] <= 33 else 4, "UnHealthyHostCount": 0}

    measured.publish(session, "AWS/ApplicationELB", TARGETS, span, targets)
    service = {"ClusterName": "stage", "ServiceName": SERVICE}
    measured.publish(
        session, "AWS/ECS", service, span, lambda at: measured.service(rng, load[at] / 1_400, 37.0, 52.0)
    )
    for node, before in (("seat-holds-001", True), ("seat-holds-002", False)):

        def cache(at, before=before):
            primary = before if ago[at] > 34 else not before
            away = before and 25 <= ago[at] <= 33
            if away:
                return {}
            connections = 210 if primary else 12
            return {
                "IsMaster": int(primary),
                "EngineCPUUtilization": load[at] / 1_500 * (21 if primary else 6) * rng.uniform(0.9, 1.1),
                "CPUUtilization": load[at] / 1_500 * (17 if primary else 7) * rng.uniform(0.9, 1.1),
                "CurrConnections": connections + rng.randint(-4, 4),
                "NewConnections": 214 if primary and ago[at] in {32, 31} and not before else rng.randint(0, 3),
                "DatabaseMemoryUsagePercentage": 31 * rng.uniform(0.98, 1.02),
                "Evictions": 0,
                "SetTypeCmds": round(load[at] * 0.9) if primary else 0,
                "ReplicationLag": 0 if primary else rng.uniform(0.1, 0.6),
                "MasterLinkHealthStatus": 1,
            }

        units = dict.fromkeys(
            ("IsMaster", "SetTypeCmds", "Evictions", "CurrConnections", "NewConnections"), "Count"
        )
        units |= dict.fromkeys(("EngineCPUUtilization", "CPUUtilization"), "Percent")
        units |= {"ReplicationLag": "Seconds", "DatabaseMemoryUsagePercentage": "Percent"}
        put_metrics(session, "AWS/ElastiCache", {"CacheClusterId": node}, span, cache, units)


def _alarms(session):
    put_alarm(
        session,
        "seat-api-5xx",
        AlarmDescription="Visitors cannot hold seats.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=TARGETS,
        EvaluationPeriods=2,
        Threshold=100,
    )
    for name, metric, limit in (
        ("cpu", "EngineCPUUtilization", 80),
        ("memory", "DatabaseMemoryUsagePercentage", 85),
    ):
        put_alarm(
            session,
            f"seat-holds-{name}",
            Namespace="AWS/ElastiCache",
            MetricName=metric,
            Dimensions={"CacheClusterId": "seat-holds-001"},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=limit,
        )
        set_healthy(session, f"seat-holds-{name}")
