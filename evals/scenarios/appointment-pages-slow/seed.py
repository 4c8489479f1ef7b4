"""A database that may not grow as far as a morning needs."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, of_day, put_alarm, put_lines, put_metrics, within

SLOW = -48
"""The first minute in which queries wait."""

ALARMED = {-45: 2.31, -44: 3.08, -43: 3.64, -42: 3.91, -41: 4.12}
BALANCER, GROUP = "app/clinic-alb/9d15e7c30b6f8a24", "targetgroup/appointments/c2f81b6409a7d35e"
CANCELED = "ERROR:  canceling statement due to statement timeout"
QUERIES = (
    "SELECT s.id, s.starts_at FROM slots s JOIN doctors d ON d.id = s.doctor_id WHERE d.practice_id = $1",
    "SELECT a.* FROM appointments a WHERE a.patient_id = $1 ORDER BY a.starts_at DESC LIMIT 20",
    "UPDATE slots SET held_until = $2 WHERE id = $1 AND free",
)


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/appointments/{measured.task_id(f'appointments {number}')}" for number in range(10)]
    put_lines(session, "/ecs/appointments", _pages(now, rng), streams)
    database = [*measured.checkpoints(now, rng, -16 * 60), *_statements(now, rng)]
    put_lines(session, "/aws/rds/cluster/clinic-main/postgresql", database, ["clinic-main-a.0"])
    labs = ["{at} INFO result {n} shown", "{at} INFO result {n} read", "{at} WARN result {n} without unit"]
    measured.make_bystanding_service(session, now, rng, "clinic", "lab-results", labs, per_hour=35)
    desk = ["{at} INFO desk {n} opened", "{at} INFO {n} letters printed"]
    measured.make_bystanding_service(session, now, rng, "clinic", "doctor-desk", desk, per_hour=15)
    _metrics(session, now, rng)
    put_alarm(
        session,
        "appointments-p95",
        AlarmDescription="Patients wait for their appointments page.",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions={"LoadBalancer": BALANCER},
        ExtendedStatistic="p95",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=5,
        Threshold=2,
    )


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _rush(at, now):
    """0 to 1: every morning about this time patients look for appointments, yesterday as today."""
    distance = (_minute(at, now) + 56) % 1_440
    return (
        min(1.0, distance / 30)
        if distance < 200
        else max(0.0, 1.0 - (distance - 200) / 60)
        if distance < 260
        else 0.0
    )


def _seconds(at, now, rng):
    minute = _minute(at, now)
    if minute in ALARMED:
        return ALARMED[minute]
    if minute < SLOW:
        return rng.uniform(0.24, 0.36)
    return rng.uniform(3.8, 4.6) if minute > -41 else 0.4 + (minute - SLOW) * 0.55


def _pages(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(4, 6) + round(4 * _rush(minute, now))):
            at = within(minute, rng)
            took = 1_000 * _seconds(minute, now, rng) * rng.uniform(0.4, 1.0)
            path, view = (
                rng.choice([("/appointments", 11), ("/slots/free", 6), ("/doctors", 14)]),
                rng.uniform(4, 15),
            )
            request = f"{rng.getrandbits(64):016x}"
            parts = f"(Views: {view:.1f}ms | ActiveRecord: {took * 0.93:.1f}ms)"
            yield (
                at,
                json.dumps(
                    {
                        "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
                        "severity": "INFO",
                        "message": f"Completed 200 OK in {took:.0f}ms {parts}",
                        "path": path[0],
                        "request_id": request,
                    }
                ),
            )
        if minute >= now + timedelta(minutes=-41) and rng.random() < 0.3:
            at = within(minute, rng)
            told = f"ActiveRecord::QueryCanceled: PG::QueryCanceled: {CANCELED}"
            yield (
                at,
                json.dumps({"timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.000Z", "severity": "ERROR", "message": told}),
            )


def _statements(now, rng):
    for minute in minutes(now, -16 * 60, 0):
        for _ in range(rng.randint(4, 8) if _minute(minute, now) >= SLOW + 2 else int(rng.random() < 0.08)):
            at, took = within(minute, rng), rng.uniform(1_020, 4_900)
            peer = f"10.60.{rng.randint(8, 11)}.{rng.randint(4, 250)}({rng.randint(32000, 60000)})"
            who = f"{peer}:clinic@clinic:[{rng.randint(900, 29000)}]"
            told = f"LOG:  duration: {took:.3f} ms  execute <unnamed>: {rng.choice(QUERIES)}"
            yield at, f"{at:%Y-%m-%d %H:%M:%S} UTC:{who}:{told}"


def _metrics(session, now, rng):
    moments = measured.moments(now)

    def balanced(at):
        requests = of_day(at, 500, 900) + 2_600 * _rush(at, now)
        found = measured.balancer(
            rng, requests * rng.uniform(0.96, 1.04), failing=0.006 if _minute(at, now) > -41 else 0.0
        )
        return found | {"TargetResponseTime": _seconds(at, now, rng)}

    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balanced)
    hosts = lambda at: {"HealthyHostCount": 10 if _minute(at, now) > -36 else 6, "UnHealthyHostCount": 0}  # noqa: E731
    measured.publish(
        session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER, "TargetGroup": GROUP}, moments, hosts
    )
    whose = {"ClusterName": "clinic", "ServiceName": "appointments"}
    load = lambda at: measured.service(rng, 0.4 + 0.8 * _rush(at, now), 46, 36)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", whose, moments[::3], load)

    def writer(at):
        rush, minute = _rush(at, now), _minute(at, now)
        wanted = (2.6 + of_day(at, 0.5, 2.0) + 21.5 * rush) * rng.uniform(0.96, 1.04)
        most = 8.0 if minute >= -14 * 60 - 21 else 48.0
        slow = minute >= SLOW
        return {
            "ServerlessDatabaseCapacity": min(most, round(wanted * 2) / 2),
            "ACUUtilization": min(100.0, 100.0 * wanted / most),
            "CPUUtilization": rng.uniform(98.4, 99.9)
            if slow
            else min(92.0, 34 + 30 * rush) * rng.uniform(0.95, 1.05),
            "DatabaseConnections": round((168 if slow else 58 + 60 * rush) * rng.uniform(0.97, 1.03)),
            "FreeableMemory": (0.9 if slow else 3.4) * measured.GIB * rng.uniform(0.95, 1.05),
            "CommitLatency": rng.uniform(1.8, 2.6) * (6 if slow else 1),
            "SelectLatency": rng.uniform(0.9, 1.4) * (45 if slow else 1),
            "BufferCacheHitRatio": rng.uniform(88, 91) if slow else rng.uniform(99.1, 99.8),
            "DBLoad": rng.uniform(60, 82) if slow else 1.2 + 5 * rush,
            "Deadlocks": 0.0,
        }

    units = {
        "ACUUtilization": "Percent",
        "CPUUtilization": "Percent",
        "FreeableMemory": "Bytes",
        "DatabaseConnections": "Count",
    }
    cluster = {"DBClusterIdentifier": "clinic-main", "Role": "WRITER"}
    put_metrics(session, "AWS/RDS", {"DBInstanceIdentifier": "clinic-main-a"}, moments, writer, units)
    put_metrics(session, "AWS/RDS", cluster, moments[::10], writer, units)
