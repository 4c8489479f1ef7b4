"""A database that is away for seven minutes, by order."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, set_healthy, within

DOWN, BACK = -22, -15
"""Minutes without a database: the first one and the one in which it is started again."""

BALANCER = "app/roster-alb/2a6f90c1b7d3e485"
REFUSED = (
    "OperationalError: connection to server at roster-db.cd81kq2mzvxt, port 5432 failed: Connection refused",
    "OperationalError: connection to server at roster-db.cd81kq2mzvxt, port 5432 failed: timeout expired",
)
ENDED = "OperationalError: FATAL:  terminating connection due to administrator command"
SLOW = "SELECT * FROM shifts WHERE ward = $1 AND day >= $2 ORDER BY day"
TASKS = [measured.task_id(f"roster web {number}") for number in range(4)]


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/ecs/roster-web", _pages(now, rng), [f"web/roster-web/{task}" for task in TASKS])
    database = [*measured.checkpoints(now, rng, -9 * 60), *_database(now, rng)]
    stopped, started = now + timedelta(minutes=DOWN, seconds=-6), now + timedelta(minutes=BACK, seconds=-12)
    kept = [
        line
        for line in database
        if not stopped <= line[0] < started - timedelta(seconds=9) or "shut" in line[1] or "terminating" in line[1]
    ]
    put_lines(session, "/aws/rds/instance/roster-db/postgresql", kept, ["roster-db.0"])
    mails = ["{at} INFO shift mail {n} sent", "{at} WARN nurse {n} has no address"]
    measured.make_bystanding_service(session, now, rng, "roster", "shift-mail", mails, per_hour=18)
    make_bystander(session, now, rng, "ward-export", ["[INFO] ward {n} exported"], per_hour=5)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _pages(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        down = DOWN <= _minute(minute, now) < BACK
        for _ in range(rng.randint(5, 10)):
            at, ward = within(minute, rng), rng.randint(1, 60)
            told = {"ts": at.isoformat(timespec="milliseconds"), "path": f"/wards/{ward}/shifts"}
            if down:
                told |= {"level": "error", "status": 500, "error": rng.choice(REFUSED)}
            else:
                told |= {"level": "info", "status": 200, "ms": rng.randint(40, 400)}
            yield at, json.dumps(told)
        if rng.random() < 0.05:
            told = {"level": "warn", "msg": "shift has two nurses", "shift": rng.randint(10**5, 10**6)}
            yield within(minute, rng), json.dumps(told)
    for number in range(9):
        at = now + timedelta(minutes=DOWN, seconds=-5 + number * 0.3)
        yield at, json.dumps({"ts": at.isoformat(timespec="milliseconds"), "level": "error", "error": ENDED})


def _database(now, rng):
    def said(at, text, process=392, who="@"):
        return at, f"{at:%Y-%m-%d %H:%M:%S} UTC::{who}:[{process}]:{text}"

    at = now + timedelta(minutes=DOWN, seconds=-6)
    yield said(at, "LOG:  received fast shutdown request")
    for _ in range(12):
        text = "FATAL:  terminating connection due to administrator command"
        yield said(at + timedelta(seconds=1), text, rng.randint(20_000, 31_000), "roster@roster")
    yield said(at + timedelta(seconds=4), "LOG:  database system is shut down")
    at = now + timedelta(minutes=BACK, seconds=-20)
    yield said(at, "LOG:  starting PostgreSQL 16.8 on aarch64-unknown-linux-gnu, compiled by gcc, 64-bit", 371)
    yield said(at + timedelta(seconds=5), "LOG:  database system was shut down", 388)
    yield said(at + timedelta(seconds=7), "LOG:  database system is ready to accept connections", 371)
    for minute in minutes(now, -9 * 60, -1, 7):
        took = f"LOG:  duration: {rng.uniform(820, 2_600):.3f} ms  execute <unnamed>: "
        yield said(within(minute, rng), took + SLOW, rng.randint(20_000, 31_000), "roster@roster")


def _metrics(session, now, rng):
    def database(at):
        minute = _minute(at, now)
        if DOWN <= minute < BACK:
            return {}
        cpu = 34 if minute >= BACK else 78
        connections = 38 if minute >= -14 or minute < DOWN else 6
        return measured.database(rng, measured.busy(at, rng), connections, cpu, 96)

    def balancer(at):
        down = DOWN <= _minute(at, now) < BACK
        return measured.balancer(rng, 160 * measured.busy(at, rng) + 40, 0.2, failing=0.94 if down else 0.0)

    moments = measured.moments(now)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "roster-db"}, moments, database)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balancer)
    service = {"ClusterName": "roster", "ServiceName": "roster-web"}
    used = lambda at: measured.service(rng, measured.busy(at, rng), 47, 31)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", service, moments[::2], used)


def _alarms(session):
    database = {"DBInstanceIdentifier": "roster-db"}
    put_alarm(
        session,
        "roster-db-connections-none",
        AlarmDescription="Nobody is connected to roster-db. Runbook: wiki/roster/db",
        Namespace="AWS/RDS",
        MetricName="DatabaseConnections",
        Dimensions=database,
        Statistic="Average",
        EvaluationPeriods=3,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    put_alarm(
        session,
        "roster-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions=database,
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=90,
    )
    set_healthy(session, "roster-db-cpu")
