"""Requests that wait for rows somebody else has locked."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

BEGAN, SLOW = -32, -31
"""Minutes, relative to now: the batch begins its transaction; the first request gives up."""

ALARMED = {-31: 15.102, -30: 15.148, -29: 15.171}
LOCKED = (4, 9)
BALANCER, GROUP = "app/rental-alb/91f7d3a5c60be248", "targetgroup/rental-api/5c2e80b7f41d693a"
WAITED = "Error 1205 (HY000): Lock wait timeout exceeded; try restarting transaction"
ACTIONS = ("end ride", "pause ride", "charge ride")
DEADLOCK = """{at} 0 [Note] [MY-012468] [InnoDB] Transactions deadlock detected, dumping detailed information.
*** (1) TRANSACTION:
TRANSACTION 88120{n}, ACTIVE 9 sec starting index read
MySQL thread id 40{n}, query id 99120{n} 10.83.1.51 rental_api updating
UPDATE rides SET state='ended', ended_at=NOW(3) WHERE id={n}
*** (2) TRANSACTION:
TRANSACTION 8811977, ACTIVE {active} sec updating or deleting
mysql tables in use 1, locked 1
{locks} lock struct(s), heap size 41943248, {rows} row lock(s), undo log entries {rows}
MySQL thread id 40551, query id 9911802 10.83.2.77 tariff_backfill updating
UPDATE rides r JOIN tariffs t ON t.city_id = r.city_id SET r.tariff_id = t.id WHERE r.city_id IN (4, 9)
*** WE ROLL BACK TRANSACTION (1)"""


def seed(session, now, rng):
    """Make the account's state."""
    api = [f"ecs/rental-api/{measured.task_id(f'rental api {number}')}" for number in range(5)]
    put_lines(session, "/ecs/rental-api", _api(now, rng), api)
    put_lines(
        session,
        "/ecs/tariff-backfill",
        _batch(now),
        [(f"ecs/tariff-backfill/{measured.task_id('tariff backfill')}")],
    )
    put_lines(session, "/aws/rds/instance/rental-db/error", _error_log(now, rng), ["rental-db"])
    put_lines(session, "/aws/rds/instance/rental-db/slowquery", _slow(now, rng), ["rental-db"])
    site = ["{at} GET /cities/{n} 200", "{at} GET /prices 200", "{at} GET /prices/{n} 404"]
    measured.make_bystanding_service(session, now, rng, "rental", "rental-site", site, per_hour=60)
    locks = ["{at} INFO lock {n} opened", "{at} INFO lock {n} closed", "{at} WARN lock {n} has 12 % battery"]
    measured.make_bystanding_service(session, now, rng, "rental", "bike-locks", locks, per_hour=30)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _api(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        for _ in range(rng.randint(6, 10)):
            at, city, action = within(minute, rng), rng.randint(1, 22), rng.choice(ACTIONS)
            yield _logrus(
                at,
                "info",
                f"{action} done",
                city=city,
                ride=rng.randint(10**7, 10**8),
                elapsed_ms=rng.randint(9, 80),
            )
        if rng.random() < 0.12:
            told = "voucher service slow, without voucher"
            yield _logrus(
                within(minute, rng), "warning", told, city=rng.randint(1, 22), elapsed_ms=rng.randint(400, 900)
            )
        if _minute(minute, now) >= SLOW:
            for _ in range(rng.randint(2, 5)):
                waited = 15_000 + rng.randint(4, 190)
                more = {
                    "city": rng.choice(LOCKED),
                    "ride": rng.randint(10**7, 10**8),
                    "elapsed_ms": waited,
                    "status": 500,
                }
                yield _logrus(within(minute, rng), "error", f"{rng.choice(ACTIONS)} failed", error=WAITED, **more)


def _logrus(at, level, message, **more):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return at, json.dumps({**more, "level": level, "msg": message, "time": stamp})


def _batch(now):
    at = now + timedelta(minutes=BEGAN, seconds=14)
    yield (
        at,
        (
            f"{at:%Y-%m-%d %H:%M:%S} tariff-backfill 0.2.0 cities=[4, 9] year=2027 user=tariff_backfill "
            "host=rental-db"
        ),
    )
    at += timedelta(seconds=2)
    yield at, f"{at:%Y-%m-%d %H:%M:%S} 2141880 rides to change; one UPDATE, autocommit off, commit at the end"
    for minute in minutes(now, BEGAN + 5, 0, 5):
        yield minute, f"{minute:%Y-%m-%d %H:%M:%S} still updating, {_minute(minute, now) - BEGAN} min"


def _error_log(now, rng):
    for day in (5, 3, 1):
        at = now - timedelta(days=day, minutes=67)
        yield (
            at,
            f"{at:%Y-%m-%dT%H:%M:%S.%fZ} 3911 [Note] [MY-010914] [Server] Aborted connection 3911 (Got timeout)",
        )
    for minute in (-27, -19, -8):
        at, active = now + timedelta(minutes=minute, seconds=21), (minute - BEGAN) * 60
        stamp, rows = f"{at:%Y-%m-%dT%H:%M:%S.%fZ}", active * 1_040
        yield at, DEADLOCK.format(at=stamp, n=rng.randint(10, 99), active=active, rows=rows, locks=rows // 90)


def _slow(now, rng):
    for minute in minutes(now, -30 * 60, -20, 20):
        at, took = within(minute, rng, 900), rng.uniform(2.0, 5.5)
        told = (
            f"# Time: {at:%Y-%m-%dT%H:%M:%S.%fZ}\n# User@Host: reporting[reporting] @ [10.83.0.14]\n"
            f"# Query_time: {took:.6f}  Lock_time: 0.000004 Rows_sent: 22  Rows_examined: "
            f"{rng.randint(10**5, 10**6)}\n"
            "SELECT city_id, COUNT(*) FROM rides WHERE started_at > NOW() - INTERVAL 1 DAY GROUP BY city_id;"
        )
        yield at, told


def _times(session, now, rng, dimensions, moments):
    """Response times as a load balancer has them: one value for each request."""
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    data = []
    for at in moments:
        minute, usual = _minute(at, now), rng.uniform(0.03, 0.05)
        values, counts = [usual, usual * 2.2, usual * 6], [420, 60, rng.randint(2, 5)]
        if minute >= SLOW:
            values.append(ALARMED.get(minute) or rng.uniform(15.05, 15.2))
            counts.append(rng.randint(14, 24))
        told = {"MetricName": "TargetResponseTime", "Dimensions": listed, "Timestamp": at, "Unit": "Seconds"}
        data.append({**told, "Values": values, "Counts": counts})
    for start in range(0, len(data), 500):
        session.client("cloudwatch").put_metric_data(
            Namespace="AWS/ApplicationELB", MetricData=data[start : start + 500]
        )


def _metrics(session, now, rng):
    def balanced(at):
        minute = _minute(at, now)
        found = measured.balancer(rng, 560 * measured.busy(at, rng) + 300, 0.045)
        failed = rng.randint(14, 24) if minute >= SLOW else rng.choice([0, 0, 0, 1])
        del found["TargetResponseTime"]
        found |= {"HTTPCode_Target_5XX_Count": failed}
        return found | {"HealthyHostCount": 5, "UnHealthyHostCount": 0}

    def database(at):
        minute = _minute(at, now)
        found = measured.database(rng, measured.busy(at, rng), 84, 26, 212)
        waiting = 0 if minute < SLOW else rng.uniform(5, 8)
        found |= {"DBLoad": 1.1 * rng.uniform(0.8, 1.2) + waiting, "DBLoadCPU": 0.8, "DBLoadNonCPU": 0.3 + waiting}
        if minute >= BEGAN:
            found |= {"WriteIOPS": rng.uniform(900, 1_300), "DatabaseConnections": rng.randint(101, 118)}
        return found

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)
    _times(session, now, rng, both, moments)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "rental-db"}, moments, database)
    load = lambda at: measured.service(rng, measured.busy(at, rng), 39, 24)  # noqa: E731 - used once
    measured.publish(
        session, "AWS/ECS", {"ClusterName": "rental", "ServiceName": "rental-api"}, moments[::4], load
    )


def _alarms(session):
    put_alarm(
        session,
        "rental-api-p99",
        AlarmDescription="One request of a hundred takes longer than eight seconds.",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        ExtendedStatistic="p99",
        EvaluationPeriods=3,
        Threshold=8,
        ComparisonOperator="GreaterThanThreshold",
    )
    for metric, threshold in (("CPUUtilization", 80), ("DatabaseConnections", 600)):
        put_alarm(
            session,
            f"rental-db-{metric}",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions={"DBInstanceIdentifier": "rental-db"},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=2,
            Threshold=threshold,
        )
        set_healthy(session, f"rental-db-{metric}")
