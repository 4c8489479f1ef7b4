"""A service that writes where nobody may write any more."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, set_healthy, within

FAILED_OVER, FIRST = timedelta(minutes=38, seconds=2), timedelta(minutes=37, seconds=9)
"""Before now: the other node becomes primary; the first write is refused."""

BALANCER = "app/shop-internal/2c4e6a8b0d1f3579"
TRACE = (
    "Traceback (most recent call last):",
    '  File "/srv/basket/store.py", line 118, in put',
    "    self._redis.hset(key, mapping=fields)",
    '  File "/usr/local/lib/python3.13/site-packages/redis/client.py", line 647, in execute_command',
    "    raise response",
    "redis.exceptions.ReadOnlyError: You can't write against a read only replica.",
)


def seed(session, now, rng):
    """Make the account's state."""
    for task in range(5):
        _write(session, f"ecs/basket-api/{measured.task_id(f'basket {task}')}", sorted(_baskets(now, rng, task)))
    sessions = ["{at} INFO session {n} read", "{at} INFO session {n} written", "{at} WARN session {n} has ended"]
    measured.make_bystanding_service(session, now, rng, "shop", "session-api", sessions, per_hour=60)
    _reconnected(session, now)
    pages = ["{at} GET / 200", "{at} GET /p/{n} 200", "{at} GET /favicon.ico 404"]
    measured.make_bystanding_service(session, now, rng, "shop", "shop-pages", pages, per_hour=40)
    _metrics(session, now, rng)


def _write(session, stream, lines):
    """One stream of one task: its lines stay in their order, also within a traceback."""
    logs = session.client("logs")
    if stream.endswith(measured.task_id("basket 0")):
        logs.create_log_group(logGroupName="/ecs/basket-api")
    logs.create_log_stream(logGroupName="/ecs/basket-api", logStreamName=stream)
    events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, _, text in lines]
    for start in range(0, len(events), 1_000):
        batch = events[start : start + 1_000]
        logs.put_log_events(logGroupName="/ecs/basket-api", logStreamName=stream, logEvents=batch)


def _refused(at, basket, request):
    head = f"{at:%Y-%m-%dT%H:%M:%SZ} ERROR [basket.store] request_id={request} PUT /baskets/{basket} not written"
    yield from ((at, number, text) for number, text in enumerate((head, *TRACE)))


def _baskets(now, rng, task):
    if task == 2:
        yield from _refused(now - FIRST, "b-8810427", "7c1e20b4")
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(1, 2)):
            at, request = within(minute, rng), f"{rng.getrandbits(32):08x}"
            basket, write = f"b-{rng.randint(10**6, 10**7)}", rng.random() < 0.3
            if at >= now - timedelta(seconds=1):
                continue
            if write and at > now - FIRST:
                yield from _refused(at, basket, request)
                continue
            told = f"{'PUT' if write else 'GET'} /baskets/{basket} 200 {rng.randint(2, 19)} ms"
            yield at, 0, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO [basket.http] request_id={request} {told}"
        if rng.random() < 0.03:
            at = within(minute, rng, 50)
            told = f"catalog slow: {rng.randint(500, 1_900)} ms, price of yesterday used"
            yield at, 0, f"{at:%Y-%m-%dT%H:%M:%SZ} WARNING [basket.prices] {told}"


def _reconnected(session, now):
    at = now - FAILED_OVER + timedelta(seconds=11)
    stream = session.client("logs").describe_log_streams(logGroupName="/ecs/session-api")["logStreams"][0]
    told = f"{at:%Y-%m-%dT%H:%M:%S}.000Z WARN connection to the session store lost, connected again after 4 s"
    session.client("logs").put_log_events(
        logGroupName="/ecs/session-api",
        logStreamName=stream["logStreamName"],
        logEvents=[{"timestamp": int(at.timestamp() * 1000), "message": told}],
    )


def _metrics(session, now, rng):
    def balanced(at):
        failing = 0.29 if at >= now - timedelta(minutes=37) else 0.0
        return measured.balancer(rng, 280 * measured.busy(at, rng) + 60, 0.02, failing=failing)

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": "targetgroup/basket-api/7f9b1d3c5e0a2468"}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)
    for node in ("001", "002"):
        cache = {"CacheClusterId": f"shop-sessions-{node}"}
        measured.publish(
            session, "AWS/ElastiCache", cache, moments[::3], lambda at, n=node: _node(at, now, rng, n)
        )
    put_alarm(
        session,
        "shop-sessions-memory",
        Namespace="AWS/ElastiCache",
        MetricName="DatabaseMemoryUsagePercentage",
        Dimensions={"CacheClusterId": "shop-sessions-001"},
        Statistic="Average",
        Period=300,
        Threshold=80,
    )
    set_healthy(session, "shop-sessions-memory")


def _node(at, now, rng, node):
    primary = (node == "001") == (at < now - FAILED_OVER)
    if node == "001" and now - FAILED_OVER <= at < now - timedelta(minutes=31):
        return {}
    load = measured.busy(at, rng)
    return {
        "EngineCPUUtilization": (21 if primary else 6) * load,
        "CPUUtilization": (14 if primary else 5) * load,
        "CurrConnections": 210 if primary else 34,
        "DatabaseMemoryUsagePercentage": 47 * rng.uniform(0.99, 1.01),
        "Evictions": 0,
        "IsMaster": 1 if primary else 0,
        "ReplicationLag": 0 if primary else rng.uniform(0.2, 0.9),
        "SetTypeCmds": (5_200 if primary else 0) * load,
        "GetTypeCmds": (19_000 if primary else 300) * load,
    }
