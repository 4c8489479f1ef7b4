"""The iterator age climbs for three days since a new producer fills one shard."""

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_metrics,
    within,
)

SWITCHED_ON = -(3 * 24 + 2) * 60
"""Minute of the first record of the new producer."""

SLOWER = -(5 * 24 + 2) * 60
"""Minute of the deployment of the consumer."""

HOT = 2

KEPT = 23 * 60
"""Minutes of log."""

LATEST = {-7: 14_474_000, -12: 14_435_000, -17: 14_403_000}
"""Iterator age in milliseconds, as the alarm quotes it."""

OTHERS = {
    "consent-store": ["[INFO] consent {n} stored", "[INFO] consent {n} withdrawn"],
    "ad-report": ["[INFO] {n} impressions counted", "[WARN] campaign {n} without budget"],
    "geo-lookup": ["[INFO] database of {n} ranges loaded", "[INFO] {n} addresses resolved"],
}


def seed(session, now, rng):
    """Make the account's state."""
    for name, variables in (
        ("session-builder", {"TABLE": "sessions-built", "ENRICH": "true"}),
        ("tv-collector", {"STREAM": "click-stream"}),
        ("web-collector", {"STREAM": "click-stream"}),
    ):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["kinesis:*", "logs:*"])
        make_function(session, name, role, MemorySize=1024, Timeout=120, Environment={"Variables": variables})
    put_function_lines(session, "session-builder", _built(now, rng))
    put_function_lines(session, "tv-collector", _tv(now, rng))
    put_function_lines(session, "web-collector", _web(now, rng))
    _functions(session, now, rng)
    _stream(session, now, rng)
    put_alarm(
        session,
        "session-builder-iterator-age",
        Namespace="AWS/Lambda",
        MetricName="IteratorAge",
        Dimensions={"FunctionName": "session-builder"},
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=14_400_000,
    )
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _age_s(minute):
    """How far the hot shard is behind: 500 records a minute are read and 529 come, so 195 s more each hour."""
    return max(0.0, (minute - SWITCHED_ON) / 60 * 195)


def _shard(number):
    return f"shardId-{number:012d}"


def _built(now, rng):
    """The last day: full batches of one shard, one in five minutes of the others."""
    for minute in minutes(now, -KEPT, -2):
        offset = _minute(minute, now)
        for number in range(4):
            hot = number == HOT
            if not hot and offset % 5 != number:
                continue
            records = 500 if hot else rng.randint(340, 380)
            named = f"{rng.randint(44, 60)} partition keys, most frequent key tv: {rng.randint(428, 449)}"
            if not hot:
                named = f"{records - rng.randint(20, 90)} partition keys"
            behind = _age_s(offset) if hot else rng.uniform(0.2, 1.1)
            said = [f"[INFO] {_shard(number)}: {records} records, {named}, {behind:.0f} s behind"]
            if rng.random() < 0.06:
                said.append(f"[WARN] {rng.randint(1, 4)} clicks without consent dropped")
            said.append(f"[INFO] {_shard(number)}: {records // 3} sessions updated")
            took = records * rng.uniform(119.0, 119.9)
            yield from invocation(minute, rng, said, duration_ms=took, memory_mib=1024, used_mib=211)


def _tv(now, rng):
    for minute in minutes(now, -KEPT, -2, 2):
        said = [f"[INFO] put {rng.randint(910, 940)} records to click-stream, partition key tv"]
        yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(60, 140), memory_mib=1024)


def _web(now, rng):
    for minute in minutes(now, -KEPT, -2, 2):
        said = [f"[INFO] put {rng.randint(560, 590)} records to click-stream, partition keys: visitor ids"]
        yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(40, 90), memory_mib=1024)


def _functions(session, now, rng):
    def builder(at):
        minute = _minute(at, now)
        own = 42_200.0 if minute < SLOWER else 43_100.0
        behind = minute >= SWITCHED_ON
        age = LATEST.get(minute, round(_age_s(minute) * 1000)) if behind else rng.randint(150, 900)
        return {
            "Invocations": 8 if behind else 4,
            "Errors": 0,
            "Throttles": 0,
            "ConcurrentExecutions": 4,
            "Duration": 53_400.0 + rng.uniform(-300, 300) if behind else own * rng.uniform(0.98, 1.02),
            "IteratorAge": min(age, 14_399_000) if behind and minute < -17 else age,
        }

    def tv(_):
        return {
            "Invocations": rng.randint(420, 520),
            "Errors": 0,
            "Throttles": 0,
            "Duration": rng.uniform(60, 140),
        }

    def web(_):
        return {
            "Invocations": rng.randint(900, 1_050),
            "Errors": 0,
            "Throttles": 0,
            "Duration": rng.uniform(40, 90),
        }

    # Five-minute windows that end two minutes ago, as the alarm has them.
    put_function_metrics(session, "session-builder", minutes(now, -6 * 24 * 60 - 2, -2, 5), builder)
    put_function_metrics(session, "tv-collector", minutes(now, SWITCHED_ON - 2, -2, 10), tv)
    put_function_metrics(session, "web-collector", minutes(now, -4 * 24 * 60 - 2, -2, 20), web)


def _stream(session, now, rng):
    units = dict.fromkeys(("IncomingBytes", "GetRecords.Bytes"), "Bytes")
    units |= {"GetRecords.IteratorAgeMilliseconds": "Milliseconds", "IteratorAgeMilliseconds": "Milliseconds"}

    def whole(at):
        minute = _minute(at, now)
        on = minute >= SWITCHED_ON
        records = (4 * 1.2 + (7.62 if on else 0)) * 600 * rng.uniform(0.97, 1.03)
        return {
            "IncomingRecords": round(records),
            "IncomingBytes": round(records * 410),
            "GetRecords.IteratorAgeMilliseconds": round(_age_s(minute) * 1000) if on else rng.randint(150, 900),
            "GetRecords.Success": 1,
            "ReadProvisionedThroughputExceeded": 0,
            "WriteProvisionedThroughputExceeded": 0,
        }

    def shard(number):
        def measured(at):
            minute = _minute(at, now)
            hot = number == HOT and minute >= SWITCHED_ON
            records = (8.82 if hot else 1.2) * 900 * rng.uniform(0.97, 1.03)
            return {
                "IncomingRecords": round(records),
                "IncomingBytes": round(records * 410),
                "IteratorAgeMilliseconds": round(_age_s(minute) * 1000) if hot else rng.randint(150, 900),
                "WriteProvisionedThroughputExceeded": 0,
            }

        return measured

    name = {"StreamName": "click-stream"}
    put_metrics(session, "AWS/Kinesis", name, minutes(now, -5 * 24 * 60 - 2, -2, 10), whole, units)
    for number in range(4):
        spans = minutes(now, -4 * 24 * 60 - 2, -2, 15)
        put_metrics(session, "AWS/Kinesis", {**name, "ShardId": _shard(number)}, spans, shard(number), units)
