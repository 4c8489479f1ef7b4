"""An API whose pages need a function that needs a database that knows a newer password."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

HOST = "records-db.c1m5zt0ke9qa.{region}.rds.amazonaws.com"
REFUSED = (
    '[ERROR] OperationalError: connection to server at "{host}" (10.31.4.27), port 5432 failed: FATAL:  password '
    'authentication failed for user "records_rw"\n'
    "Traceback (most recent call last):\n"
    '\xa0\xa0File "/var/task/app.py", line 41, in handler\n'
    "\xa0\xa0\xa0\xa0with database() as connection:\n"
    '\xa0\xa0File "/var/task/psycopg2/__init__.py", line 122, in connect\n'
    "\xa0\xa0\xa0\xa0conn = _connect(dsn, connection_factory=connection_factory, **kwasync)"
)
RULE = 'Connection matched file "/rdsdbdata/config/pg_hba.conf" line 13: "host all all all scram-sha-256"'
ROUTES = ("GET /visits/{n}", "GET /clinics/{n}/day", "POST /visits", "GET /slots", "GET /clinics/{n}")


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "visits-handler-role", "lambda.amazonaws.com", ["lambda:InvokeFunction", "logs:*"])
    settings = {"Runtime": "nodejs22.x", "Handler": "index.handler"}
    variables = {"RECORDS_FUNCTION": "pet-records", "CLINICS_TABLE": "clinics"}
    make_function(session, "visits-handler", role, Environment={"Variables": variables}, **settings)
    role = make_role(session, "pet-records-role", "lambda.amazonaws.com", ["ssm:GetParameter", "logs:*"])
    host = HOST.format(region=session.region_name)
    variables = {
        "DB_HOST": host,
        "DB_USER": "records_rw",
        "DB_PASSWORD_PARAMETER": "/prod/pet-records/db-password",
    }
    make_function(session, "pet-records", role, Environment={"Variables": variables})
    role = make_role(session, "rotate-postgres-login-role", "lambda.amazonaws.com", ["secretsmanager:*", "logs:*"])
    make_function(session, "rotate-postgres-login", role)
    session.client("ssm").put_parameter(
        Name="/prod/pet-records/db-password",
        Value="not the real one",
        Type="SecureString",
        Description="login of pet-records",
    )
    put_function_lines(session, "visits-handler", _handler(now, rng))
    put_function_lines(session, "pet-records", _records(now, rng, host))
    account = session.client("sts").get_caller_identity()["Account"]
    put_function_lines(session, "rotate-postgres-login", _rotation(now, rng, f"{session.region_name}:{account}"))
    put_lines(session, "/aws/rds/instance/records-db/postgresql", _database_log(now, rng), ["records-db.0"])
    _metrics(session, now, rng)
    make_bystander(
        session, now, rng, "reminders-sync", ["[INFO] {n} reminders sent", "[WARN] no address for owner {n}"]
    )
    make_bystander(
        session, now, rng, "lab-import", ["[INFO] {n} results read", "[INFO] nothing new from the laboratory"]
    )
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _failing(minute):
    """Connections that were open stay open; environments without one cannot get any."""
    return round((minute + 70) * 20 / 75) if minute >= -70 else 0


def _handler(now, rng):
    for at in minutes(now, -6 * 60, 0):
        for _ in range(rng.randint(2, 3)):
            route = rng.choice(ROUTES).replace("{n}", str(rng.randint(100, 9_999)))
            said = [f"{{at}}\t{{id}}\tINFO\t{route} 200"]
            if rng.random() < 0.05:
                said.insert(0, "{at}\t{id}\tWARN\tclinic has no opening hours, default taken")
            yield from invocation(within(at, rng), rng, said, duration_ms=rng.uniform(40, 190))
        for _ in range(_failing(_minute(at, now))):
            said = [
                '{at}\t{id}\tERROR\tpet-records answered {"FunctionError":"Unhandled"}',
                f"{{at}}\t{{id}}\tINFO\tGET /pets/{rng.randint(10_000, 99_999)} 502",
            ]
            yield from invocation(within(at, rng), rng, said, duration_ms=rng.uniform(90, 260))


def _records(now, rng, host):
    for at in minutes(now, -6 * 60, 0):
        failing = _failing(_minute(at, now))
        for _ in range(max(0, rng.randint(3, 5) - failing // 4)):
            level, text = rng.choices((("INFO", "read"), ("INFO", "written")), (5, 1))[0]
            said = [f"[{level}]\t{{at}}\t{{id}}\tpet {rng.randint(10_000, 99_999)} {text}"]
            yield from invocation(within(at, rng), rng, said, duration_ms=rng.uniform(8, 45))
        for _ in range(failing):
            yield from invocation(
                within(at, rng), rng, [REFUSED.format(host=host)], duration_ms=rng.uniform(60, 120)
            )
        if rng.random() < 0.12:
            started = within(at, rng)
            yield started - timedelta(milliseconds=300), "INIT_START Runtime Version: python:3.13.v52"
            said = ["[INFO]\t{at}\t{id}\tdatabase login from parameter /prod/pet-records/db-password, version 1"]
            yield from invocation(started, rng, said, duration_ms=rng.uniform(100, 190))


def _rotation(now, rng, place):
    for start, name, user in (
        (-104, "prod/billing-db/billing_rw-a7Tq2W", "billing_rw"),
        (-100, "prod/lab-db/lab_rw-Rk03xP", "lab_rw"),
        (-96, "prod/records-db/records_rw-Zq81Lm", "records_rw"),
    ):
        arn = f"arn:aws:secretsmanager:{place}:secret:{name}"
        for number, text in enumerate(
            (
                f"createSecret: Successfully put secret for ARN {arn}.",
                f"setSecret: Successfully set password for user {user} in PostgreSQL DB for secret arn {arn}.",
                f"testSecret: Successfully signed into PostgreSQL DB with AWSPENDING secret in {arn}.",
                f"finishSecret: Successfully set AWSCURRENT stage for secret {arn}.",
            )
        ):
            at = now + timedelta(minutes=start, seconds=9 + 9 * number)
            yield from invocation(at, rng, [f"[INFO]\t{{at}}\t{{id}}\t{text}"], duration_ms=rng.uniform(200, 900))


def _database_log(now, rng):
    yield from measured.checkpoints(now, rng, -12 * 60)
    for minute in minutes(now, -12 * 60, 0):
        for _ in range(_failing(_minute(minute, now))):
            at = within(minute, rng)
            client = f"10.31.{rng.randint(1, 2)}.{rng.randint(20, 240)}({rng.randint(30_000, 60_000)})"
            who = f"{at:%Y-%m-%d %H:%M:%S} UTC:{client}:records_rw@records:[{rng.randint(900, 30_000)}]"
            yield at, f'{who}:FATAL:  password authentication failed for user "records_rw"'
            yield at, f"{who}:DETAIL:  {RULE}"
        if rng.random() < 0.03:
            at = within(minute, rng)
            client = f"10.31.1.9({rng.randint(30_000, 60_000)})"
            who = f"{at:%Y-%m-%d %H:%M:%S} UTC:{client}:reporting@records:[{rng.randint(900, 9_000)}]"
            yield at, f"{who}:ERROR:  canceling statement due to statement timeout"


def _metrics(session, now, rng):
    def api(at):
        count, failed = round(90 * rng.uniform(0.95, 1.05)), _failing(_minute(at, now))
        return {
            "Count": count,
            "4XXError": rng.randint(0, 3),
            "5XXError": failed,
            "Latency": rng.uniform(110, 150),
            "IntegrationLatency": rng.uniform(95, 130),
        }

    def handler(at):
        del at
        return {"Invocations": rng.randint(86, 94), "Errors": 0, "Throttles": 0, "Duration": rng.uniform(90, 130)}

    def records(at):
        failed = _failing(_minute(at, now))
        return {
            "Invocations": rng.randint(20, 23),
            "Errors": failed,
            "Throttles": 0,
            "Duration": rng.uniform(20, 70),
        }

    def database(at):
        return measured.database(rng, 0.6, max(3, 24 - _failing(_minute(at, now))))

    moments = measured.moments(now, 2)
    units = {"Latency": "Milliseconds", "IntegrationLatency": "Milliseconds"}
    units |= dict.fromkeys(("Count", "4XXError", "5XXError"), "Count")
    put_metrics(session, "AWS/ApiGateway", {"ApiName": "visits-api", "Stage": "prod"}, moments, api, units)
    put_metrics(session, "AWS/ApiGateway", {"ApiName": "visits-api"}, moments[::5], api, units)
    put_function_metrics(session, "visits-handler", moments[::2], handler)
    put_function_metrics(session, "pet-records", moments, records)
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "records-db"}, moments[::2], database)


def _alarms(session):
    put_alarm(
        session,
        "visits-api-5xx",
        AlarmDescription="The visits API answers 5XX.",
        Namespace="AWS/ApiGateway",
        MetricName="5XXError",
        Dimensions={"ApiName": "visits-api", "Stage": "prod"},
        Period=300,
        EvaluationPeriods=3,
        Threshold=70,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "visits-handler-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "visits-handler"},
        Period=300,
        Threshold=5,
    )
    put_alarm(
        session,
        "records-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "records-db"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, "visits-handler-errors")
    set_healthy(session, "records-db-cpu")
