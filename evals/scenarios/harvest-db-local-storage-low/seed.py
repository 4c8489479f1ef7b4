"""A writer whose local disk is filled by one report's temporary files."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

BEGAN, FULL = -52, (-21, -11, -1)
"""Minutes, relative to now: the first report starts; the disk is full, and the oldest report fails."""

ALARMED = {-31: 14_828_374_753.0, -30: 13_443_247_636.0, -29: 12_058_120_520.0}
FREE = 29.4 * measured.GIB
REPORT = (
    "SELECT d.grower_id, d.crop, w.hour, avg(w.rain_mm), sum(d.tons) FROM deliveries d, weather_hours w "
    "WHERE d.season = 2026 GROUP BY 1, 2, 3 ORDER BY 5 DESC -- Metabase:: userID: 31 queryType: native"
)


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/aws/rds/cluster/harvest-db/postgresql", _postgres(now, rng), ["harvest-db-1"])
    streams = [f"ecs/harvest-api/{measured.task_id(f'harvest {number}')}" for number in range(3)]
    put_lines(session, "/ecs/harvest-api", _api(now, rng), streams)
    scales = ["{at} INFO load {n} weighed", "{at} INFO load {n} booked", "{at} WARN load {n} is wet"]
    measured.make_bystanding_service(session, now, rng, "coop", "load-intake", scales, per_hour=30)
    pay = ["{at} INFO advance {n} paid", "{at} INFO grower {n} notified"]
    measured.make_bystanding_service(session, now, rng, "coop", "grower-advances", pay, per_hour=18)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _pg(at, who, pid, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S} UTC:{who}@harvest:[{pid}]:{text}"


def _reports(now, rng):
    bi = "10.33.9.41(50912):metabase_ro"
    for run, start in enumerate(range(BEGAN, 0, 10)):
        pid, at = 22_100 + 17 * run, within(now + timedelta(minutes=start), rng, 9.0)
        told = "user=metabase_ro database=harvest application_name=Metabase v0.51.4 SSL enabled"
        yield _pg(at, bi, pid, f"LOG:  connection authorized: {told}")
        if run < len(FULL):
            at = now + timedelta(minutes=FULL[run], seconds=48)
            told = f'could not write to file "base/pgsql_tmp/pgsql_tmp{pid}.13": No space left on device'
            yield _pg(at, bi, pid, f"ERROR:  {told}")
            yield _pg(at, bi, pid, f"STATEMENT:  {REPORT}")
            for number in range(13):
                path = f"base/pgsql_tmp/pgsql_tmp{pid}.{number}"
                freed = at + timedelta(milliseconds=40 * number + 90)
                yield _pg(freed, bi, pid, f'LOG:  temporary file: path "{path}", size 1073741824')
                yield _pg(freed, bi, pid, f"STATEMENT:  {REPORT}")


def _postgres(now, rng):
    yield from measured.checkpoints(now, rng, -9 * 60)
    yield from _reports(now, rng)
    app = "10.33.2.18(41330):harvest_app"
    for minute in minutes(now, -9 * 60, 0):
        if rng.random() < 0.1:
            at, pid = within(minute, rng), rng.randint(900, 9_000)
            size = rng.randint(4, 30) * 2**20
            yield _pg(at, app, pid, f'LOG:  temporary file: path "base/pgsql_tmp/pgsql_tmp{pid}.0", size {size}')
        if rng.random() < 0.05:
            told = 'ERROR:  duplicate key value violates unique constraint "loads_ticket_key"'
            yield _pg(within(minute, rng), app, rng.randint(900, 9_000), told)
    for minute in (now + timedelta(minutes=full) for full in FULL):
        for _ in range(rng.randint(16, 25)):
            at, pid = minute + timedelta(seconds=rng.uniform(14, 48)), rng.randint(900, 9_000)
            told = f'could not write to file "base/pgsql_tmp/pgsql_tmp{pid}.0": No space left on device'
            yield _pg(at, app, pid, f"ERROR:  {told}")
            yield _pg(
                at, app, pid, "STATEMENT:  SELECT * FROM deliveries WHERE grower_id = $1 ORDER BY delivered_at"
            )


def _api(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(4, 7)):
            at = within(minute, rng, 57.0)
            stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            grower = rng.randint(1_000, 6_400)
            if _minute(minute, now) in FULL and rng.random() < 0.8:
                told = (
                    'GET /growers/{n}/deliveries 500: pq: could not write to file "base/pgsql_tmp": No space left'
                )
                yield at, f"{stamp} ERROR {told.replace('{n}', str(grower))} on device"
            else:
                yield at, f"{stamp} INFO GET /growers/{grower}/deliveries 200 in {rng.randint(9, 80)} ms"
    started = now - timedelta(minutes=63)
    yield started, f"{started:%Y-%m-%dT%H:%M:%S}.000Z INFO harvest-api 2026.11.3 started"


def _metrics(session, now, rng):
    moments = measured.moments(now)

    def writer(at):
        minute = _minute(at, now)
        found = measured.database(rng, measured.busy(at, rng), 66, 26, 900)
        del found["FreeStorageSpace"]
        ages = [minute - start for start in range(BEGAN, minute + 1, 10) if minute - start < 32]
        running = len(ages)
        free = max(0.2, 28.0 - 0.43 * sum(ages)) * measured.GIB if ages else FREE * rng.uniform(0.985, 1.0)
        free = ALARMED.get(minute, free)
        found["FreeLocalStorage"] = free
        found["CPUUtilization"] = min(96.0, found["CPUUtilization"] + 9 * running)
        found["DatabaseConnections"] += running
        return found

    def reader(at):
        found = measured.database(rng, 0.5 * measured.busy(at, rng), 20, 14, 900)
        del found["FreeStorageSpace"]
        return found | {"FreeLocalStorage": FREE * rng.uniform(0.98, 1.0)}

    for name, values in (("harvest-db-1", writer), ("harvest-db-2", reader)):
        measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": name}, moments, values)
    used = lambda _: {"VolumeBytesUsed": 412.0 * measured.GIB}  # noqa: E731 - used once
    measured.publish(session, "AWS/RDS", {"DBClusterIdentifier": "harvest-db"}, moments[::30], used)
    whose = {"ClusterName": "coop", "ServiceName": "harvest-api"}
    load = lambda at: measured.service(rng, measured.busy(at, rng), 39, 30)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", whose, moments[::4], load)


def _alarms(session):
    put_alarm(
        session,
        "harvest-db-1-local-storage",
        AlarmDescription="Less than half of the local storage of the harvest database's writer is free.",
        Namespace="AWS/RDS",
        MetricName="FreeLocalStorage",
        Dimensions={"DBInstanceIdentifier": "harvest-db-1"},
        Statistic="Minimum",
        EvaluationPeriods=3,
        ComparisonOperator="LessThanThreshold",
        Threshold=15_032_385_536,
    )
    put_alarm(
        session,
        "harvest-db-1-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "harvest-db-1"},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=97,
    )
    set_healthy(session, "harvest-db-1-cpu")
