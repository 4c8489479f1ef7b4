"""Nobody can send a message any more: an id that cannot grow."""

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

SERVICE, DATABASE, REPORT = "chat-api", "chat-db", "schema-report"
TARGETS = {"LoadBalancer": "app/talk/60b7d2f4e19ca835", "TargetGroup": f"targetgroup/{SERVICE}/c5a1938e7d04b26f"}
FULL = 38
"""Minutes since the last id is used."""
FIRST = {38: 194, 37: 188, 36: 203}
TASKS = 4
MOST = 2_147_483_647
REFUSED = f"java.sql.SQLIntegrityConstraintViolationException: Duplicate entry '{MOST}' for key 'messages.PRIMARY'"


def seed(session, now, rng):
    """Make the account's state."""
    failing = {ago: FIRST.get(ago) or rng.randint(180, 211) for ago in range(FULL, 0, -1)}
    streams = [f"api/{SERVICE}/{measured.task_id(f'{SERVICE} {number}')}" for number in range(TASKS)]
    put_lines(session, f"/ecs/{SERVICE}", _service(now, rng, failing), streams)
    put_lines(session, f"/aws/rds/instance/{DATABASE}/error", _database(now, rng), [DATABASE])
    role = make_role(session, f"{REPORT}-role", "lambda.amazonaws.com", ["rds:Describe*", "logs:*"])
    make_function(
        session, REPORT, role, Environment={"Variables": {"DATABASES": "chat-db,room-db", "WARN_AT": "80"}}
    )
    put_function_lines(session, REPORT, _report(now, rng))
    ran = {666 + 1_440 * day for day in range(3)}
    rooms = ["{at} INFO room {n} listed", "{at} INFO room {n} renamed", "{at} WARN room {n} has no picture"]
    measured.make_bystanding_service(session, now, rng, "talk", "room-list", rooms, per_hour=40)
    make_bystander(
        session, now, rng, "avatar-crop", ["[INFO] avatar {n} cropped", "[WARNING] avatar {n} is small"]
    )
    make_bystander(session, now, rng, "push-notes", ["[INFO] note {n} pushed"], per_hour=25)
    _metrics(session, now, rng, failing, ran)
    _alarms(session)


def _line(at, level, where, text, thread):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return at, f"{stamp} {level:>5} 1 --- [nio-8080-exec-{thread}] {where} : {text}"


def _service(now, rng, failing):
    controller, advice = "c.t.chat.MessageController", "c.t.chat.ErrorAdvice"
    for minute in minutes(now, -7 * 60, 0):
        ago = round((now - minute).total_seconds() / 60)
        for _ in range(rng.randint(5, 8)):
            room, took = rng.randint(1_000, 99_000), rng.randint(3, 30)
            if ago > FULL and rng.random() < 0.5:
                told = f"POST /messages 201 in {took} ms, room {room}"
            else:
                told = f"GET {rng.choice(['/rooms', '/messages'])}/{room} 200 in {took} ms"
            yield _line(within(minute, rng), "INFO", controller, told, rng.randint(1, 10))
        if rng.random() < 0.12:
            told = f"POST /messages 409: client key {rng.getrandbits(48):012x} was used before"
            yield _line(within(minute, rng), "WARN", controller, told, rng.randint(1, 10))
        for _ in range(failing.get(ago, 0)):
            told = f"POST /messages 500, room {rng.randint(1_000, 99_000)}: {REFUSED}"
            yield _line(within(minute, rng), "ERROR", advice, told, rng.randint(1, 10))
    for number in range(TASKS):
        at = now - timedelta(minutes=71 - number, seconds=33)
        yield _line(at, "INFO", "c.t.chat.Application", "Started Application 4.9.0 in 11.8 seconds", 1)


def _database(now, rng):
    for minute in minutes(now, -2 * 24 * 60, 0, 47):
        at = within(minute, rng)
        gone = f"Aborted connection {rng.randint(80_000, 99_000)} to db: 'chat' user: 'report'"
        told = f"[Note] [MY-010914] [Server] {gone}"
        yield (
            at,
            f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}Z {rng.randint(11, 99)} {told} (Got timeout reading)",
        )


def _report(now, rng):
    for day in range(9):
        at = now - timedelta(days=day, hours=11, minutes=6)
        used = MOST - 124_000 - day * 281_000
        said = [
            f"[WARNING] chat-db: room_reads.id is bigint unsigned, {1_911_000_000 - day * 40_000} used (0.00 %)",
            f"[WARNING] chat-db: messages.id is int, {used} of {MOST} used ({used / MOST * 100:.2f} %)",
            f"[WARNING] chat-db: table attachments has no index on room, {rng.randint(80, 90)} GB",
            f"[WARNING] chat-db: {rng.randint(14, 17)} tables without statistics for 30 days",
            "[INFO] 2 databases, 61 tables looked at",
        ]
        yield from invocation(at, rng, said, duration_ms=rng.uniform(9_000, 12_000))


def _metrics(session, now, rng, failing, ran):
    span = measured.moments(now)
    ago = {at: round((now - at).total_seconds() / 60) for at in span}
    load = {
        at: 1_900 * measured.busy(at, rng) if ago[at] > 180 else 1_720 * rng.uniform(0.97, 1.03) for at in span
    }

    def targets(at):
        found = measured.balancer(rng, load[at], 0.016)
        failed = failing.get(ago[at], 0)
        found["HTTPCode_Target_5XX_Count"] = failed or int(rng.random() < 0.02)
        found["HTTPCode_Target_2XX_Count"] -= failed
        return found | {"HealthyHostCount": TASKS, "UnHealthyHostCount": 0}

    measured.publish(session, "AWS/ApplicationELB", TARGETS, span, targets)
    service = {"ClusterName": "talk", "ServiceName": SERVICE}
    measured.publish(
        session, "AWS/ECS", service, span, lambda at: measured.service(rng, load[at] / 1_900, 48.0, 36.0)
    )

    def database(at):
        found = measured.database(rng, load[at] / 1_900, 84.0, 21.0, 312.0)
        if ago[at] <= FULL:
            found["WriteIOPS"] *= 0.45
        return found

    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": DATABASE}, span, database)

    def report(at):
        there = {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": 10_300}
        return there if round((now - at).total_seconds() / 60) in ran else {}

    put_function_metrics(session, REPORT, minutes(now, -3 * 24 * 60, -2), report)


def _alarms(session):
    put_alarm(
        session,
        f"{SERVICE}-5xx",
        AlarmDescription="chat-api answers with 5xx.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=TARGETS,
        EvaluationPeriods=3,
        Threshold=50,
    )
    for name, metric, limit in (("cpu", "CPUUtilization", 80), ("connections", "DatabaseConnections", 400)):
        put_alarm(
            session,
            f"{DATABASE}-{name}",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions={"DBInstanceIdentifier": DATABASE},
            Statistic="Average",
            EvaluationPeriods=5,
            Threshold=limit,
        )
        set_healthy(session, f"{DATABASE}-{name}")
