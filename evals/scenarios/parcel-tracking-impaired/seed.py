"""Everybody waits behind a migration, which waits behind a report."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import (
    make_bystander,
    minutes,
    put_alarm,
    put_lines,
    put_metric,
    put_metrics,
    set_healthy,
    within,
)

SERVICE, WRITER = "tracking-api", "tracking-db-1"
BLOCKED = 33
OPENED = 66
HOLDER, MIGRATION = 27790, 28114
TASKS = 6
TARGETS = {"LoadBalancer": "app/parcel/58f2ce7190ba4d36", "TargetGroup": f"targetgroup/{SERVICE}/e4170cb96d28f53a"}
CONNECTED = {33: 75, 32: 98, 31: 112, 30: 116, 29: 117}
"""Connections, by how many minutes ago."""
SLOW = {32: 45.02, 31: 45.03, 30: 45.01}
ALTER = "ALTER TABLE parcel_events ADD COLUMN handover_note text"
READ = "SELECT kind, at, depot FROM parcel_events WHERE parcel_id = $1 ORDER BY at"
RULE = "ALARM(tracking-api-latency-p99) AND ALARM(tracking-db-connections)"


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"api/{SERVICE}/{measured.task_id(f'{SERVICE} {number}')}" for number in range(TASKS)]
    put_lines(session, f"/ecs/{SERVICE}", _service(now, rng), streams)
    put_lines(session, "/ecs/tracking-migrate", _migration(now), [f"job/m/{measured.task_id('tracking-migrate')}"])
    put_lines(session, "/ecs/insight-board", _reports(now, rng), [f"web/b/{measured.task_id('insight-board')}"])
    database = [line for line in _database(now, rng) if line[0] < now]
    put_lines(session, "/aws/rds/cluster/tracking-db/postgresql", database, [f"{WRITER}.0"])
    scans = ["{at} INFO scan {n} taken", "{at} INFO depot {n} full", "{at} WARN scan {n} without weight"]
    measured.make_bystanding_service(session, now, rng, "parcel", "scan-intake", scans, per_hour=40)
    make_bystander(session, now, rng, "delivery-mails", ["[INFO] mail {n} sent", "[WARNING] mail {n} bounced"])
    make_bystander(session, now, rng, "label-ocr", ["[INFO] label {n} read"], per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _ago(now, at):
    return round((now - at).total_seconds() / 60)


def _stamp(at):
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _service(now, rng):
    def line(at, level, message, **more):
        return at, json.dumps({"level": level, "ts": _stamp(at), "msg": message, **more})

    for minute in minutes(now, -5 * 60, 0):
        blocked = _ago(now, minute) < BLOCKED
        for _ in range(TASKS * 3):
            at = within(minute, rng)
            ok, failed = rng.randint(4, 6), 0
            if blocked:
                ok, failed = rng.randint(1, 2), rng.choice((3, 3, 4))
            p99 = rng.randint(45_001, 45_040) if blocked else rng.randint(58, 140)
            yield line(at, "info", "requests of 20 s", ok=ok, failed=failed, p99_ms=p99)
            for _ in range(failed):
                told = "ERROR: canceling statement due to statement timeout (SQLSTATE 57014)"
                route, took = "GET /parcels/:id/events", rng.randint(45_001, 45_040)
                yield line(within(minute, rng), "error", "query failed", route=route, err=told, took_ms=took)
        if rng.random() < 0.15:
            yield line(within(minute, rng), "warn", "parcel unknown", parcel=f"P{rng.randint(10**8, 10**9)}")
    for number in range(TASKS):
        at = now - timedelta(minutes=198 - number, seconds=31)
        yield line(at, "info", f"{SERVICE} 6.7.0 started", pool=20, db="tracking-db")


def _migration(now):
    start = now - timedelta(minutes=BLOCKED, seconds=9)
    yield start, f"{_stamp(start)} tracking-migrate 6.8.0: 2 migrations to do on tracking-db"
    start += timedelta(seconds=3)
    yield start, f"{_stamp(start)} 0231_handover_note.sql: {ALTER}"
    for minute in range(1, BLOCKED):
        at = start + timedelta(minutes=minute)
        yield at, f"{_stamp(at)} 0231_handover_note.sql: not done after {minute * 60} s"


def _reports(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        if rng.random() < 0.25:
            at, report = within(minute, rng), rng.choice(("depots by weight", "returns", "lost parcels"))
            yield at, f"{_stamp(at)} INFO report '{report}': 6 of 6 queries in {rng.uniform(4, 140):.1f} s, closed"
        if rng.random() < 0.05:
            at = within(minute, rng)
            yield at, f"{_stamp(at)} WARN a reader has looked at no page for ten minutes"
    at = now - timedelta(minutes=OPENED) + timedelta(seconds=2)
    yield at, f"{_stamp(at)} INFO report 'late parcels by depot' opened by ruben"
    at += timedelta(seconds=5)
    yield at, f"{_stamp(at)} INFO report 'late parcels by depot': 1 of 6 queries, waits for its reader"


def _said(at, source, who, process, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S} UTC:{source}:{who}@tracking:[{process}]:{text}"


def _session(at, rng, process, lasts):
    """A report that opens, reads and closes its session, as they do all day."""
    source = f"10.58.3.77({rng.randint(40_000, 60_000)})"
    who = "user=report_ro database=tracking"
    yield _said(
        at, source, "report_ro", process, f"LOG:  connection authorized: {who} application_name=insight-board"
    )
    at += timedelta(seconds=4)
    took = f"duration: {rng.uniform(1_400, 3_900):.3f} ms"
    query = "SELECT depot, count(*) FROM parcel_events WHERE at > $1 GROUP BY depot"
    yield _said(at, source, "report_ro", process, f"LOG:  {took}  execute <unnamed>: {query}")
    if lasts:
        at += timedelta(seconds=lasts)
        clock = f"0:{lasts // 60:02d}:{lasts % 60:02d}.{rng.randint(100, 999)}"
        text = f"LOG:  disconnection: session time: {clock} {who} host=10.58.3.77 port={source[11:-1]}"
        yield _said(at, source, "report_ro", process, text)


def _database(now, rng):
    for minute in minutes(now, -20 * 60, 0):
        if rng.random() < 0.08 and _ago(now, minute) not in range(OPENED + 3):
            yield from _session(within(minute, rng), rng, rng.randint(9_000, 27_000), rng.randint(8, 170))
        if rng.random() < 0.06:
            at = within(minute, rng)
            table = rng.choice(("parcels", "depots", "scans"))
            text = f'LOG:  automatic vacuum of table "tracking.public.{table}": index scans: {rng.randint(0, 2)}'
            yield at, f"{at:%Y-%m-%d %H:%M:%S} UTC::@:[{rng.randint(9_000, 27_000)}]:{text}"
        if _ago(now, minute) < BLOCKED:
            for _ in range(rng.randint(57, 63)):
                yield from _waiting(within(minute, rng), rng)
    yield from _session(now - timedelta(minutes=OPENED), rng, HOLDER, 0)
    yield from _altering(now - timedelta(minutes=BLOCKED, seconds=5))


def _altering(at):
    source, who = "10.58.7.14(38814)", "migrate"
    yield _said(at, source, who, MIGRATION, f"LOG:  statement: {ALTER}")
    at += timedelta(seconds=1)
    lock = "AccessExclusiveLock on relation 16842 of database 16401 after 1000.083 ms"
    yield _said(at, source, who, MIGRATION, f"LOG:  process {MIGRATION} still waiting for {lock}")
    queue = f"DETAIL:  Process holding the lock: {HOLDER}. Wait queue: {MIGRATION}."
    yield _said(at, source, who, MIGRATION, queue)
    yield _said(at, source, who, MIGRATION, f"STATEMENT:  {ALTER}")


def _waiting(at, rng):
    source, who = f"10.58.{rng.randint(4, 6)}.{rng.randint(9, 240)}({rng.randint(30_000, 60_000)})", "api"
    process = rng.randint(28_120, 28_510)
    lock = f"AccessShareLock on relation 16842 of database 16401 after 1000.{rng.randint(10, 400):03d} ms"
    yield _said(at, source, who, process, f"LOG:  process {process} still waiting for {lock}")
    queue = ", ".join(str(rng.randint(28_120, 28_510)) for _ in range(6))
    text = f"DETAIL:  Process holding the lock: {HOLDER}. Wait queue: {MIGRATION}, {queue}, {process}."
    yield _said(at, source, who, process, text)
    yield _said(at, source, who, process, f"STATEMENT:  {READ}")
    at += timedelta(seconds=44)
    yield _said(at, source, who, process, "ERROR:  canceling statement due to statement timeout")


def _metrics(session, now, rng):
    span = measured.moments(now)
    ago = {at: _ago(now, at) for at in span}

    def targets(at):
        count = round(90 * measured.busy(at, rng)) if ago[at] > 300 else round(90 * rng.uniform(0.97, 1.03))
        blocked = ago[at] < BLOCKED
        found = measured.balancer(rng, count, 0.09, failing=0.67 if blocked else 0.0)
        if blocked:
            found["TargetResponseTime"] = SLOW.get(ago[at], 45.0 + rng.uniform(0.005, 0.04))
        return found | {"HealthyHostCount": TASKS, "UnHealthyHostCount": 0}

    measured.publish(session, "AWS/ApplicationELB", TARGETS, span, targets)

    def database(at):
        blocked = ago[at] <= BLOCKED
        connections = CONNECTED.get(ago[at], 117) if blocked else 72
        found = measured.database(rng, 0.45 if blocked else measured.busy(at, rng), connections, cpu=36)
        found["DatabaseConnections"] = connections + (rng.randint(-3, 3) if ago[at] not in CONNECTED else 0)
        waiting = max(0, connections - 72) if blocked else rng.uniform(0.1, 0.6)
        found |= {"DBLoad": waiting + 1.4, "DBLoadCPU": 0.7 if blocked else 1.4, "DBLoadNonCPU": waiting}
        return found | {"Deadlocks": 0, "CommitLatency": rng.uniform(2.1, 4.4)}

    dimensions = {"DBInstanceIdentifier": WRITER}
    measured.publish(session, "AWS/RDS", dimensions, span, database)
    lag = [(at, rng.uniform(12, 24)) for at in span]
    reader = {"DBInstanceIdentifier": "tracking-db-2"}
    put_metric(session, "AWS/RDS", "AuroraReplicaLag", reader, lag, "Milliseconds")
    quiet = [at for at in span if ago[at] % 5 == 0]
    put_metrics(
        session, "AWS/RDS", reader, quiet, lambda at: measured.database(rng, measured.busy(at, rng), 9, cpu=6)
    )
    for name, memory in ((SERVICE, 51), ("insight-board", 62)):
        cluster = "parcel" if name == SERVICE else "analytics"
        where = {"ClusterName": cluster, "ServiceName": name}

        def service(at, name=name, memory=memory):
            share = 0.4 if name == SERVICE and ago[at] < BLOCKED else 1.0
            return measured.service(rng, share * measured.busy(at, rng), memory)

        measured.publish(session, "AWS/ECS", where, span[::3], service)


def _alarms(session):
    put_alarm(
        session,
        "tracking-api-latency-p99",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=TARGETS,
        ExtendedStatistic="p99",
        EvaluationPeriods=3,
        Threshold=2,
        ComparisonOperator="GreaterThanThreshold",
    )
    for name, metric, limit in (("connections", "DatabaseConnections", 100), ("cpu", "CPUUtilization", 85)):
        put_alarm(
            session,
            f"tracking-db-{name}",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions={"DBInstanceIdentifier": WRITER},
            Statistic="Average",
            EvaluationPeriods=2,
            Threshold=limit,
            ComparisonOperator="GreaterThanThreshold",
        )
    set_healthy(session, "tracking-db-cpu")
    session.client("cloudwatch").put_composite_alarm(
        AlarmName="parcel-tracking-impaired",
        AlarmRule=RULE,
        AlarmDescription="Senders and receivers cannot see where their parcels are.",
    )
