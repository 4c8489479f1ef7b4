"""A volume that lives on its credits until they are gone."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metric,
    set_healthy,
    within,
)

OFTEN, EMPTY = -1_564, -48
"""Minutes, relative to now: the export runs four times an hour; the credits are gone."""

BALANCER = "app/stays-alb/2f7a90c4e8b1d365"
DATABASE = {"DBInstanceIdentifier": "stay-db"}
P95 = {-46: 2.31, -45: 2.94, -44: 3.12}
DEPTH = {-46: 31.0, -45: 36.0, -44: 38.0, -43: 37.0, -42: 39.0}
EXPORT = "SELECT g.*, s.* FROM guest_stays s JOIN guests g ON g.id = s.guest_id ORDER BY s.updated_at;"
QUERIES = (
    "SELECT * FROM rooms WHERE house_id = {n} AND active = 1;",
    "SELECT price, currency FROM rates WHERE room_id = {n} AND night = CURRENT_DATE;",
    "UPDATE carts SET touched_at = NOW() WHERE id = {n};",
)


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "guest-history-export-role", "lambda.amazonaws.com", ["s3:PutObject"])
    make_function(session, "guest-history-export", role, MemorySize=1024, Timeout=900)
    put_function_lines(session, "guest-history-export", _exports(now, rng))
    put_lines(session, "/aws/rds/instance/stay-db/slowquery", _slow(now, rng), ["stay-db"])
    names = [f"pages/stay-pages/{measured.task_id(f'stay {number}')}" for number in range(4)]
    put_lines(session, "/ecs/stay-pages", _pages(now, rng), names)
    photos = ["{at} INFO photo {n} scaled", "{at} WARN photo {n} is upside down"]
    measured.make_bystanding_service(session, now, rng, "stays", "room-photos", photos)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _runs(now):
    """When the export starts, and how many seconds it takes."""
    for day in (9, 8, 7, 6, 5, 4, 3, 2):
        yield now - timedelta(days=day, hours=6), 288
    for minute in range(OFTEN + 13, -1, 15):
        yield now + timedelta(minutes=minute), 288 if minute + 5 < EMPTY else 900


def _exports(now, rng):
    for start, took in _runs(now):
        said = ["[INFO] export of guest_stays begins"]
        end = start + timedelta(seconds=took)
        if end > now:
            continue
        if took < 900:
            said.append(f"[INFO] export of guest_stays done: {4_180_000 + rng.randint(0, 9_000)} rows")
            yield from invocation(
                start, rng, said, duration_ms=took * 1_000 + rng.uniform(0, 9_000), memory_mib=1024
            )
            continue
        lines = invocation(start, rng, said, duration_ms=900_000, memory_mib=1024, status="Status: timeout")
        yield from lines
        request = lines[0][1].split()[2]
        yield end, f"{end:%Y-%m-%dT%H:%M:%S}.000Z {request} Task timed out after 900.00 seconds"


def _query(at, user, seconds, sent, examined, text, rng):
    host = "10.44.7.19" if user == "guest_export" else f"10.44.{rng.randint(1, 3)}.{rng.randint(10, 60)}"
    return at, (
        f"# Time: {at:%Y-%m-%dT%H:%M:%S.%f}Z\n"
        f"# User@Host: {user}[{user}] @  [{host}]  Id: {rng.randint(10**5, 10**6)}\n"
        f"# Query_time: {seconds:.6f}  Lock_time: 0.000004 Rows_sent: {sent}  Rows_examined: {examined}\n"
        f"SET timestamp={int(at.timestamp())};\n{text}"
    )


def _slow(now, rng):
    for start, took in _runs(now):
        end = start + timedelta(seconds=took - 6)
        if end < now:
            rows = 4_180_000 + rng.randint(0, 9_000)
            yield _query(end, "guest_export", took - 9.3, rows, 2 * rows, EXPORT, rng)
    for minute in minutes(now, -5 * 60, 0):
        for _ in range(rng.randint(5, 11) if _minute(minute, now) >= EMPTY else int(rng.random() < 0.02)):
            text = rng.choice(QUERIES).replace("{n}", str(rng.randint(100, 90_000)))
            yield _query(within(minute, rng), "stay_web", rng.uniform(2.0, 4.6), 1, rng.randint(1, 40), text, rng)


def _pages(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(2, 5)):
            at = within(minute, rng)
            took = rng.randint(1_900, 4_800) if _minute(minute, now) >= EMPTY else rng.randint(60, 290)
            when = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            yield at, f"{when} INFO GET /houses/{rng.randint(100, 999)}/rooms 200 {took}ms db={took - 31}ms"
            if took > 4_500:
                yield at, f"{when} WARN slow page, house {rng.randint(100, 999)}"


def _exporting(minute):
    return minute >= OFTEN + 13 and (minute - OFTEN - 13) % 15 < 5


def _metrics(session, now, rng):
    def database(at):
        minute, load = _minute(at, now), measured.busy(at, rng)
        found = measured.database(rng, load, 88, 21, 96)
        reads, writes = 240 * load, 190 * load
        found |= {"ReadIOPS": reads + 720 * _exporting(minute), "WriteIOPS": writes}
        if minute >= EMPTY:
            share = rng.uniform(0.71, 0.76)
            found |= {
                "ReadIOPS": 600 * share,
                "WriteIOPS": 600 * (1 - share),
                "DiskQueueDepth": rng.uniform(33, 44),
            }
            found |= {"ReadLatency": rng.uniform(0.052, 0.071), "WriteLatency": rng.uniform(0.048, 0.066)}
            found["DiskQueueDepth"] = DEPTH.get(minute, found["DiskQueueDepth"])
        return found

    def balance(at):
        gone = (_minute(at, now) - OFTEN) / (EMPTY - OFTEN)
        return round(100 * min(1.0, max(0.0, 1 - gone)), 1)

    def balancer(at):
        minute = _minute(at, now)
        seconds = P95.get(minute) or rng.uniform(2.8, 3.5) if minute >= EMPTY else 0.21 * rng.uniform(0.9, 1.2)
        return measured.balancer(rng, 3_100 * measured.busy(at, rng)) | {"TargetResponseTime": seconds}

    moments = measured.moments(now)
    measured.publish(session, "AWS/RDS", DATABASE, moments, database)
    put_metric(session, "AWS/RDS", "BurstBalance", DATABASE, [(at, balance(at)) for at in moments[::5]], "Percent")
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balancer)
    pages = {"ClusterName": "stays", "ServiceName": "stay-pages"}
    measured.publish(
        session, "AWS/ECS", pages, moments[::3], lambda at: measured.service(rng, measured.busy(at, rng), 52, 33)
    )
    for start, took in _runs(now):
        end = start + timedelta(seconds=took)
        if end < now:
            found = {"Invocations": 1, "Errors": int(took == 900), "Duration": took * 1_000, "Throttles": 0}
            put_function_metrics(session, "guest-history-export", [start], lambda _, found=found: found)


def _alarms(session):
    put_alarm(
        session,
        "stays-p95",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions={"LoadBalancer": BALANCER},
        ExtendedStatistic="p95",
        EvaluationPeriods=3,
        Threshold=1.5,
        ComparisonOperator="GreaterThanThreshold",
    )
    for name, metric, threshold in (("queue-depth", "DiskQueueDepth", 20), ("cpu", "CPUUtilization", 85)):
        put_alarm(
            session,
            f"stay-db-{name}",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions=DATABASE,
            Statistic="Average",
            EvaluationPeriods=5,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
        )
    set_healthy(session, "stay-db-cpu")
    session.client("cloudwatch").put_composite_alarm(
        AlarmName="stays-degraded",
        AlarmRule="ALARM(stays-p95) AND (ALARM(stay-db-queue-depth) OR ALARM(stay-db-cpu))",
        AlarmDescription="Guests wait for pages. Page the stays on-call.",
    )
