"""A database that reads whole tables."""

import json

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

ROLLED = -63
"""Minutes, relative to now: the first task of the new version takes requests."""

ALARMED = {-56: 91.4, -51: 96.2, -46: 97.3}
ROWS = 3_418_220
ROUTES = ("GET /offers", "GET /offers/{n}", "POST /baskets/{n}/voucher", "GET /shops/{n}/offers", "POST /redeem")
LOOKED_UP = (
    "SELECT id, code, state, ends_at FROM vouchers WHERE LOWER(code) = '{code}' AND state <> 'void' LIMIT 1;"
)
REPORT = (
    "SELECT shop_id, SUM(amount) FROM redemptions WHERE redeemed_at > NOW() - INTERVAL 1 DAY GROUP BY shop_id;"
)


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/offers-api/{measured.task_id(f'offers {number}')}" for number in range(6)]
    put_lines(session, "/ecs/offers-api", _api(now, rng), streams)
    put_lines(session, "/aws/rds/instance/offers-db/slowquery", _slow(now, rng), ["offers-db"])
    put_lines(session, "/aws/rds/instance/offers-db/error", _error(now), ["offers-db"])
    points = [
        "{at} INFO booked {n} points",
        "{at} INFO account {n} is level silver",
        "{at} WARN account {n} unknown",
    ]
    measured.make_bystanding_service(session, now, rng, "offers", "points-worker", points, per_hour=40)
    site = ["{at} GET /start 200", "{at} GET /shops/{n} 200", "{at} GET /img/{n}.webp 404"]
    measured.make_bystanding_service(session, now, rng, "offers", "offers-site", site, per_hour=50)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _said(at, level, message, **more):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return at, json.dumps({"time": stamp, "level": level, "msg": message, **more})


def _api(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(5, 8)):
            at, route = within(minute, rng), rng.choice(ROUTES)
            took, slow = rng.randint(6, 60), _minute(at, now) > ROLLED and route.startswith("POST")
            more = {"route": route.replace("{n}", str(rng.randint(10, 9_999))), "status": 200}
            if slow and at < now:
                took = rng.randint(2_400, 9_800)
                if rng.random() < 0.12:
                    yield _said(
                        at, "ERROR", "voucher look-up timed out", **{**more, "status": 504}, elapsed_ms=10_000
                    )
                    continue
            yield _said(at, "INFO", "handled", **more, elapsed_ms=took)
        if rng.random() < 0.07:
            yield _said(within(minute, rng), "WARN", "shop has no opening hours", shop=rng.randint(10, 900))
    for number in range(6):
        at = within(now, rng, 30) - (now - next(iter(minutes(now, ROLLED, 0))))
        yield _said(at, "INFO", "started", version="7.9.0", task=number)


def _slow(now, rng):
    for minute in minutes(now, -40 * 60, -4, 25):
        at, took = within(minute, rng, 1_200), rng.uniform(1.1, 3.9)
        yield at, _statement(at, "reporting", "10.71.0.14", took, 400, rng.randint(200_000, 900_000), REPORT)
    for minute in minutes(now, ROLLED, 0):
        for _ in range(rng.randint(3, 6)):
            at = within(minute, rng, 55)
            took = rng.uniform(1.6, 2.9) if _minute(at, now) < -57 else rng.uniform(3.8, 9.7)
            code = f"{rng.choice(('herbst', 'danke', 'start'))}-{rng.randint(10**5, 10**6)}"
            where = f"10.71.{rng.randint(1, 3)}.{rng.randint(20, 80)}"
            rows = ROWS + rng.randint(0, 900)
            yield at, _statement(at, "offers_api", where, took, 1, rows, LOOKED_UP.replace("{code}", code))


def _statement(at, user, host, took, sent, examined, text):
    return (
        f"# Time: {at:%Y-%m-%dT%H:%M:%S.%fZ}\n# User@Host: {user}[{user}] @ [{host}]  Id: {examined % 9_000}\n"
        f"# Query_time: {took:.6f}  Lock_time: 0.000003 Rows_sent: {sent}  Rows_examined: {examined}\n"
        f"SET timestamp={int(at.timestamp())};\n{text}"
    )


def _error(now):
    for at in minutes(now, -6 * 24 * 60, -60, 31 * 60):
        stamp = f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
        told = f"{stamp} 8812 [Note] [MY-010914] [Server] Aborted connection 8812 to db: 'offers'"
        yield at, f"{told} user: 'reporting' host: '10.71.0.14' (Got timeout reading communication packets)."


def _cpu(minute, rng):
    for first, value in ALARMED.items():
        if first <= minute < first + 5:
            return value
    return rng.uniform(95.8, 98.6) if minute > -46 else 30.0 + 9 * (minute - ROLLED + 1) + rng.uniform(-2, 2)


def _metrics(session, now, rng):
    def database(at):
        minute = _minute(at, now)
        found = measured.database(rng, measured.busy(at, rng), 96, 32, 141)
        if minute >= ROLLED:
            waiting = min(18.0, 2.0 * (minute - ROLLED + 1))
            found |= {"CPUUtilization": _cpu(minute, rng), "DatabaseConnections": 96 + round(waiting * 4)}
            found |= {"DBLoad": 2.0 + waiting, "DBLoadCPU": 1.8 + waiting, "DBLoadNonCPU": 0.3}
        return {"DBLoad": 1.2, "DBLoadCPU": 0.9, "DBLoadNonCPU": 0.3} | found

    def balanced(at):
        slow = 0.06 if _minute(at, now) < ROLLED else rng.uniform(1.6, 2.2)
        found = measured.balancer(rng, 900 * measured.busy(at, rng) + 200, slow)
        return found | {"HTTPCode_Target_5XX_Count": rng.randint(8, 19) if slow > 1 else rng.choice([0, 0, 1])}

    moments = measured.moments(now)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "offers-db"}, moments, database)
    balancer = {"LoadBalancer": "app/offers-alb/7d0f2b4c6e8a1935"}
    measured.publish(session, "AWS/ApplicationELB", balancer, moments[::2], balanced)
    load = lambda at: measured.service(rng, measured.busy(at, rng), 44, 27)  # noqa: E731 - used once
    api = {"ClusterName": "offers", "ServiceName": "offers-api"}
    measured.publish(session, "AWS/ECS", api, moments[::4], load)


def _alarms(session):
    for name, metric, threshold in (
        ("offers-db-cpu-high", "CPUUtilization", 85),
        ("offers-db-connections", "DatabaseConnections", 600),
    ):
        put_alarm(
            session,
            name,
            AlarmDescription="offers-db is short of CPU." if threshold == 85 else "",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions={"DBInstanceIdentifier": "offers-db"},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=threshold,
            ComparisonOperator="GreaterThanThreshold",
        )
    set_healthy(session, "offers-db-connections")
