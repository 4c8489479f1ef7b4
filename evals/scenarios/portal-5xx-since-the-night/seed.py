"""An API answers 5XX: its backend cannot log in to the database any more."""

from datetime import timedelta

from evals.authoring import (
    make_bystander,
    minutes,
    of_day,
    put_alarm,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

RESTARTED = timedelta(minutes=24)

API = {"ApiName": "portal-edge", "Stage": "prod"}

FAILED = 'FATAL: password authentication failed for user "portal_app"'


def seed(session, now, rng):
    """Make the account's state."""
    session.client("ssm").put_parameter(Name="/portal/db-password", Type="SecureString", Value="never-read")
    streams = [f"app/orders-portal/{task}" for task in ("0e7c2a9f4b6d1385", "9a1d3f5b7c0e2468")]
    put_lines(session, "/ecs/orders-portal", _portal(now, rng), streams)
    put_lines(session, "/aws/rds/instance/orders-db/postgresql", _database(now, rng), ["orders-db.0"])
    put_lines(session, "/apigateway/portal-edge/prod", _edge(now, rng))
    make_bystander(session, now, rng, "quote-builder", ["[INFO] quote {n} built"], per_hour=14)
    make_bystander(session, now, rng, "tender-alerts", ["[INFO] {n} alerts", "[WARNING] tender {n} closed"])
    make_bystander(session, now, rng, "orders-db-rotation", ["[INFO] nothing to do"], per_hour=3)
    _metrics(session, now, rng)
    _alarms(session)


def _failures(minute, now):
    """Requests of a minute that need the database; all fail once the tasks are new."""
    before = round((now - minute).total_seconds() / 60)
    return 31 + before * 3 % 8 if minute > now - RESTARTED else 0


def _portal(now, rng):
    for night in (0, 1440, 2880):
        start = now - RESTARTED - timedelta(minutes=night)
        yield _said(start, "INFO", "[main] c.p.PortalApplication : Starting PortalApplication v9.4.0")
        yield _said(
            start + timedelta(seconds=9), "INFO", "[main] c.p.PortalApplication : Started in 8.913 seconds"
        )
        if night:
            text = "[main] com.zaxxer.hikari.HikariDataSource : HikariPool-1 - Start completed."
            yield _said(start + timedelta(seconds=4), "INFO", text)
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(3):
            at = within(minute, rng)
            if minute > now - RESTARTED:
                yield _said(at, "ERROR", f"[exec-{rng.randint(1, 9)}] o.p.util.PSQLException : {FAILED}")
                yield _said(at, "INFO", f"[exec-{rng.randint(1, 9)}] GET /orders 503 in {rng.randint(2, 30)} ms")
            else:
                yield _said(at, "INFO", f"[exec-{rng.randint(1, 9)}] GET /orders 200 in {rng.randint(20, 190)} ms")
        if minute > now - RESTARTED and rng.random() < 0.3:
            text = "[main] c.z.hikari.pool.HikariPool : HikariPool-1 - Exception during pool initialization."
            yield _said(within(minute, rng), "ERROR", text)
        if rng.random() < 0.1:
            yield _said(within(minute, rng), "WARN", "[reports] c.p.r.ReportModule : heap after report 71 %")


def _said(at, level, text):
    return at, f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {level:>5} 1 --- {text}"


def _database(now, rng):
    for minute in minutes(now, -7 * 60, 0, 5):
        at = within(minute, rng)
        took = rng.uniform(0.1, 4.0)
        text = f"checkpoint complete: wrote {rng.randint(40, 900)} buffers; write={took:.3f} s"
        yield at, f"{at:%Y-%m-%d %H:%M:%S} UTC::@:[391]:LOG:  {text}"
    for minute in minutes(now, -23, 0):
        for _ in range(2):
            at = within(minute, rng)
            client = f"10.20.4.{rng.choice((118, 203))}({rng.randint(32000, 60000)})"
            yield at, f"{at:%Y-%m-%d %H:%M:%S} UTC:{client}:portal_app@orders:[{rng.randint(900, 9000)}]:{FAILED}"


def _edge(now, rng):
    for minute in minutes(now, -4 * 60, 0):
        for number in range(_failures(minute, now) // 8 + 4):
            at = within(minute, rng)
            status = 503 if number >= 4 else 200
            source = f"198.51.100.{rng.randint(2, 250)}"
            yield at, f"{source} {at:%d/%b/%Y:%H:%M:%S} +0000 GET /v2/orders {status} {rng.getrandbits(48):012x}"


def _metrics(session, now, rng):
    def of_api(at):
        failed = _failures(at, now)
        return {
            "Count": failed + int(of_day(at, 60, 180)),
            "5XXError": failed,
            "4XXError": rng.randint(0, 5),
            "Latency": rng.uniform(20, 45) if failed else rng.uniform(70, 140),
        }

    def of_database(at):
        return {
            "DatabaseConnections": rng.randint(3, 5) if at > now - RESTARTED else 23 + rng.randint(0, 2),
            "CPUUtilization": of_day(at, 10, 26) * (0.4 if at > now - RESTARTED else 1.0),
            "FreeStorageSpace": 1.1e11 if at > now - timedelta(hours=3, minutes=21) else 1.8e10,
        }

    span = list(minutes(now, -2 * 24 * 60, -1))
    put_metrics(session, "AWS/ApiGateway", API, span, of_api, {"Latency": "Milliseconds"})
    units = {"CPUUtilization": "Percent", "FreeStorageSpace": "Bytes"}
    put_metrics(session, "AWS/RDS", {"DBInstanceIdentifier": "orders-db"}, span, of_database, units)


def _alarms(session):
    put_alarm(
        session,
        "portal-edge-5xx",
        AlarmDescription="Business customers cannot use the portal.",
        Namespace="AWS/ApiGateway",
        MetricName="5XXError",
        Dimensions=API,
        EvaluationPeriods=5,
        Threshold=10,
    )
    put_alarm(
        session,
        "orders-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "orders-db"},
        Statistic="Average",
        EvaluationPeriods=10,
        Threshold=85,
        ComparisonOperator="GreaterThanThreshold",
    )
    set_healthy(session, "orders-db-cpu")
