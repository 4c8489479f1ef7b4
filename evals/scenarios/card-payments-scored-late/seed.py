"""A third reader of a stream that has enough for two."""

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

SINCE = -56
"""Minutes, relative to now: the new reader begins, at the oldest record."""

STREAM, SCORE = "card-events", "fraud-score"
ALARMED = {-49: 66, -48: 81, -47: 94}
FULL = 4 * 2 * 60 * 2**20
"""Bytes a minute that four shards give to all who share them."""


def seed(session, now, rng):
    """Make the account's state."""
    account = session.client("sts").get_caller_identity()["Account"]
    for name, memory in (("card-ledger", 512), ("spend-insights", 1_024)):
        role = make_role(
            session, f"{name}-role", "lambda.amazonaws.com", ["kinesis:Get*", "kinesis:DescribeStream"]
        )
        make_function(session, name, role, MemorySize=memory, Timeout=120)
    names = [f"score/{SCORE}/{measured.task_id(task)}" for task in "mnop"]
    put_lines(session, f"/ecs/{SCORE}", _score(now, rng, account), names)
    put_function_lines(session, "card-ledger", _ledger(now, rng))
    put_function_lines(session, "spend-insights", _insights(now, rng))
    make_bystander(
        session, now, rng, "card-limits", ["[INFO] limit {n} read", "[WARN] limit {n} is near"], per_hour=20
    )
    told = ["{at} INFO authorised {n}", "{at} INFO authorised {n} offline", "{at} WARN terminal {n} is slow"]
    measured.make_bystanding_service(session, now, rng, "cards", "card-gateway", told, per_hour=90)
    _stream(session, now, rng)
    _readers(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _delay(minute, rng):
    if minute < SINCE + 1:
        return rng.uniform(1.4, 3.2)
    return ALARMED.get(minute, max(5, 9.4 * (minute - SINCE) ** 0.95 + rng.uniform(-3, 3)))


def _score(now, rng, account):
    for minute in minutes(now, -8 * 60, 0):
        ahead = _minute(minute, now)
        for _ in range(rng.randint(5, 8)):
            at, card = within(minute, rng), rng.randint(10**7, 10**8)
            late = _delay(ahead, rng)
            told = (
                f"INFO payment {card} scored {rng.randint(0, 99)} in {rng.randint(11, 40)} ms, {late:.1f} s late"
            )
            yield at, f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {told}"
        for _ in range(rng.randint(2, 4) if ahead >= SINCE else rng.random() < 0.01):
            at, shard = within(minute, rng), f"shardId-{rng.randint(0, 3):012d}"
            why = f"Rate exceeded for Shard - {account}/{STREAM}/{shard}"
            told = f"WARN [amazon.kinesis.retrieval.polling] GetRecords of {shard} refused, backing off:"
            error = f"ProvisionedThroughputExceededException: {why}"
            yield at, f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {told} {error}"
        if rng.random() < 0.05:
            at = within(minute, rng)
            yield (
                at,
                f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} WARN model has no country for a merchant",
            )


def _ledger(now, rng):
    for minute in minutes(now, -6 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            at = within(minute, rng, 55)
            late = 0.7 if _minute(minute, now) < SINCE else _delay(_minute(minute, now), rng) * 0.9
            said = [f"[INFO] {rng.randint(60, 200)} entries booked, oldest {late:.1f} s"]
            yield from invocation(at, rng, said, duration_ms=rng.uniform(180, 420))


def _insights(now, rng):
    for minute in minutes(now, SINCE, -1):
        gone = (_minute(minute, now) - SINCE) * 60
        for _ in range(rng.randint(7, 10)):
            at, shard = within(minute, rng, 50), f"shardId-{rng.randint(0, 3):012d}"
            behind = max(0, 86_340 - 12.6 * gone + rng.randint(-200, 200))
            said = [f"[INFO] {STREAM} {shard}: 2000 records aggregated, {behind:.0f} s behind the tip"]
            yield from invocation(
                at, rng, said, duration_ms=rng.uniform(900, 2_100), memory_mib=1_024, used_mib=420
            )


def _stream(session, now, rng):
    span = measured.moments(now)

    def whole(at):
        minute, come = _minute(at, now), 6.1e7 * measured.busy(at, rng)
        found = {
            "IncomingBytes": come,
            "IncomingRecords": round(come / 840),
            "WriteProvisionedThroughputExceeded": 0,
        }
        read = FULL * rng.uniform(0.985, 0.999) if minute >= SINCE else 2 * come * rng.uniform(0.99, 1.01)
        found |= {"GetRecords.Bytes": read, "GetRecords.Records": round(read / 840)}
        refused = rng.randint(610, 780) if minute >= SINCE else rng.choice([0, 0, 0, 1])
        found |= {"ReadProvisionedThroughputExceeded": refused}
        return found | {"GetRecords.Success": rng.uniform(0.55, 0.63) if minute >= SINCE else 1.0}

    counts = ("IncomingRecords", "GetRecords.Records", "ReadProvisionedThroughputExceeded")
    units = dict.fromkeys(counts, "Count") | dict.fromkeys(("IncomingBytes", "GetRecords.Bytes"), "Bytes")
    put_metrics(session, "AWS/Kinesis", {"StreamName": STREAM}, span, whole, units)


def _readers(session, now, rng):
    span = measured.moments(now)

    def scored(at):
        late = _delay(_minute(at, now), rng)
        return {"ScoringDelaySeconds": late, "Scored": round(72_000 * measured.busy(at, rng))}

    put_metrics(session, "Cards/Fraud", {"Service": SCORE}, span, scored, {"ScoringDelaySeconds": "Seconds"})
    where = {"ClusterName": "cards", "ServiceName": SCORE}
    measured.publish(
        session, "AWS/ECS", where, span, lambda at: measured.service(rng, measured.busy(at, rng), 58, 33)
    )

    def ledger(at):
        late = _delay(_minute(at, now), rng) * 900
        found = {"Invocations": rng.randint(350, 420), "Errors": 0, "Throttles": 0, "Duration": 290}
        return found | {"IteratorAge": late if _minute(at, now) >= SINCE else rng.uniform(300, 900)}

    put_function_metrics(session, "card-ledger", span, ledger)

    def insights(at):
        gone = (_minute(at, now) - SINCE) * 60
        found = {
            "Invocations": rng.randint(210, 280),
            "Errors": 0,
            "Throttles": 0,
            "Duration": rng.uniform(1_200, 1_600),
        }
        return found | {"IteratorAge": (86_340 - 12.6 * gone) * 1_000, "ConcurrentExecutions": 40}

    put_function_metrics(session, "spend-insights", minutes(now, SINCE, -2), insights)


def _alarms(session):
    put_alarm(
        session,
        "fraud-scoring-delay",
        AlarmDescription=(
            "Card payments are scored more than a minute after they were made: fraud is let through meanwhile."
        ),
        Namespace="Cards/Fraud",
        MetricName="ScoringDelaySeconds",
        Dimensions={"Service": SCORE},
        Statistic="Maximum",
        EvaluationPeriods=3,
        Threshold=60,
    )
    put_alarm(
        session,
        "card-events-writes-refused",
        Namespace="AWS/Kinesis",
        MetricName="WriteProvisionedThroughputExceeded",
        Dimensions={"StreamName": STREAM},
        Period=300,
        Threshold=10,
    )
    set_healthy(session, "card-events-writes-refused")
