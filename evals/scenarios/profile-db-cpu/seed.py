"""A database that reads what a cache used to answer."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

GONE, APPLIED = -(9 * 60 + 38), -(9 * 60 + 22)
"""When the old cache was deleted and when the new one took over."""

ALARMED = {-21: 91.2, -16: 92.1, -11: 93.4}
BALANCER = "app/people-alb/1d3f5b7a9c8e6024"
QUERIES = (
    "SELECT p.*, array_agg(b.code) FROM profiles p LEFT JOIN badges b USING (profile_id) WHERE profile_id = $1",
    "SELECT id, name, avatar FROM profiles WHERE id = ANY($1)",
    "SELECT settings FROM profile_settings WHERE profile_id = $1",
)


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"svc/profile-api/{measured.task_id(f'profile {number}')}" for number in range(9)]
    put_lines(session, "/ecs/profile-api", _api(now, rng), streams)
    put_lines(session, "/aws/rds/instance/profile-db/postgresql", _database_log(now, rng), ["profile-db.0"])
    friends = [
        "{at} INFO suggestions for {n} computed",
        "{at} INFO edge {n} stored",
        "{at} WARN graph shard 4 slow",
    ]
    measured.make_bystanding_service(session, now, rng, "people", "friends-api", friends, per_hour=30)
    measured.make_bystanding_service(session, now, rng, "people", "badge-worker", ["{at} INFO badge {n} awarded"])
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _hit_rate(minute):
    """94 % with the old nodes, none without; cold at first, then as good as 3 GiB can be for 20."""
    if minute < GONE:
        return 94.0
    if minute < APPLIED:
        return 0.0
    age = minute - APPLIED
    return min(52.0, 12 + age * 0.6) if age < 75 else max(30.0, 52 - (age - 75) * 0.09)


def _cpu(minute):
    if minute < GONE:
        return 27.0
    if minute < APPLIED:
        return 84.0
    for start, value in ALARMED.items():
        if start <= minute < start + 5:
            return value
    age = minute - APPLIED
    return 66.0 if age < 75 else 58 + (age - 75) * 0.0652 if minute < -21 else 93.6


def _api(now, rng):
    for minute in minutes(now, -30 * 60, 0, 2):
        relative = _minute(minute, now)
        for _ in range(rng.randint(3, 5) if relative > -14 * 60 else 1):
            at, profile = within(minute, rng, 110), rng.randint(10**5, 10**7)
            if rng.random() * 100 < _hit_rate(relative):
                told = f"cache=hit ms={rng.randint(2, 9)}"
            elif GONE <= relative < APPLIED:
                told = f"cache=unreachable db_ms={rng.randint(60, 240)} ms={rng.randint(560, 800)}"
            else:
                slow = 1 if relative < APPLIED else _cpu(relative) / 12
                told = f"cache=miss db_ms={round(rng.randint(6, 22) * slow)} ms={round(rng.randint(9, 30) * slow)}"
            yield at, f"{at:%Y-%m-%dT%H:%M:%S}Z INFO GET /profiles/{profile} 200 {told}"
        if rng.random() < 0.04:
            at = within(minute, rng)
            yield (
                at,
                f"{at:%Y-%m-%dT%H:%M:%S}Z WARN avatar of {rng.randint(10**5, 10**7)} not found, initials used",
            )
    for number in range(9):
        at = now - timedelta(minutes=49, seconds=-28 * number)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S}Z INFO profile-api 3.40.0 ready"


def _database_log(now, rng):
    yield from measured.checkpoints(now, rng, -26 * 60)
    for minute in minutes(now, -26 * 60, 0, 3):
        relative = _minute(minute, now)
        often = 0.1 if relative < GONE else _cpu(relative) / 50
        while rng.random() < min(0.75, often):
            at, took = within(minute, rng, 175), rng.uniform(501, 540 + 12 * _cpu(relative))
            client = f"10.24.{rng.randint(1, 3)}.{rng.randint(80, 88)}({rng.randint(30_000, 60_000)})"
            start = f"{at:%Y-%m-%d %H:%M:%S} UTC:{client}:profile_api@profiles:[{rng.randint(900, 32_000)}]:LOG:"
            yield at, f"{start}  duration: {took:.3f} ms  execute <unnamed>: {rng.choice(QUERIES)}"


def _metrics(session, now, rng):
    def database(at):
        relative = _minute(at, now)
        wanted = _cpu(relative)
        found = measured.database(rng, measured.busy(at, rng), 135, 27, 410)
        if relative >= GONE:
            found |= {
                "ReadIOPS": wanted * rng.uniform(14, 17),
                "ReadLatency": 0.0006 + wanted * rng.uniform(1.5e-5, 2.2e-5),
                "NetworkTransmitThroughput": wanted * 6.1e5 * rng.uniform(0.95, 1.05),
                "DiskQueueDepth": wanted / 12,
                "DatabaseConnections": round(135 + wanted * 0.5),
            }
        exact = any(start <= relative < start + 5 for start in ALARMED)
        return found | {"CPUUtilization": wanted if exact else min(99, wanted * rng.uniform(0.97, 1.03))}

    def cache(at):
        relative = _minute(at, now)
        rate, reads = _hit_rate(relative), 41_000 * rng.uniform(0.9, 1.1)
        if GONE <= relative < APPLIED:
            return {}
        small = relative >= APPLIED
        full = small and relative - APPLIED > 75
        used = (2.29 if full else 0.4 + 1.89 * (relative - APPLIED) / 75) if small else 18.6
        return {
            "CacheHits": round(reads * rate / 100),
            "CacheMisses": round(reads * (1 - rate / 100)),
            "CacheHitRate": rate,
            "Evictions": rng.randint(9_000, 14_000) if full else 0,
            "BytesUsedForCache": used * measured.GIB,
            "DatabaseMemoryUsagePercentage": 100 * used / (2.3 if small else 19.7),
            "CurrItems": round(used * 1.1e6),
            "CPUUtilization": rng.uniform(31, 38) if small else rng.uniform(6, 9),
            "EngineCPUUtilization": rng.uniform(44, 52) if small else rng.uniform(9, 12),
            "CurrConnections": rng.randint(180, 190),
        }

    moments = measured.moments(now)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "profile-db"}, moments, database)
    primary = {"CacheClusterId": "profile-cache-001", "CacheNodeId": "0001"}
    measured.publish(
        session, "AWS/ElastiCache", {"CacheClusterId": primary["CacheClusterId"]}, moments[::2], cache
    )
    measured.publish(session, "AWS/ElastiCache", primary, moments[::5], cache)
    measured.publish(
        session,
        "AWS/ApplicationELB",
        {"LoadBalancer": BALANCER},
        moments[::2],
        lambda at: measured.balancer(
            rng, 5_200 * measured.busy(at, rng), 0.012 if _minute(at, now) < GONE else 0.31
        ),
    )
    measured.publish(
        session,
        "AWS/ECS",
        {"ClusterName": "people", "ServiceName": "profile-api"},
        moments[::5],
        lambda at: measured.service(rng, measured.busy(at, rng)),
    )


def _alarms(session):
    put_alarm(
        session,
        "profile-db-cpu-high",
        AlarmDescription="CPU of profile-db above 90 % for a quarter of an hour.",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "profile-db"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=90,
    )
    put_alarm(
        session,
        "profile-db-free-storage",
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Dimensions={"DBInstanceIdentifier": "profile-db"},
        Statistic="Minimum",
        Period=300,
        Threshold=40 * measured.GIB,
        ComparisonOperator="LessThanThreshold",
    )
    set_healthy(session, "profile-db-free-storage")
