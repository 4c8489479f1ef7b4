"""An API that waits for its database, whose connections somebody else has taken."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

BALANCER, GROUP = "app/claims-alb/a4d81c07f2be5936", "targetgroup/claims-tg/0f92b6d1c83e7a45"
ALARMED = {-13: 1.04, -12: 1.83, -11: 3.27, -10: 3.911, -9: 4.203, -8: 4.655, -7: 4.812}
SCALED, WAITING = -57, -13
MOST = 405
"""Connections that are not reserved for superusers."""

RESERVED = "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute"


def seed(session, now, rng):
    """Make the account's state."""
    claims = [f"svc/claims-api/{measured.task_id(f'claims {number}')}" for number in range(8)]
    broker = [f"svc/broker-reports/{measured.task_id(f'broker {number}')}" for number in range(24)]
    put_lines(session, "/ecs/claims-api", _claims(now, rng), claims)
    put_lines(session, "/ecs/broker-reports", _reports(now, rng), broker)
    put_lines(session, "/aws/rds/instance/claims-db/postgresql", _database_log(now, rng), ["claims-db.0"])
    scanner = ["{at} INFO scanned document {n}", "{at} WARN page {n} upside down, turned"]
    measured.make_bystanding_service(session, now, rng, "claims", "document-scanner", scanner)
    portal = [
        '{"at":"{at}","level":"info","msg":"broker {n} signed in"}',
        '{"at":"{at}","level":"info","msg":"offer {n} opened"}',
    ]
    measured.make_bystanding_service(session, now, rng, "partner", "broker-portal", portal, per_hour=30)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _java(at, level, thread, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} {level:<5} [{thread}] {text}"


def _claims(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        relative = _minute(minute, now)
        for _ in range(rng.randint(4, 7)):
            at, claim = within(minute, rng), rng.randint(10**6, 10**7)
            thread = f"http-nio-8080-exec-{rng.randint(1, 60)}"
            if relative < WAITING:
                yield _java(
                    at, "INFO", thread, f"ClaimController - GET /claims/{claim} 200 in {rng.randint(12, 190)} ms"
                )
            elif rng.random() < 0.8:
                ms = rng.randint(1_900, 9_400)
                yield _java(
                    at,
                    "INFO",
                    thread,
                    f"ClaimController - GET /claims/{claim} 200 in {ms} ms (pool wait {ms - 60} ms)",
                )
            else:
                waited = "HikariPool-1 - Connection is not available, request timed out after 10000ms"
                yield _java(at, "ERROR", thread, f"ClaimController - GET /claims/{claim} failed: {waited}")
        if relative >= WAITING and rng.random() < 0.6:
            text = f"HikariPool-1 - cannot add connection: org.postgresql.util.PSQLException: {RESERVED}"
            yield _java(within(minute, rng), "WARN", "HikariPool-1:connection-adder", text)
        if rng.random() < 0.06:
            text = f"FraudScore - score of claim {rng.randint(10**6, 10**7)} late, decided without it"
            yield _java(within(minute, rng), "WARN", "scoring-1", text)


def _reports(now, rng):
    for minute in minutes(now, -26 * 60, SCALED, 9):
        at = within(minute, rng)
        yield (
            at,
            f"{at:%Y-%m-%dT%H:%M:%SZ} INFO report of 1 broker, rows={rng.randint(200, 900)} done",
        )
    for _ in range(22):
        at = within(now + timedelta(minutes=SCALED + 1), rng)
        yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO starting broker-reports 0.3.0, pool of 15 to database claims"
    for minute in minutes(now, SCALED + 2, 0):
        for _ in range(6):
            at, rows = within(minute, rng), rng.randint(9_000, 250_000)
            broker = rng.randint(1_000, 9_999)
            yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO report month-end broker={broker} rows={rows} streaming"


def _database_log(now, rng):
    yield from measured.checkpoints(now, rng, -12 * 60)

    def line(at, client, who, process, text):
        return at, f"{at:%Y-%m-%d %H:%M:%S} UTC:{client}:{who}@claims:[{process}]:{text}"

    def authorised(at, network, who):
        client = f"10.{network}.{rng.randint(1, 2)}.{rng.randint(40, 123)}({rng.randint(30_000, 60_000)})"
        name = who.replace("_", "-")
        text = f"LOG:  connection authorized: user={who} database=claims application_name={name} SSL enabled"
        return line(at, client, who, rng.randint(900, 32_000), text)

    for minute in minutes(now, -12 * 60, WAITING, 4):
        yield authorised(within(minute, rng, 200), 80, "claims_api")
    for minute in minutes(now, -12 * 60, SCALED, 45):
        yield authorised(within(minute, rng, 900), 81, "broker_reports")
    for _ in range(290):
        yield authorised(within(now + timedelta(minutes=SCALED + 1), rng, 160), 81, "broker_reports")
    for minute in minutes(now, WAITING, 0):
        for _ in range(rng.randint(4, 9)):
            client = f"10.80.{rng.randint(1, 2)}.{rng.randint(40, 47)}({rng.randint(30_000, 60_000)})"
            yield line(within(minute, rng), client, "claims_api", rng.randint(900, 32_000), RESERVED)


def _metrics(session, now, rng):
    def balanced(at):
        relative = _minute(at, now)
        found = measured.balancer(rng, 1_250 * measured.busy(at, rng), 0.095)
        if relative >= WAITING:
            failed = round(found["RequestCount"] * 0.012)
            found |= {
                "TargetResponseTime": ALARMED.get(relative, rng.uniform(4.5, 5.2)),
                "HTTPCode_Target_5XX_Count": failed,
            }
        return found

    def database(at):
        relative = _minute(at, now)
        load = measured.busy(at, rng)
        if relative < SCALED + 1:
            return measured.database(rng, load, 30 + 66 + 12, 26, 212)
        found = measured.database(rng, load + 0.6, 0, 30, 212)
        return found | {
            "DatabaseConnections": min(MOST, 385 + 9 * (relative - SCALED - 1)),
            "ReadIOPS": rng.uniform(700, 1_050),
        }

    def service(name, at):
        waiting = name == "claims-api" and _minute(at, now) >= WAITING
        return measured.service(rng, measured.busy(at, rng) * (0.6 if waiting else 1), 55)

    def insights(at):
        many = 24 if _minute(at, now) > SCALED else 2
        return {"RunningTaskCount": many, "DesiredTaskCount": many}

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balanced)
    hosts = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(
        session,
        "AWS/ApplicationELB",
        hosts,
        moments[::5],
        lambda _: {"HealthyHostCount": 8, "UnHealthyHostCount": 0},
    )
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "claims-db"}, moments, database)
    claims = {"ClusterName": "claims", "ServiceName": "claims-api"}
    reports = {"ClusterName": "partner", "ServiceName": "broker-reports"}
    measured.publish(session, "AWS/ECS", claims, moments[::2], lambda at: service("claims-api", at))
    lately = [at for at in moments if _minute(at, now) > -27 * 60]
    measured.publish(session, "AWS/ECS", reports, lately[::2], lambda at: service("broker-reports", at))
    measured.publish(session, "ECS/ContainerInsights", reports, lately, insights)


def _alarms(session):
    put_alarm(
        session,
        "claims-api-latency",
        AlarmDescription="claims-api answers slower than 2 s on average.",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions={"LoadBalancer": BALANCER},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=2,
        ComparisonOperator="GreaterThanThreshold",
    )
    for metric, threshold in (("CPUUtilization", 85), ("FreeStorageSpace", 20 * measured.GIB)):
        falling = metric.startswith("Free")
        put_alarm(
            session,
            f"claims-db-{metric}",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions={"DBInstanceIdentifier": "claims-db"},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=threshold,
            ComparisonOperator="LessThanThreshold" if falling else "GreaterThanThreshold",
        )
        set_healthy(session, f"claims-db-{metric}")
