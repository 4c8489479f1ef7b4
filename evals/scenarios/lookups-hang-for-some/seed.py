"""Tasks of one subnet of three no longer reach the database."""

from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, set_healthy, within

SERVICE, DATABASE = "address-api", "address-db"
CUT = 38
TARGETS = {
    "LoadBalancer": "app/address/6e1f0b94d27c3a85",
    "TargetGroup": f"targetgroup/{SERVICE}/2c97d4e05b18af63",
}
PER_MINUTE = 60
FAILED = {37: 19, 36: 21, 35: 20}
"""Requests that ended in 5xx, by how many minutes ago."""
TASKS = ("10.42.11.23", "10.42.11.141", "10.42.12.66", "10.42.12.205", "10.42.13.57", "10.42.13.118")


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, f"/ecs/{SERVICE}", [])
    logs = session.client("logs")
    host = f"address-db.c4x9tq2mzk7e.{session.region_name}.rds.amazonaws.com"
    for address in TASKS:
        stream = f"api/{SERVICE}/{measured.task_id(f'{SERVICE} {address}')}"
        logs.create_log_stream(logGroupName=f"/ecs/{SERVICE}", logStreamName=stream)
        lines = sorted(_task(host, address, now, rng), key=lambda line: line[0])
        for start in range(0, len(lines), 2_000):
            events = [
                {"timestamp": int(at.timestamp() * 1000), "message": text}
                for at, text in lines[start : start + 2_000]
            ]
            logs.put_log_events(logGroupName=f"/ecs/{SERVICE}", logStreamName=stream, logEvents=events)
    put_lines(session, f"/aws/rds/instance/{DATABASE}/postgresql", _database(now, rng), [f"{DATABASE}.0"])
    parcels = [
        "{at} INFO label {n} checked",
        "{at} INFO label {n} printed",
        "{at} WARN label {n} has no house number",
    ]
    measured.make_bystanding_service(session, now, rng, "delivery", "label-check", parcels, per_hour=40)
    zones = ["{at} INFO zone {n} read", "{at} INFO zone {n} kept"]
    measured.make_bystanding_service(session, now, rng, "delivery", "zone-map", zones, per_hour=20)
    make_bystander(session, now, rng, "street-import", ["[INFO] {n} streets", "[WARNING] street {n} has no name"])
    _metrics(session, now, rng)
    _alarms(session)


def _ago(now, at):
    return round((now - at).total_seconds() / 60)


def _failed(ago, rng):
    return FAILED.get(ago, 13 if ago == CUT else rng.randint(19, 21)) if ago <= CUT else 0


def _line(at, level, logger, text):
    return at, f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} {level:5} [{logger}] {text}"


def _task(host, address, now, rng):
    cut = address.startswith("10.42.13.")
    start = now - timedelta(minutes=124 - TASKS.index(address), seconds=13)
    yield _line(start, "INFO", "main", f"{SERVICE} 2.30.1 started on {address}:8080, pool of 10 to {host}:5432")
    for minute in minutes(now, -122, 0):
        ago = _ago(now, minute)
        dead = cut and ago <= CUT
        for _ in range(rng.randint(9, 11)):
            at, took = within(minute, rng), rng.uniform(6, 29)
            if not dead:
                said = f"GET /lookup?postcode={rng.randint(10_000, 99_999)} 200 {took:.0f} ms"
                yield _line(at, "INFO", f"http-{rng.randint(1, 24)}", said)
            if rng.random() < 0.04:
                yield _line(at, "WARN", f"http-{rng.randint(1, 24)}", "house number is no number, kept as it is")
        for _ in range(rng.randint(9, 11) if dead and ago < CUT else 0):
            at, waiting = within(minute, rng), rng.randint(8, 21)
            said = "HikariPool-1 - Connection is not available, request timed out after 5000ms "
            said += f"(total=0, active=0, idle=0, waiting={waiting})"
            yield _line(at, "ERROR", f"http-{rng.randint(1, 24)}", f"GET /lookup 500 5004 ms: {said}")
        if dead:
            said = f"Failed to connect to {host}:5432: java.net.SocketTimeoutException: Connect timed out"
            yield _line(within(minute, rng), "WARN", "HikariPool-1:connection-adder", said)


def _database(now, rng):
    yield from measured.checkpoints(now, rng, -20 * 60)
    for minute in minutes(now, -20 * 60, 0):
        if rng.random() < 0.12:
            at = within(minute, rng)
            who = f"{at:%Y-%m-%d %H:%M:%S} UTC:{rng.choice(TASKS[:4])}(4{rng.randint(1000, 9999)})"
            took = rng.uniform(520, 1_900)
            yield (
                at,
                f"{who}:address@address:[{rng.randint(900, 9_000)}]:LOG:  duration: {took:.3f} ms  execute S_7",
            )
    broken = now - timedelta(minutes=CUT - 15)
    for number in range(20):
        at = broken + timedelta(seconds=number * 1.7)
        who = f"{at:%Y-%m-%d %H:%M:%S} UTC:10.42.13.{(57, 118)[number % 2]}({40_112 + number * 7})"
        who += f":address@address:[{3_310 + number}]"
        yield at, f"{who}:LOG:  could not receive data from client: Connection timed out"


def _metrics(session, now, rng):
    span = measured.moments(now)
    ago = {at: _ago(now, at) for at in span}

    def targets(at):
        failed = _failed(ago[at], rng)
        count = round(PER_MINUTE * (rng.uniform(0.96, 1.04) if ago[at] < 300 else measured.busy(at, rng)))
        found = measured.balancer(rng, count, 0.018)
        found["HTTPCode_Target_5XX_Count"] = failed
        found["HTTPCode_Target_2XX_Count"] = count - failed - found["HTTPCode_Target_4XX_Count"]
        if failed:
            found["TargetResponseTime"] = failed / count * 5.0 + 0.012
        return found | {"HealthyHostCount": 6, "UnHealthyHostCount": 0, "TargetConnectionErrorCount": 0}

    measured.publish(session, "AWS/ApplicationELB", TARGETS, span, targets)
    service = {"ClusterName": "delivery", "ServiceName": SERVICE}
    measured.publish(
        session, "AWS/ECS", service, span[::3], lambda at: measured.service(rng, measured.busy(at, rng), 48, 33)
    )

    def database(at):
        cut = ago[at] <= CUT - 15
        share = 0.68 if ago[at] <= CUT else 1.0
        return measured.database(rng, share * measured.busy(at, rng), 40 if cut else 60, cpu=31)

    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": DATABASE}, span, database)


def _alarms(session):
    put_alarm(
        session,
        "address-api-5xx",
        AlarmDescription="Addresses cannot be looked up at the desk.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=TARGETS,
        EvaluationPeriods=3,
        Threshold=15,
    )
    put_alarm(
        session,
        "address-api-unhealthy-hosts",
        Namespace="AWS/ApplicationELB",
        MetricName="UnHealthyHostCount",
        Dimensions=TARGETS,
        Statistic="Maximum",
        EvaluationPeriods=2,
        Threshold=1,
    )
    for name, metric, limit in (("cpu", "CPUUtilization", 80), ("connections", "DatabaseConnections", 90)):
        put_alarm(
            session,
            f"address-db-{name}",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions={"DBInstanceIdentifier": DATABASE},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=2,
            Threshold=limit,
        )
        set_healthy(session, f"address-db-{name}")
    set_healthy(session, "address-api-unhealthy-hosts")
