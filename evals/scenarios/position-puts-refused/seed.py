"""A stream that refuses records while most of it is idle."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

STREAM, GATEWAY = "vehicle-positions", "position-gateway"
RELEASED = 194
ON_ROAD = 46
"""Minutes since the buses are on the road today; they are for ten hours of every day."""
SHARDS, HOT = 8, 3
LIMIT = 60_000
"""Records one shard takes in a minute."""
SHARES = (0.062, 0.097, 0.081, 0.31, 0.118, 0.09, 0.151, 0.091)
"""Of the records before the buses come, by fleet: what each shard gets."""
REFUSED = {46: 5_120, 45: 14_210, 44: 19_850, 43: 21_440}
TASKS = 6


def seed(session, now, rng):
    """Make the account's state."""
    session.client("kinesis").create_stream(StreamName=STREAM, ShardCount=SHARDS)
    role = make_role(session, "position-map-role", "lambda.amazonaws.com", ["kinesis:*", "logs:*"])
    make_function(session, "position-map", role, Timeout=60)
    streams = [f"gw/{GATEWAY}/{measured.task_id(f'{GATEWAY} {number}')}" for number in range(TASKS)]
    put_lines(session, f"/ecs/{GATEWAY}", _gateway(session, now, rng), streams)
    make_bystander(session, now, rng, "stop-signs", ["[INFO] sign {n} set", "[WARNING] sign {n} is silent"])
    make_bystander(session, now, rng, "fuel-report", ["[INFO] {n} litres", "[INFO] {n} vehicles"], per_hour=10)
    rosters = ["{at} INFO roster {n} read", "{at} INFO driver {n} on duty", "{at} WARN driver {n} twice"]
    measured.make_bystanding_service(session, now, rng, "fleet", "roster-api", rosters, per_hour=35)
    _metrics(session, now, rng)
    _alarms(session)


def _busy(ago):
    """Whether the buses are on the road."""
    return ago <= ON_ROAD or any(day + ON_ROAD - 600 <= ago <= day + ON_ROAD for day in (1440, 2880, 4320))


def _offered(ago):
    """Records of a minute, by shard, as the gateway puts them."""
    quiet = 123_000
    if ago > RELEASED:
        each = (quiet + (43_070 if _busy(ago) else 0)) / SHARDS
        return [each] * SHARDS
    found = [quiet * share for share in SHARES]
    if _busy(ago):
        found[HOT] = LIMIT + REFUSED.get(ago, 21_200)
    return found


def _gateway(session, now, rng):
    account = session.client("sts").get_caller_identity()["Account"]

    def line(at, level, text):
        return at, f'time="{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z" level={level} {text}'

    for minute in minutes(now, -9 * 60, 0):
        ago = round((now - minute).total_seconds() / 60)
        for _ in range(rng.randint(5, 8)):
            keys = rng.randint(488, 500) if ago > RELEASED else rng.randint(17, 26)
            took = rng.uniform(11, 38)
            said = f'msg="batch put" stream={STREAM} records=500 keys={keys} took={took:.1f}ms'
            yield line(within(minute, rng), "info", said)
        if rng.random() < 0.15:
            said = f'msg="no position for five minutes" vehicle=v-{rng.randint(10_000, 39_999)}'
            yield line(within(minute, rng), "warn", said)
        for _ in range(rng.randint(9, 13) if ago <= ON_ROAD else 0):
            refused = rng.randint(160, 320)
            told = f"Rate exceeded for shard shardId-{HOT:012d} in stream {STREAM} under account {account}."
            said = f'msg="PutRecords partly refused" refused={refused} of=500 '
            said += f'code=ProvisionedThroughputExceededException error="{told}"'
            yield line(within(minute, rng), "warn", said)
        if 2 < ago <= ON_ROAD - 6 and rng.random() < 0.7:
            said = f'msg="buffer full, oldest dropped" fleet=fleet-0017 dropped={rng.randint(400, 2_600)}'
            yield line(within(minute, rng), "error", said)
    for number in range(TASKS):
        at = now - timedelta(minutes=RELEASED - number // 2, seconds=7 * number)
        said = f'msg="{GATEWAY} 5.2.0 started" stream={STREAM} partition_key=fleetId batch=500'
        yield line(at, "info", said)
        at = now - timedelta(days=8, hours=5, minutes=33 - number // 2, seconds=5 * number)
        said = f'msg="{GATEWAY} 5.1.8 started" stream={STREAM} partition_key=vehicleId batch=500'
        yield line(at, "info", said)


def _metrics(session, now, rng):
    span = [*minutes(now, -3 * 24 * 60, -5 * 60, 5), *minutes(now, -5 * 60, -1)]
    ago = {at: round((now - at).total_seconds() / 60) for at in span}
    noise = {at: rng.uniform(0.985, 1.015) for at in span}

    def of(offered, factor):
        taken = min(LIMIT, offered) if offered > LIMIT else offered * factor
        refused = max(0, round(offered - LIMIT))
        found = {"IncomingRecords": round(taken), "IncomingBytes": round(taken) * 611}
        return found | {"WriteProvisionedThroughputExceeded": refused}

    def whole(at):
        parts = [of(offered, noise[at]) for offered in _offered(ago[at])]
        found = {name: sum(part[name] for part in parts) for name in parts[0]}
        put = found["IncomingRecords"] + found["WriteProvisionedThroughputExceeded"]
        return found | {
            "PutRecords.TotalRecords": put,
            "PutRecords.SuccessfulRecords": found["IncomingRecords"],
            "PutRecords.ThrottledRecords": found["WriteProvisionedThroughputExceeded"],
            "PutRecords.Latency": rng.uniform(14, 22),
            "GetRecords.IteratorAgeMilliseconds": rng.uniform(0, 900),
            "ReadProvisionedThroughputExceeded": 0,
        }

    units = {"IncomingBytes": "Bytes", "PutRecords.Latency": "Milliseconds"}
    units |= {"GetRecords.IteratorAgeMilliseconds": "Milliseconds"}
    for name in ("IncomingRecords", "WriteProvisionedThroughputExceeded", "ReadProvisionedThroughputExceeded"):
        units[name] = "Count"
    for name in ("TotalRecords", "SuccessfulRecords", "ThrottledRecords"):
        units[f"PutRecords.{name}"] = "Count"
    put_metrics(session, "AWS/Kinesis", {"StreamName": STREAM}, span, whole, units)
    for shard in range(SHARDS):
        where = {"StreamName": STREAM, "ShardId": f"shardId-{shard:012d}"}

        def one(at, shard=shard):
            return of(_offered(ago[at])[shard], noise[at])

        put_metrics(session, "AWS/Kinesis", where, span, one, units)

    def reader(at):
        calls = 480 if _busy(ago[at]) else 300
        found = {"Invocations": calls, "Errors": 0, "Throttles": 0, "IteratorAge": rng.uniform(80, 900)}
        return found | {"Duration": rng.uniform(110, 170), "ConcurrentExecutions": SHARDS}

    put_function_metrics(session, "position-map", span, reader)
    service = {"ClusterName": "fleet", "ServiceName": GATEWAY}
    load = {at: 1.0 if _busy(ago[at]) else 0.7 for at in span}
    measured.publish(session, "AWS/ECS", service, span[::3], lambda at: measured.service(rng, load[at], 33, 49))


def _alarms(session):
    put_alarm(
        session,
        "vehicle-positions-writes-refused",
        AlarmDescription="Kinesis refuses positions of vehicles.",
        Namespace="AWS/Kinesis",
        MetricName="WriteProvisionedThroughputExceeded",
        Dimensions={"StreamName": STREAM},
        EvaluationPeriods=3,
        Threshold=6_000,
    )
    put_alarm(
        session,
        "vehicle-positions-readers-behind",
        Namespace="AWS/Kinesis",
        MetricName="GetRecords.IteratorAgeMilliseconds",
        Dimensions={"StreamName": STREAM},
        Statistic="Maximum",
        EvaluationPeriods=5,
        Threshold=60_000,
    )
    set_healthy(session, "vehicle-positions-readers-behind")
