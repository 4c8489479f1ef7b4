"""A database that has been filling up for six days, and says so at the very end."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, of_day, put_alarm, put_lines, set_healthy, within

STOPPED = 6 * 24 * 60 + 3 * 60 + 20
"""Minutes since the reader of the slot was scaled to zero."""

FULL_DISK_GIB = 500


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/aws/rds/instance/members-db/postgresql", _database_log(now, rng), ["members-db.0"])
    put_lines(session, "/ecs/warehouse-cdc", _reader(now, rng), [f"svc/warehouse-cdc/{measured.task_id('cdc')}"])
    imports = [f"svc/loyalty-import/{measured.task_id(f'loyalty-import {number}')}" for number in range(2)]
    put_lines(session, "/ecs/loyalty-import", _imports(now, rng), imports)
    members = [
        '{"level":"info","time":"{at}","msg":"GET /v2/members/{n} 200"}',
        '{"level":"info","time":"{at}","msg":"login ok","member":{n}}',
        '{"level":"warn","time":"{at}","msg":"token refresh for unknown device","member":{n}}',
    ]
    measured.make_bystanding_service(session, now, rng, "members", "members-api", members, per_hour=60)
    loader = [
        "{at} INFO [loader] merged {n} rows into dim_member",
        "{at} INFO [loader] nothing new on members-changes",
    ]
    measured.make_bystanding_service(session, now, rng, "data-platform", "dwh-loader", loader)
    make_bystander(session, now, rng, "consent-sync", ["synced {n} consents", "no change since the last run"])
    _metrics(session, now, rng)
    _alarms(session)


def _kept(ago):
    """GiB of WAL that the slot keeps, by minutes before now."""
    return 0.4 if ago >= STOPPED else 0.4 + 452.0 * (STOPPED - ago) / STOPPED


def _free(ago):
    return FULL_DISK_GIB - 36.62 - _kept(ago)


def _metrics(session, now, rng):
    def database(at):
        ago = round((now - at).total_seconds() / 60)
        found = measured.database(rng, measured.busy(at, rng), 110, 31)
        kept = _kept(ago)
        return found | {
            "FreeStorageSpace": round(_free(ago) * measured.GIB),
            "TransactionLogsDiskUsage": (kept + 1.1) * measured.GIB,
            "OldestReplicationSlotLag": kept * measured.GIB if ago < STOPPED else rng.uniform(2e5, 9e6),
            "ReplicationSlotDiskUsage": 1.2e5,
            "WriteIOPS": 640 * of_day(at, 0.5, 1) * rng.uniform(0.9, 1.1),
        }

    def forum(at):
        return measured.database(rng, 0.4 * measured.busy(at, rng), 14, 12, 61)

    before = list(minutes(now, -10 * 24 * 60, -24 * 60, 10))
    moments = [*before, *minutes(now, -24 * 60, -2)]
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "members-db"}, moments, database)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "forum-db"}, before[::6], forum)


def _database_log(now, rng):
    yield from measured.checkpoints(now, rng, -20 * 60)
    for minute in minutes(now, -9 * 24 * 60, 0, 20):
        at = within(minute, rng, 1_100)
        client = f"10.40.{rng.randint(1, 3)}.{rng.randint(10, 250)}({rng.randint(30_000, 60_000)})"
        who, process = rng.choice(["members_app", "members_app", "loyalty_import"]), rng.randint(900, 32_000)
        took = rng.uniform(2_001, 6_400)
        statement = rng.choice(
            [
                "INSERT INTO points_log (member_id, points, reason) SELECT ...",
                "UPDATE members SET last_seen = now() WHERE id = ANY($1)",
                "DELETE FROM audit_log WHERE created_at < now() - interval '400 days'",
            ]
        )
        start = f"{at:%Y-%m-%d %H:%M:%S} UTC:{client}:{who}@members:[{process}]:LOG:"
        yield at, f"{start}  duration: {took:.3f} ms  execute S_7: {statement}"
    reader = "10.44.1.77(48112):cdc_reader@members:[21877]"
    for day in (9, 8, 7):
        at = within(now - timedelta(days=day, minutes=-17), rng)
        yield at, f'{at:%Y-%m-%d %H:%M:%S} UTC:{reader}:LOG:  starting logical decoding for slot "dwh_cdc_slot"'
    at = now - timedelta(minutes=STOPPED - 1)
    start = f"{at:%Y-%m-%d %H:%M:%S} UTC:{reader}:"
    yield at, f"{start}LOG:  unexpected EOF on standby connection"
    asked = "(\"proto_version\" '1', \"publication_names\" 'dwh_pub')"
    yield at, f'{start}STATEMENT:  START_REPLICATION SLOT "dwh_cdc_slot" LOGICAL 6A1/2C0017F8 {asked}'
    yield at, f'{start}LOG:  released logical replication slot "dwh_cdc_slot"'


def _reader(now, rng):
    for ago in range(10 * 24 * 60, STOPPED, -15):
        at = within(now - timedelta(minutes=ago), rng)
        position, lag = f"6A0/{rng.getrandbits(32):08X}", rng.randint(80, 900)
        told = f"slot=dwh_cdc_slot confirmed_flush={position} lag_ms={lag}"
        yield at, f"{at:%Y-%m-%d %H:%M:%S} INFO cdc - {told}"
    at = now - timedelta(minutes=STOPPED)
    yield at, f"{at:%Y-%m-%d %H:%M:%S} INFO cdc - received SIGTERM, closing replication stream"


def _imports(now, rng):
    """The import that everybody suspects: it logs its rows every night."""
    for day in range(6):
        start = now.replace(hour=2, minute=5) - timedelta(days=day)
        if start > now:
            continue
        for number in range(60):
            at = within(start + timedelta(minutes=number), rng)
            rows = rng.randint(11_000, 13_000)
            yield (
                at,
                json.dumps(
                    {"time": at.isoformat(), "level": "info", "msg": f"inserted {rows} rows into points_log"}
                ),
            )


def _alarms(session):
    for database, gib in (("members-db", 12), ("forum-db", 5)):
        put_alarm(
            session,
            f"{database}-free-storage",
            AlarmDescription=f"{database} has less than {gib} GiB left. When it is full, nobody can log in.",
            Namespace="AWS/RDS",
            MetricName="FreeStorageSpace",
            Dimensions={"DBInstanceIdentifier": database},
            Statistic="Minimum",
            Period=300,
            EvaluationPeriods=3,
            Threshold=gib * measured.GIB,
            ComparisonOperator="LessThanThreshold",
        )
    put_alarm(
        session,
        "members-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "members-db"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    for name in ("forum-db-free-storage", "members-db-cpu"):
        set_healthy(session, name)
