"""Pages of orders that are stored and cannot be found."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

PURGE = -58
"""Minutes, relative to now: the first chunk is deleted."""

ALARMED = {-38: 49, -37: 53, -36: 47, -35: 58}
BALANCER, GROUP = "app/orders-alb/4c6e8a0b2d1f3597", "targetgroup/order-pages/8b0d2f4a6c1e3579"
SCANNED = ("/wp-login.php", "/.env", "/admin.php", "/.git/config", "/phpmyadmin/")


def seed(session, now, rng):
    """Make the account's state."""
    pages = [f"ecs/order-pages/{measured.task_id(f'order pages {number}')}" for number in range(4)]
    put_lines(session, "/ecs/order-pages", _pages(now, rng), pages)
    purge = [f"ecs/history-purge/{measured.task_id('history purge')}"]
    put_lines(session, "/ecs/history-purge", _purge(now, rng), purge)
    put_lines(session, "/aws/rds/instance/orders-db/slowquery", _slow(now, rng), ["orders-db"])
    checkout = [
        "{at} INFO order o-{n} stored",
        "{at} INFO payment {n} authorised",
        "{at} WARN voucher {n} unknown",
    ]
    measured.make_bystanding_service(session, now, rng, "orders", "checkout", checkout, per_hour=60)
    mails = ["{at} INFO mail {n} sent", "{at} INFO mail {n} rendered", "{at} WARN address {n} bounced"]
    measured.make_bystanding_service(session, now, rng, "orders", "order-mails", mails, per_hour=24)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _lag(at, now):
    """Seconds the replica is behind."""
    return max(0.0, ((at - now).total_seconds() - PURGE * 60) * 0.56)


def _said(at, level, message, **more):
    return at, json.dumps(
        {"@timestamp": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z", "level": level, "message": message, **more}
    )


def _pages(now, rng):
    host = "orders-db-ro"
    for minute in minutes(now, -9 * 60, 0):
        lag = _lag(minute, now)
        for _ in range(rng.randint(5, 8)):
            more = {"order": f"o-{rng.randint(10**7, 10**8)}", "ms": rng.randint(6, 48)}
            yield _said(within(minute, rng), "INFO", "order shown", **more)
        if rng.random() < 0.3:
            yield _said(within(minute, rng), "INFO", "no such page", path=rng.choice(SCANNED))
        for _ in range(rng.randint(2, 4) if lag > 90 else int(lag > 20)):
            more = {"order": f"o-{rng.randint(10**7, 10**8)}", "read_from": host, "status": 404}
            placed = round(rng.uniform(4, min(lag, 600)))
            yield _said(within(minute, rng), "WARN", "order not found", **more, link_issued_s_ago=placed)


def _purge(now, rng):
    at = now + timedelta(minutes=PURGE, seconds=-29)
    yield _said(
        at, "INFO", "history-purge 0.6.0, 8 workers, chunks of 50000, older than 18 months", db="orders-db"
    )
    for minute in minutes(now, PURGE, 0):
        for worker in range(1, 9, 3):
            more = {"worker": worker, "rows": 50_000, "s": round(rng.uniform(11, 19), 1)}
            yield _said(within(minute, rng, 50), "INFO", "chunk deleted from order_events", **more)


def _slow(now, rng):
    for minute in minutes(now, -30 * 60, -2, 35):
        text = "SELECT shop, COUNT(*) FROM orders WHERE placed_at > NOW() - INTERVAL 1 DAY GROUP BY shop;"
        yield _statement(within(minute, rng, 900), "reporting", rng.uniform(1.2, 3.4), 410_000, text)
    for minute in minutes(now, PURGE, 0):
        text = "DELETE FROM order_events WHERE id BETWEEN {first} AND {last};"
        first = rng.randint(10**8, 4 * 10**8)
        text = text.format(first=first, last=first + 50_000)
        yield _statement(within(minute, rng, 50), "history_purge", rng.uniform(11, 19), 50_000, text)


def _statement(at, user, took, rows, text):
    head = f"# Time: {at:%Y-%m-%dT%H:%M:%S.%fZ}\n# User@Host: {user}[{user}] @ [10.88.2.40]  Id: {rows % 7_919}\n"
    told = f"# Query_time: {took:.6f}  Lock_time: 0.000004 Rows_sent: 0  Rows_examined: {rows}\n"
    return at, f"{head}{told}SET timestamp={int(at.timestamp())};\n{text}"


def _metrics(session, now, rng):
    def balanced(at):
        minute = _minute(at, now)
        found = measured.balancer(rng, 380 * measured.busy(at, rng) + 80, 0.04)
        usual = rng.randint(4, 11)
        missing = 0 if minute < PURGE + 1 else rng.randint(20, 33) if minute < -38 else rng.randint(40, 62)
        found["HTTPCode_Target_4XX_Count"] = ALARMED.get(minute) or usual + missing
        return found | {"HTTPCode_Target_5XX_Count": rng.choice([0, 0, 0, 1])}

    def primary(at):
        found = measured.database(rng, measured.busy(at, rng), 130, 31, 420)
        if _minute(at, now) >= PURGE:
            found |= {"WriteIOPS": rng.uniform(4_100, 5_300), "CPUUtilization": rng.uniform(49, 57)}
            found |= {"WriteThroughput": rng.uniform(7.2e7, 9.1e7), "DatabaseConnections": rng.randint(139, 146)}
        return found

    def replica(at):
        found = measured.database(rng, measured.busy(at, rng), 48, 22, 420)
        if _minute(at, now) >= PURGE:
            found |= {"WriteIOPS": rng.uniform(1_900, 2_300), "CPUUtilization": rng.uniform(55, 62)}
        return found

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "orders-db"}, moments[::2], primary)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "orders-db-ro"}, moments[::2], replica)
    behind = ((at, round(_lag(at, now)) or rng.choice([0, 0, 0, 1])) for at in moments)
    put_metric(session, "AWS/RDS", "ReplicaLag", {"DBInstanceIdentifier": "orders-db-ro"}, behind, "Seconds")
    load = lambda at: measured.service(rng, measured.busy(at, rng), 36, 22)  # noqa: E731 - used once
    measured.publish(
        session, "AWS/ECS", {"ClusterName": "orders", "ServiceName": "order-pages"}, moments[::4], load
    )


def _alarms(session):
    put_alarm(
        session,
        "order-pages-4xx",
        AlarmDescription="Many pages of orders are not found.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_4XX_Count",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        EvaluationPeriods=4,
        Threshold=45,
        ComparisonOperator="GreaterThanThreshold",
    )
    for name in ("orders-db", "orders-db-ro"):
        put_alarm(
            session,
            f"{name}-cpu",
            Namespace="AWS/RDS",
            MetricName="CPUUtilization",
            Dimensions={"DBInstanceIdentifier": name},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=85,
        )
        set_healthy(session, f"{name}-cpu")
