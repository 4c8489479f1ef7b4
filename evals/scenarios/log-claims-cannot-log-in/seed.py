"""A function that goes on with a password that was changed."""

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
    set_healthy,
    within,
)

BEGAN = -23
"""Minute, relative to now, in which the first claim failed, at 12 s."""

TRACE = (
    "[ERROR]\t{at}\t{id}\tclaim {n} not stored\n"
    "Traceback (most recent call last):\n"
    '  File "/var/task/claims/store.py", line 58, in save\n'
    "    connection = pool.connection()\n"
    '  File "/var/task/claims/pool.py", line 21, in connection\n'
    "    return psycopg.connect(self.dsn, connect_timeout=3)\n"
    '  File "/opt/python/psycopg/connection.py", line 119, in connect\n'
    "    raise last_ex.with_traceback(None)\n"
    'psycopg.OperationalError: connection failed: connection to server at "10.62.4.19", port 5432 failed: '
    'FATAL:  password authentication failed for user "warranty_app"\n'
)
LOGIN = (
    "{at} UTC:10.62.12.{n}({n}40):warranty_app@claims:[{n}01]:FATAL:  password authentication failed for user "
    '"warranty_app"'
)
SLOW = "[WARNING]\t{at}\t{id}\tcover of model {n} read in 640 ms"


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "warranty-claims-role", "lambda.amazonaws.com", ["secretsmanager:GetSecretValue"])
    make_function(
        session,
        "warranty-claims",
        role,
        Runtime="python3.12",
        Handler="claims.app.handler",
        Environment={"Variables": {"DB_SECRET": "warranty/claims-db", "DB_HOST": "claims-db.internal"}},
    )
    session.client("secretsmanager").create_secret(
        Name="warranty/claims-db", SecretString='{"user":"warranty_app"}'
    )
    put_function_lines(session, "warranty-claims", _function(now, rng))
    put_lines(session, "/aws/rds/instance/claims-db/postgresql", _database(now, rng), ["claims-db.0"])
    make_bystander(session, now, rng, "claims-export", ["[INFO] {n} claims exported"], per_hour=6)
    make_bystander(session, now, rng, "model-covers", ["[INFO] cover of model {n} renewed"], per_hour=30)
    _metrics(session, now, rng)
    put_alarm(
        session,
        "warranty-claims-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "warranty-claims"},
        Period=300,
        Threshold=50,
    )
    set_healthy(session, "warranty-claims-errors")


def _failing(minute):
    return minute >= BEGAN


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _function(now, rng):
    first = now + timedelta(minutes=BEGAN, seconds=12)
    for at in (first, first + timedelta(seconds=17)):
        yield from invocation(at, rng, [TRACE.replace("{n}", "40518")], duration_ms=40.0, used_mib=96)
    for minute in minutes(now, -30 * 60, 0, 2):
        for _ in range(rng.randint(2, 5)):
            said = [f"[INFO]\t{{at}}\t{{id}}\tclaim {rng.randint(38_000, 40_900)} stored"]
            at = within(minute, rng, 110.0)
            if _failing(_minute(minute, now)) and at > first and at < now:
                said = [TRACE.replace("{n}", str(rng.randint(40_400, 40_900)))]
            if rng.random() < 0.07:
                said.insert(0, SLOW.replace("{n}", str(rng.randint(100, 999))))
            if at < first or _failing(_minute(minute, now)):
                yield from invocation(at, rng, said, duration_ms=rng.uniform(20, 90), used_mib=96)


def _database(now, rng):
    yield from measured.checkpoints(now, rng, -20 * 60)
    for minute in minutes(now, BEGAN, 0):
        for _ in range(rng.randint(1, 3)):
            at = within(minute + timedelta(seconds=12), rng, 40.0)
            yield at, LOGIN.replace("{at}", f"{at:%Y-%m-%d %H:%M:%S}").replace("{n}", str(rng.randint(10, 60)))


def _metrics(session, now, rng):
    def at(moment):
        bad = _failing(_minute(moment, now))
        calls = rng.randint(2, 5)
        return {"Invocations": calls, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(30, 60) if bad else 44}

    put_function_metrics(session, "warranty-claims", measured.moments(now), at)
    measured.publish(
        session,
        "AWS/RDS",
        {"DBInstanceIdentifier": "claims-db"},
        measured.moments(now),
        lambda moment: measured.database(rng, measured.busy(moment, rng)),
    )
