"""A database whose connections one service takes for itself."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

ROLLED = -24
"""When the tasks with the larger pool have opened it."""

ALARMED = {-19: 496.0, -14: 497.0, -9: 497.0}
BALANCER = "app/fulfilment-alb/7c1e93ab40d2f586"
USERS = {"pick_api": 6, "manifest_api": 4, "pack_worker": 5}
RESERVED = "remaining connection slots are reserved for non-replication superuser connections"
AUTHORIZED = (
    "connection authorized: user={user} database=fulfil application_name=PostgreSQL JDBC Driver SSL enabled "
    "(protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"
)


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"svc/pick-api/{measured.task_id(f'pick {number}')}" for number in range(6)]
    put_lines(session, "/ecs/pick-api", _pick_api(now, rng), streams)
    streams = [f"svc/pack-worker/{measured.task_id(f'pack new {number}')}" for number in range(5)]
    put_lines(session, "/ecs/pack-worker", _pack_worker(now, rng), streams)
    put_lines(session, "/aws/rds/instance/fulfil-db/postgresql", _database(now, rng), ["fulfil-db.0"])
    manifest = [
        "{at} INFO manifest {n} closed",
        "{at} INFO manifest {n} printed",
        "{at} WARN carrier code {n} empty",
    ]
    measured.make_bystanding_service(session, now, rng, "fulfilment", "manifest-api", manifest, per_hour=30)
    planner = ["{at} INFO dock {n} assigned", "{at} INFO truck {n} announced"]
    measured.make_bystanding_service(session, now, rng, "fulfilment", "dock-planner", planner)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _spring(at, level, app, thread, where, text):
    when = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return at, f"{when} {level:>5} 1 --- [{app}] [{thread}] {where} : {text}"


def _pick_api(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            at, thread = within(minute, rng), f"nio-8080-exec-{rng.randint(1, 40)}"
            if at > now + timedelta(minutes=ROLLED + 2) and rng.random() < 0.4:
                total = rng.randint(9, 14)
                told = (
                    "HikariPool-1 - Connection is not available, request timed out after "
                    f"3000{rng.randint(0, 9)}ms "
                    f"(total={total}, active={total}, idle=0, waiting={rng.randint(4, 31)})"
                )
                yield _spring(at, "WARN", "pick-api", thread, "o.h.engine.jdbc.spi.SqlExceptionHelper", told)
                failed = f"GET /picks/{rng.randint(10**5, 10**6)} 500 in 3000{rng.randint(3, 9)} ms"
                yield _spring(at, "ERROR", "pick-api", thread, "w.f.picks.PickController", failed)
                continue
            told = f"GET /picks/{rng.randint(10**5, 10**6)} 200 in {rng.randint(6, 90)} ms"
            yield _spring(at, "INFO", "pick-api", thread, "w.f.picks.PickController", told)
        if rng.random() < 0.05:
            at, told = within(minute, rng), f"bin {rng.randint(100, 999)} counted twice, kept the later count"
            yield _spring(at, "WARN", "pick-api", "scheduling-1", "w.f.picks.BinCounter", told)
    for number in range(6):
        at = now - timedelta(minutes=155 - number, seconds=20)
        yield _spring(at, "INFO", "pick-api", "main", "w.f.PickApplication", "pick-api 3.8.1 started; pool max=20")


def _pack_worker(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(1, 4)):
            told = f"parcel {rng.randint(10**6, 10**7)} packed in {rng.randint(80, 600)} ms"
            thread = f"job-{rng.randint(1, 16)}"
            yield _spring(within(minute, rng), "INFO", "pack-worker", thread, "w.f.pack.PackJob", told)
    for number in range(5):
        at = now + timedelta(minutes=ROLLED, seconds=-50 + 7 * number)
        pool = "com.zaxxer.hikari.HikariDataSource"
        yield _spring(at, "INFO", "pack-worker", "main", pool, "HikariPool-1 - Starting...")
        at += timedelta(seconds=9)
        yield _spring(at, "INFO", "pack-worker", "main", pool, "HikariPool-1 - Start completed.")
        told = "pack-worker 5.21.0 started; pool max=64"
        yield _spring(at + timedelta(seconds=2), "INFO", "pack-worker", "main", "w.f.PackApplication", told)


def _client(user, rng):
    names = list(USERS)
    return f"10.30.{names.index(user) + 1}.{20 + rng.randrange(USERS[user])}({rng.randint(30_000, 60_000)})"


def _database(now, rng):
    yield from measured.checkpoints(now, rng, -20 * 60)

    def line(at, client, who, level, text):
        return at, f"{at:%Y-%m-%d %H:%M:%S} UTC:{client}:{who}:[{rng.randint(900, 32_000)}]:{level}:  {text}"

    for minute in minutes(now, -20 * 60, 0, 2):
        for user in ("pick_api", "manifest_api", "pack_worker"):
            at = within(minute, rng, 118)
            if rng.random() > (0.07 if _minute(at, now) > ROLLED + 1 else 0.35):
                continue
            yield line(at, _client(user, rng), f"{user}@fulfil", "LOG", AUTHORIZED.format(user=user))
    for number in range(320):
        at = now + timedelta(minutes=ROLLED, seconds=-46 + number * 0.21)
        yield line(
            at, _client("pack_worker", rng), "pack_worker@fulfil", "LOG", AUTHORIZED.format(user="pack_worker")
        )
    yield from _refused(now, rng, line)


def _refused(now, rng, line):
    for minute in minutes(now, ROLLED + 1, 0):
        for _ in range(rng.randint(6, 13)):
            at, user = within(minute, rng), rng.choices(["pick_api", "manifest_api"], [9, 1])[0]
            yield line(at, _client(user, rng), f"{user}@fulfil", "FATAL", RESERVED)


def _connections(minute, rng):
    for start, value in ALARMED.items():
        if start <= minute < start + 5:
            return value
    if minute < ROLLED - 1:
        return 245 + rng.randint(-5, 6)
    return {ROLLED - 1: 297.0, ROLLED: 452.0, ROLLED + 1: 488.0}.get(minute, 497.0)


def _metrics(session, now, rng):
    def database(at):
        minute = _minute(at, now)
        found = measured.database(rng, measured.busy(at, rng), 245, 31, 212)
        if minute > ROLLED:
            found["FreeableMemory"] -= 2.4 * measured.GIB
        return found | {"DatabaseConnections": _connections(minute, rng)}

    def balancer(at):
        broken = _minute(at, now) > ROLLED + 1
        seconds, failing = (6.4, 0.21) if broken else (0.04, 0.0006)
        return measured.balancer(rng, 1_900 * measured.busy(at, rng), seconds, failing=failing)

    moments = measured.moments(now)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "fulfil-db"}, moments, database)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments[::2], balancer)
    for name, memory in (("pick-api", 55), ("pack-worker", 48)):
        measured.publish(
            session,
            "AWS/ECS",
            {"ClusterName": "fulfilment", "ServiceName": name},
            moments[::3],
            lambda at, memory=memory: measured.service(rng, measured.busy(at, rng), memory),
        )


def _alarms(session):
    database = {"DBInstanceIdentifier": "fulfil-db"}
    put_alarm(
        session,
        "fulfil-db-connections",
        AlarmDescription=(
            "fulfil-db has 500 connections in all (parameter max_connections). Page the warehouse on-call."
        ),
        Namespace="AWS/RDS",
        MetricName="DatabaseConnections",
        Dimensions=database,
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=450,
    )
    put_alarm(
        session,
        "fulfil-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions=database,
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    put_alarm(
        session,
        "fulfil-db-free-storage",
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Dimensions=database,
        Statistic="Minimum",
        Period=300,
        Threshold=40 * measured.GIB,
        ComparisonOperator="LessThanThreshold",
    )
    for name in ("fulfil-db-cpu", "fulfil-db-free-storage"):
        set_healthy(session, name)
