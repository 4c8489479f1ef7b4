"""A role that may not read what it has always read."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

RENAMED, DENIED = timedelta(minutes=19, seconds=48), timedelta(minutes=19, seconds=44)
"""Before now: the new table gets the old one's name; the first statement fails."""

ERROR = "psycopg.errors.InsufficientPrivilege: permission denied for table invoice_lines"
READ = "SELECT line_no, text, net, vat FROM invoice_lines WHERE invoice_id = $1 ORDER BY line_no"


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/statement-export/{measured.task_id(f'export {number}')}" for number in range(2)]
    lines = sorted(_exports(now, rng))
    put_lines(session, "/ecs/statement-export", [line for line in lines if line[0] != now - DENIED], streams)
    at, text = _export(now - DENIED, "st-4471902", denied=True)
    session.client("logs").put_log_events(
        logGroupName="/ecs/statement-export",
        logStreamName=streams[0],
        logEvents=[{"timestamp": int(at.timestamp() * 1000), "message": text}],
    )
    migrate = [f"ecs/billing-migrate/{measured.task_id('migrate 48')}"]
    put_lines(session, "/ecs/billing-migrate", _migration(now), migrate)
    put_lines(session, "/aws/rds/instance/billing-db/postgresql", _database(now, rng, lines), ["billing-db.0"])
    billing = ["{at} INFO invoice {n} shown", "{at} INFO invoice {n} paid", "{at} WARN invoice {n} has no address"]
    measured.make_bystanding_service(session, now, rng, "billing", "billing-api", billing, per_hour=60)
    dunning = ["{at} INFO reminder {n} written", "{at} INFO {n} invoices are due", "{at} WARN debtor {n} moved"]
    measured.make_bystanding_service(session, now, rng, "billing", "dunning", dunning, per_hour=14)
    _metrics(session, now, rng)


def _export(at, statement, *, denied, rows=0):
    told = {
        "ts": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "level": "ERROR" if denied else "INFO",
        "logger": "export.statements",
    }
    if denied:
        told |= {"msg": "statement not exported", "statement": statement, "error": ERROR, "sqlstate": "42501"}
    else:
        told |= {"msg": "statement exported", "statement": statement, "lines": rows}
    return at, json.dumps(told)


def _exports(now, rng):
    yield _export(now - DENIED, "st-4471902", denied=True)
    for minute in minutes(now, -11 * 60, 0):
        for _ in range(rng.randint(2, 5)):
            at, statement = within(minute, rng), f"st-{rng.randint(10**6, 10**7)}"
            if at < now:
                yield _export(at, statement, denied=at > now - DENIED, rows=rng.randint(2, 240))
        if rng.random() < 0.07:
            told = {"ts": f"{minute:%Y-%m-%dT%H:%M:%SZ}", "level": "WARNING", "logger": "export.sftp"}
            yield minute, json.dumps(told | {"msg": "bank's SFTP server is slow", "s": rng.randint(9, 40)})


def _migration(now):
    began, name = now - timedelta(minutes=27, seconds=41), "0411_partition_invoice_lines"
    steps = [
        (began, "billing-migrate 2026.11.4, connected as billing_owner, 410 of 411 migrations are applied"),
        (began + timedelta(seconds=1), f"{name}: CREATE TABLE invoice_lines_p PARTITION BY RANGE"),
        (began + timedelta(seconds=2), f"{name}: copying 48122907 rows"),
        (began + timedelta(minutes=4), f"{name}: 50 %"),
        (now - RENAMED - timedelta(seconds=2), f"{name}: ALTER TABLE invoice_lines RENAME TO invoice_lines_old"),
        (now - RENAMED, f"{name}: ALTER TABLE invoice_lines_p RENAME TO invoice_lines"),
        (now - RENAMED + timedelta(seconds=1), f"{name}: applied in 473 s"),
    ]
    for at, text in steps:
        yield at, f"{at:%Y-%m-%d %H:%M:%S} INFO  {text}"


def _database(now, rng, lines):
    yield from measured.checkpoints(now, rng, -11 * 60)
    for at, text in lines:
        if "42501" in text:
            process = rng.randint(900, 9_000)
            head = f"{at:%Y-%m-%d %H:%M:%S} UTC:10.96.1.{rng.randint(20, 60)}(40112):export_ro@billing:[{process}]"
            yield at, f"{head}:ERROR:  permission denied for table invoice_lines"
            yield at, f"{head}:STATEMENT:  {READ}"
    for minute in minutes(now, -11 * 60, -3, 70):
        at = within(minute, rng, 900)
        head = f"{at:%Y-%m-%d %H:%M:%S} UTC:10.96.2.31(39980):billing_rw@billing:[{rng.randint(900, 9_000)}]"
        yield at, f'{head}:ERROR:  duplicate key value violates unique constraint "payments_reference_key"'


def _metrics(session, now, rng):
    def database(at):
        found = measured.database(rng, measured.busy(at, rng), 74, 28, 190)
        if now - timedelta(minutes=28) <= at < now - timedelta(minutes=20):
            found |= {"WriteIOPS": rng.uniform(3_900, 4_600), "CPUUtilization": rng.uniform(52, 61)}
        return found

    moments = measured.moments(now)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "billing-db"}, moments[::2], database)
    load = lambda at: measured.service(rng, measured.busy(at, rng), 35, 20)  # noqa: E731 - used once
    export = {"ClusterName": "billing", "ServiceName": "statement-export"}
    measured.publish(session, "AWS/ECS", export, moments[::4], load)
    put_alarm(
        session,
        "billing-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "billing-db"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, "billing-db-cpu")
