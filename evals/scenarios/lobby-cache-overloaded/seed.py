"""One command that goes through all keys, again and again."""

import json
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

SINCE = -46
"""Minutes, relative to now: the census runs every minute."""

ALARMED = {-45: 94.1, -44: 96.8, -43: 97.2, -42: 96.4, -41: 97.5}
SHARDS = [f"{region}-{number}" for region in ("eu", "us", "ap") for number in range(1, 9)]
PRIMARY, REPLICA = "lobby-cache-001", "lobby-cache-002"
SERVICE = {"ClusterName": "arena", "ServiceName": "lobby-api"}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "presence-census-role", "lambda.amazonaws.com", ["cloudwatch:PutMetricData"])
    variables = {"CACHE": "lobby-cache.k2v9xd.ng.0001.euc1.cache.amazonaws.com:6379", "SHARDS": "24"}
    make_function(session, "presence-census", role, Timeout=90, Environment={"Variables": variables})
    slow, census = _slow(now, rng)
    put_lines(session, "/elasticache/lobby-cache/slow-log", slow, [PRIMARY])
    put_function_lines(session, "presence-census", census)
    put_lines(session, "/ecs/lobby-api", _api(now, rng), [f"api/lobby-api/{measured.task_id(c)}" for c in "abc"])
    make_bystander(session, now, rng, "skin-catalog", ["[INFO] {n} skins listed", "[INFO] skin {n} has no image"])
    told = ["{at} INFO match {n} begun", "{at} INFO match {n} ended", "{at} WARN player {n} left early"]
    measured.make_bystanding_service(session, now, rng, "arena", "match-api", told, per_hour=60)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _slow(now, rng):
    slow, census, number = [], [], 40_112
    for hour in range(-60, 0):
        at = within(now + timedelta(hours=hour), rng, 3_300)
        number += 1
        slow.append(
            _entry(at, number, rng.randint(51_000, 88_000), "UNLINK lobby:archive:{n}", rng, "10.50.12.88")
        )
    for minute in minutes(now, SINCE, -1):
        at, said = within(minute, rng, 4), []
        start = at
        for shard in SHARDS:
            took = rng.uniform(1_950_000, 2_240_000)
            at += timedelta(microseconds=took)
            number += 1
            slow.append(_entry(at, number, round(took), f"KEYS presence:{shard}:*", rng, "10.50.21.147"))
            said.append(
                f"[INFO] {rng.randint(60_000, 124_000)} matches of presence:{shard}:* in {took / 1_000:.0f} ms"
            )
        spent = (at - start).total_seconds() * 1_000
        if at < now:
            census += invocation(start, rng, said[::4], duration_ms=spent + 60, used_mib=301)
    return slow, census


def _entry(at, number, took, command, rng, address):
    told = {
        "CacheClusterId": PRIMARY,
        "CacheNodeId": "0001",
        "Id": number,
        "Timestamp": int(at.timestamp()),
        "Duration (us)": took,
        "Command": command.replace("{n}", str(rng.randint(10_000, 99_999))),
        "ClientAddress": f"{address}:{rng.randint(32_000, 61_000)}",
        "ClientName": "",
    }
    return at, json.dumps(told)


def _api(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        blocked = _minute(minute, now) >= SINCE
        for _ in range(rng.randint(8, 13)):
            at, lobby = within(minute, rng), rng.randint(100_000, 999_999)
            stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            if rng.random() < (0.31 if blocked else 0.004):
                told = "valkey.exceptions.TimeoutError: Timeout reading from lobby-cache (0.25 s)"
                yield at, f"{stamp} ERROR POST /lobbies/{lobby}/join 503 {told}"
            else:
                took = rng.uniform(40, 240) if blocked else rng.uniform(6, 31)
                yield at, f"{stamp} INFO POST /lobbies/{lobby}/join 200 {took:.0f} ms"
            if rng.random() < 0.03:
                yield at, f"{stamp} WARN lobby {lobby} is full"


def _metrics(session, now, rng):
    span = measured.moments(now)

    def primary(at):
        blocked, load = _minute(at, now) >= SINCE, measured.busy(at, rng)
        cpu = ALARMED.get(_minute(at, now), rng.uniform(95.4, 98.1)) if blocked else 21 * load
        served = 410_000 * load * (0.58 if blocked else 1)
        return {
            "EngineCPUUtilization": cpu,
            "CPUUtilization": cpu / 2 + rng.uniform(2, 4),
            "CurrConnections": round(rng.uniform(410, 440) if blocked else rng.uniform(238, 252)),
            "NewConnections": rng.randint(900, 1_600) if blocked else rng.randint(1, 9),
            "CacheHits": round(served * 0.9),
            "CacheMisses": round(served * 0.1),
            "CurrItems": 2_310_000 + rng.randint(-20_000, 20_000),
            "Evictions": 0,
            "DatabaseMemoryUsagePercentage": rng.uniform(47, 48.5),
            "GetTypeCmdsLatency": rng.uniform(9, 14),
            "KeyBasedCmdsLatency": rng.uniform(180, 260) if blocked else rng.uniform(9, 14),
        }

    def replica(at):
        found = {"EngineCPUUtilization": 8 * measured.busy(at, rng), "CurrConnections": 14, "Evictions": 0}
        return found | {"DatabaseMemoryUsagePercentage": rng.uniform(47, 48.5)}

    for node, values in ((PRIMARY, primary), (REPLICA, replica)):
        where = {"CacheClusterId": node, "CacheNodeId": "0001"}
        units = {"KeyBasedCmdsLatency": "Microseconds", "GetTypeCmdsLatency": "Microseconds"}
        put_metrics(session, "AWS/ElastiCache", where, span, values, units | {"EngineCPUUtilization": "Percent"})
    measured.publish(session, "AWS/ECS", SERVICE, span, lambda at: measured.service(rng, measured.busy(at, rng)))

    def requests(at):
        blocked = _minute(at, now) >= SINCE
        asked = 31_000 * measured.busy(at, rng)
        return measured.balancer(rng, asked, 0.17 if blocked else 0.019, failing=0.31 if blocked else 0.004)

    where = {"LoadBalancer": "app/arena/4d7c2e9b1f08a635", "TargetGroup": "targetgroup/lobby-api/0e95c3b7d1a2f486"}
    measured.publish(session, "AWS/ApplicationELB", where, span, requests)

    def census(_):
        return {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": rng.uniform(49_500, 51_200)}

    put_function_metrics(session, "presence-census", minutes(now, SINCE, -2), census)


def _alarms(session):
    put_alarm(
        session,
        "lobby-cache-engine-cpu",
        AlarmDescription="The engine of the lobby's cache is busy for more than nine tenths of the time.",
        Namespace="AWS/ElastiCache",
        MetricName="EngineCPUUtilization",
        Dimensions={"CacheClusterId": PRIMARY, "CacheNodeId": "0001"},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=90,
    )
    put_alarm(
        session,
        "lobby-cache-memory",
        Namespace="AWS/ElastiCache",
        MetricName="DatabaseMemoryUsagePercentage",
        Dimensions={"CacheClusterId": PRIMARY, "CacheNodeId": "0001"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=80,
    )
    set_healthy(session, "lobby-cache-memory")
