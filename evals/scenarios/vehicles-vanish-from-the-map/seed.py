"""A stream with half its shards, in the morning."""

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

HALVED, FULL, SEEN = -532, -43, -38
"""Minutes, relative to now: the shards are halved; records are refused; vehicles count as silent."""

ALARMED = {-34: 162, -33: 190, -32: 231, -31: 268}
LIMIT = 180_000
"""Records a minute that three shards take: a thousand a second each (Kinesis developer guide, quotas)."""

REFUSED = (
    "PutRecords to vehicle-positions: {n} of 500 records failed, first: ProvisionedThroughputExceededException: "
    "Rate exceeded for shard {shard} in stream vehicle-positions under account {account}."
)
STATE_TABLE = "vehicle-state"


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    role = make_role(session, "position-writer-role", "lambda.amazonaws.com", ["kinesis:GetRecords", "dynamodb:*"])
    make_function(session, "position-writer", role, Timeout=60)
    session.client("dynamodb").create_table(
        TableName=STATE_TABLE,
        AttributeDefinitions=[{"AttributeName": "vehicle", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "vehicle", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    gateway = [f"ecs/position-gateway/{measured.task_id(f'gateway {number}')}" for number in range(3)]
    put_lines(session, "/ecs/position-gateway", _gateway(now, rng, account), gateway)
    put_function_lines(session, "position-writer", _writer(now, rng))
    make_bystander(
        session, now, rng, "lift-status", ("lift {n} runs", "lift {n} stands still", "lift {n} is back")
    )
    shown = [
        "{at} INFO stop {n} shows live times",
        "{at} INFO stop {n} shows the timetable",
        "{at} WARN stop {n} is dark",
    ]
    measured.make_bystanding_service(session, now, rng, "transit", "stop-displays", shown, per_hour=50)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _sent(minute, rng):
    """Records a minute: few at night, more from an hour and a half before the look on, as on every day."""
    since = (minute + 240) % (24 * 60) - 240
    rising, falling = (since + 95) / 80, (120 - since) / 90
    busy = max(0.0, min(1.0, rising, falling))
    return (96_000 + 128_000 * busy) * rng.uniform(0.985, 1.015)


def _refused(minute, sent):
    """Those the stream does not take. Before the shards were halved it took twice as many."""
    return max(0.0, sent - LIMIT) if minute >= FULL else 0.0


def _log4j(at, level, logger, text):
    stamp = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}"
    return at, f"{stamp} {level:<5} [kinesis-sender-{at.second % 4}] {logger} - {text}"


def _gateway(now, rng, account):
    for minute in minutes(now, -11 * 60, 0):
        relative, sent = _minute(minute, now), _sent(_minute(minute, now), rng)
        for _ in range(2):
            told = f"{round(sent / 30)} positions of {rng.randint(1_150, 1_990)} vehicles sent in 2 s"
            yield _log4j(within(minute, rng), "INFO", "e.t.gateway.Sender", told)
        if rng.random() < 0.15:
            told = f"clock of vehicle {rng.randint(1_000, 4_000)} is {rng.randint(31, 300)} s wrong, position kept"
            yield _log4j(within(minute, rng), "WARN", "e.t.gateway.Inbound", told)
        if relative >= FULL:
            for _ in range(rng.randint(3, 6)):
                shard = f"shardId-{rng.randint(6, 8):012d}"
                told = REFUSED.format(n=rng.randint(40, 160), shard=shard, account=account)
                at = within(minute, rng)
                yield _log4j(at, "WARN", "e.t.gateway.Sender", f"{told} Attempt 3 of 3")
                dropped = f"{rng.randint(20, 110)} records dropped after 3 attempts"
                yield _log4j(at + timedelta(milliseconds=3), "ERROR", "e.t.gateway.Sender", dropped)


def _writer(now, rng):
    for minute in minutes(now, -11 * 60, 0):
        for _ in range(2):
            at = within(minute, rng, 55)
            kept = rng.randint(470, 500)
            said = [f"{{at}} {{id}} INFO stored {kept} of 500 positions, rest older than what is known"]
            yield from invocation(at, rng, said, duration_ms=rng.uniform(180, 330), used_mib=171)
    started = now - timedelta(minutes=91)
    yield from invocation(started, rng, ["{at} {id} INFO position-writer 5093, cold start"], duration_ms=900.0)


def _metrics(session, now, rng):
    def stream(at):
        minute = _minute(at, now)
        sent = _sent(minute, rng)
        lost = _refused(minute, sent)
        return {
            "IncomingRecords": round(sent - lost),
            "IncomingBytes": (sent - lost) * 210,
            "PutRecords.TotalRecords": round(sent + 2 * lost),
            "PutRecords.SuccessfulRecords": round(sent - lost),
            "PutRecords.ThrottledRecords": round(3 * lost),
            "WriteProvisionedThroughputExceeded": round(3 * lost),
            "ReadProvisionedThroughputExceeded": 0,
            "GetRecords.IteratorAgeMilliseconds": rng.uniform(0, 400),
            "GetRecords.Records": round(sent - lost),
        }

    def silent(at):
        minute = _minute(at, now)
        usual = rng.randint(21, 48)
        grown = usual + (minute - SEEN) * 33 if minute >= SEEN else usual
        return {"VehiclesSilent": ALARMED.get(minute, min(grown, rng.randint(280, 330)))}

    def writer(at):
        calls = round(_sent(_minute(at, now), rng) / 480)
        return {
            "Invocations": calls,
            "Errors": 0,
            "Throttles": 0,
            "IteratorAge": rng.uniform(20, 600),
            "Duration": rng.uniform(210, 260),
            "ConcurrentExecutions": rng.randint(3, 6),
        }

    moments = measured.moments(now)
    counts = dict.fromkeys(stream(now), "Count") | {"IncomingBytes": "Bytes"}
    counts["GetRecords.IteratorAgeMilliseconds"] = "Milliseconds"
    put_metrics(session, "AWS/Kinesis", {"StreamName": "vehicle-positions"}, moments, stream, counts)
    put_metrics(session, "Transit/Live", {"Network": "metro"}, moments, silent, {"VehiclesSilent": "Count"})
    put_function_metrics(session, "position-writer", moments[::2], writer)
    gateway = {"ClusterName": "transit", "ServiceName": "position-gateway"}
    load = lambda at: measured.service(rng, _sent(_minute(at, now), rng) / 200_000, 52, 47)  # noqa: E731
    measured.publish(session, "AWS/ECS", gateway, moments[::5], load)
    writes = lambda at: {"WriteThrottleEvents": 0, "ConsumedWriteCapacityUnits": 90_000}  # noqa: E731, ARG005
    put_metrics(session, "AWS/DynamoDB", {"TableName": STATE_TABLE}, moments[::5], writes, {})


def _alarms(session):
    put_alarm(
        session,
        "vehicles-silent",
        AlarmDescription="More than 150 vehicles have not been seen for two minutes. "
        "Displays at the stops show timetables instead.",
        Namespace="Transit/Live",
        MetricName="VehiclesSilent",
        Dimensions={"Network": "metro"},
        Statistic="Maximum",
        EvaluationPeriods=4,
        Threshold=150,
        ComparisonOperator="GreaterThanThreshold",
    )
    for metric, threshold in (("Errors", 5), ("IteratorAge", 60_000)):
        put_alarm(
            session,
            f"position-writer-{metric}",
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions={"FunctionName": "position-writer"},
            Statistic="Maximum",
            Period=300,
            Threshold=threshold,
        )
        set_healthy(session, f"position-writer-{metric}")
