"""A pool that cannot replace its connections, because a certificate has another issuer."""

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

ROTATED, FIRST = -46, -44
"""When the certificate changed; the first minute with failures. From then on more and more, for half an hour."""

ALARMED = {-32: 33, -31: 36, -30: 38, -29: 44, -28: 47, -27: 58, -26: 61, -25: 73}
QUERY = "SELECT * FROM bookings WHERE day = $1"
BALANCER, GROUP = "app/yard-alb/71d2c9e05fb8a346", "targetgroup/dock-planner/e94b1f7ac05d2863"
SSL = (
    "WARN  com.zaxxer.hikari.pool.HikariPool - HikariPool-1 - Error thrown while acquiring connection from "
    "data source org.postgresql.util.PSQLException: SSL error: PKIX path building failed: "
    "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to "
    "requested target"
)


def seed(session, now, rng):
    """Make the account's state."""
    for name, count, lines in (("dock-planner", 3, _planner(now, rng)), ("gate-board", 3, _board(now, rng))):
        streams = [f"ecs/{name}/{measured.task_id(f'{name} {number}')}" for number in range(count)]
        put_lines(session, f"/ecs/{name}", lines, streams)
    put_lines(
        session,
        "/aws/rds/instance/yard-db/postgresql",
        [*measured.checkpoints(now, rng, -12 * 60), *_database(now, rng)],
        ["yard-db.0"],
    )
    trucks = ["{at} INFO truck {n} seen", "{at} INFO position of truck {n} kept", "{at} WARN truck {n} is silent"]
    measured.make_bystanding_service(session, now, rng, "yard", "truck-tracker", trucks, per_hour=40)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _share(minute):
    """What of the bookings finds no connection."""
    if minute < FIRST:
        return 0.0
    return min(0.97, 0.04 + 0.022 * (minute - FIRST)) if minute < -14 else 0.97


def _said(at, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} {text}"


def _planner(now, rng):
    for start in minutes(now, -8 * 60, 0):
        minute = _minute(start, now)
        for _ in range(rng.randint(6, 9)):
            at, dock = within(start, rng), rng.randint(1, 64)
            by = f"[http-nio-8080-exec-{rng.randint(1, 40)}] y.d.BookingController"
            if rng.random() < _share(minute):
                state = (
                    f"total={rng.randint(0, 3)}, active={rng.randint(0, 3)}, idle=0, waiting={rng.randint(4, 38)}"
                )
                told = "HikariPool-1 - Connection is not available, request timed out after 30001ms"
                why = f"java.sql.SQLTransientConnectionException: {told} ({state})"
                yield _said(at, f"ERROR {by} - booking of dock {dock} failed: {why}")
            else:
                yield _said(at, f"INFO  {by} - dock {dock} booked in {rng.randint(9, 60)} ms")
        if minute >= FIRST:
            for _ in range(rng.randint(1, 2)):
                yield _said(within(start, rng), SSL)
        if rng.random() < 0.08:
            yield _said(
                within(start, rng),
                f"WARN  [scheduling-1] y.d.Overlap - dock {rng.randint(1, 64)} is booked twice at noon",
            )
        if rng.random() < 0.1:
            yield _said(within(start, rng), "INFO  [scheduling-1] y.d.Overlap - plan of tomorrow checked")


def _board(now, rng):
    for start in minutes(now, -8 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            yield _said(within(start, rng), f"INFO  gate {rng.randint(1, 12)} shows {rng.randint(0, 30)} trucks")


def _database(now, rng):
    for start in minutes(now, -12 * 60, 0):
        minute = _minute(start, now)
        if minute >= FIRST:
            for _ in range(rng.randint(1, 2)):
                at = within(start, rng)
                peer = f"10.90.{rng.randint(1, 3)}.{rng.randint(5, 250)}({rng.randint(32000, 60000)})"
                who = f"{peer}:[unknown]@[unknown]:[{rng.randint(900, 30000)}]"
                told = "could not accept SSL connection: sslv3 alert certificate unknown"
                yield at, f"{at:%Y-%m-%d %H:%M:%S} UTC:{who}:LOG:  {told}"
        elif rng.random() < 0.05:
            at = within(start, rng)
            who, took = "10.90.2.14(40112):yard@yard:[2218]", rng.uniform(510, 900)
            yield at, f"{at:%Y-%m-%d %H:%M:%S} UTC:{who}:LOG:  duration: {took:.3f} ms  execute S_4: {QUERY}"


def _metrics(session, now, rng):
    moments = measured.moments(now)

    def balanced(at):
        minute = _minute(at, now)
        requests = round(170 * measured.busy(at, rng)) if minute < FIRST else round(130 * rng.uniform(0.95, 1.05))
        found = measured.balancer(rng, requests, 0.05 if minute < FIRST else 0.05 + 28 * _share(minute))
        failed = ALARMED.get(minute) or round(requests * _share(minute))
        well = max(0, requests - failed - found["HTTPCode_Target_4XX_Count"])
        found |= {"HTTPCode_Target_5XX_Count": failed, "HTTPCode_Target_2XX_Count": well}
        return found | {"HealthyHostCount": 3, "UnHealthyHostCount": 0}

    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)

    def database(at):
        minute = _minute(at, now)
        lost = 27 * (1 if minute >= -14 else max(0, minute - ROTATED) / 32)
        return measured.database(rng, measured.busy(at, rng), 62 - lost, cpu=22)

    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "yard-db"}, moments, database)
    for name, cpu in (("dock-planner", 24), ("gate-board", 14)):
        whose = {"ClusterName": "yard", "ServiceName": name}
        load = lambda at, cpu=cpu: measured.service(rng, measured.busy(at, rng), 52, cpu)  # noqa: E731 - used once
        measured.publish(session, "AWS/ECS", whose, moments[::3], load)


def _alarms(session):
    put_alarm(
        session,
        "dock-planner-5xx",
        AlarmDescription="Hauliers cannot book a dock.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        EvaluationPeriods=5,
        Threshold=40,
    )
    put_alarm(
        session,
        "yard-db-connections",
        Namespace="AWS/RDS",
        MetricName="DatabaseConnections",
        Dimensions={"DBInstanceIdentifier": "yard-db"},
        Statistic="Maximum",
        Period=300,
        Threshold=400,
    )
    set_healthy(session, "yard-db-connections")
