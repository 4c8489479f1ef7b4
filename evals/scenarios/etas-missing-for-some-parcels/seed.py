"""Connections that are not made: somebody else took the ports of the shared NAT gateway."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, put_metrics, set_healthy, within

PLANNING, SHORT = -37, -30
"""Minutes, relative to now: the planner begins; the first connection finds no port."""

ALARMED = {-28: 97, -27: 141, -26: 168}
NAT = "nat-0d4b6e81f3a92c750"
PORTS = 55_000
"""Connections a NAT gateway with one address holds to one destination (VPC user guide, NAT gateway basics)."""

TIMED_OUT = (
    'rpc error: code = Unavailable desc = matrix: Post "https://routes.waymark.example/v3/matrix": '
    "dial tcp 203.0.113.44:443: i/o timeout"
)


def seed(session, now, rng):
    """Make the account's state."""
    eta = [f"ecs/eta-service/{measured.task_id(f'eta {number}')}" for number in range(4)]
    put_lines(session, "/ecs/eta-service", _estimates(now, rng), eta)
    planner = [f"ecs/depot-planner/{measured.task_id(f'planner {number}')}" for number in range(6)]
    put_lines(session, "/ecs/depot-planner", _plans(now, rng), planner)
    drops = [
        "{at} INFO drop point {n} has room",
        "{at} INFO drop point {n} is full",
        ("{at} WARN drop point {n} silent"),
    ]
    measured.make_bystanding_service(session, now, rng, "parcel", "drop-points", drops, per_hour=45)
    drivers = [
        "{at} INFO driver {n} signed in",
        "{at} INFO tour {n} begun",
        "{at} WARN position of driver {n} is old",
    ]
    measured.make_bystanding_service(session, now, rng, "parcel", "driver-app", drivers, per_hour=30)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _zap(at, level, message, **more):
    return at, json.dumps({"level": level, "ts": round(at.timestamp(), 3), "msg": message, **more})


def _call(at, code, took, **more):
    grpc = {"grpc.service": "eta.v1.Eta", "grpc.method": "Estimate", "grpc.code": code, "grpc.time_ms": took}
    return _zap(at, "info" if code == "OK" else "error", "finished unary call", **grpc, **more)


def _failing(minute, rng):
    """Share of estimates that get no connection."""
    if minute < SHORT:
        return 0.0
    return rng.uniform(0.14, 0.2) * min(1.0, (minute - SHORT + 1) / 4)


def _estimates(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        relative = _minute(minute, now)
        for _ in range(rng.randint(9, 14) if relative > -90 else rng.randint(3, 5)):
            at = within(minute, rng)
            if rng.random() < _failing(relative, rng):
                yield _call(at, "Unavailable", 5_000 + rng.randint(1, 9), error=TIMED_OUT)
            else:
                yield _call(at, "OK", rng.randint(70, 160), legs=rng.randint(1, 9))
        if rng.random() < 0.06:
            yield _zap(
                within(minute, rng),
                "warn",
                "traffic model older than 10m, used all the same",
                age_s=rng.randint(601, 900),
            )


def _plans(now, rng):
    for day in (2, 1):
        began = now - timedelta(days=day) + timedelta(minutes=PLANNING)
        for number in range(6):
            yield _plan(
                began, "info", "depot-planner 0.8.4 started", workers=40, client="keepalive, 40 connections"
            )
            done = began + timedelta(minutes=64, seconds=7 * number)
            yield _plan(done, "info", "tours of tomorrow planned", depots=17, requests=rng.randint(60_000, 66_000))
        for minute in range(1, 64):
            at = within(began + timedelta(minutes=minute), rng)
            yield _plan(at, "info", "matrix answered", requests=minute * 980, host="routes.waymark.example")
    began = now + timedelta(minutes=PLANNING)
    for number in range(6):
        more = {"workers": 400, "client": "new connection for each request", "host": "routes.waymark.example"}
        yield _plan(began + timedelta(seconds=number), "info", "depot-planner 0.9.0 started", **more)
    for minute in minutes(now, PLANNING + 1, 0):
        done = (_minute(minute, now) - PLANNING) * 1_530
        for _ in range(3):
            more = {"requests": done + rng.randint(0, 900), "host": "routes.waymark.example"}
            yield _plan(within(minute, rng), "info", "matrix answered", **more)
        if _minute(minute, now) >= SHORT:
            told = "matrix failed, again in 2s: dial tcp 203.0.113.44:443: i/o timeout"
            yield _plan(within(minute, rng), "warn", told, worker=rng.randint(1, 400))


def _plan(at, level, message, **more):
    return _zap(at, level, message, logger="depot-planner", **more)


def _metrics(session, now, rng):
    def gateway(at):
        minute = _minute(at, now)
        attempts, active = 640 * rng.uniform(0.9, 1.1), 1_900 * rng.uniform(0.93, 1.07)
        planned = any(0 <= minute - PLANNING + day * 24 * 60 < 64 for day in (1, 2))
        active += 240 if planned else 0
        refused = 0.0
        if minute >= PLANNING:
            attempts += 9_300 * rng.uniform(0.95, 1.05)
            active += min(PORTS, 7_900 * (minute - PLANNING + 1))
            refused = 0.0 if minute < SHORT else 1_600 * rng.uniform(0.8, 1.2) * min(1.0, (minute - SHORT + 1) / 4)
        return {
            "ActiveConnectionCount": round(active),
            "ConnectionAttemptCount": round(attempts),
            "ConnectionEstablishedCount": round(attempts - refused),
            "ErrorPortAllocation": round(refused),
            "PacketsDropCount": 0,
            "IdleTimeoutCount": rng.randint(0, 12),
            "BytesOutToDestination": attempts * 9_000,
            "BytesInFromDestination": attempts * 31_000,
        }

    def calls(at):
        minute = _minute(at, now)
        failed = ALARMED.get(minute, round(860 * _failing(minute, rng)))
        return {"RpcFailed": failed}

    moments = measured.moments(now)
    measured.publish(session, "AWS/NATGateway", {"NatGatewayId": NAT}, moments, gateway)
    estimate = {"Method": "Estimate", "Code": "Unavailable"}
    put_metrics(session, "Eta/Service", estimate, moments, calls, {"RpcFailed": "Count"})
    answered = ((at, 860 * rng.uniform(0.95, 1.05)) for at in moments)
    put_metric(session, "Eta/Service", "RpcHandled", {"Method": "Estimate"}, answered, "Count")
    eta = {"ClusterName": "parcel", "ServiceName": "eta-service"}
    load = lambda at: measured.service(rng, measured.busy(at, rng), 33, 30)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", eta, moments[::4], load)
    planning = {"ClusterName": "planning", "TaskDefinitionFamily": "depot-planner"}
    running = ((at, 6) for at in moments if _minute(at, now) >= PLANNING)
    put_metric(session, "ECS/ContainerInsights", "RunningTaskCount", planning, running, "Count")


def _alarms(session):
    put_alarm(
        session,
        "eta-rpc-unavailable",
        AlarmDescription="Customers see no time of arrival.",
        Namespace="Eta/Service",
        MetricName="RpcFailed",
        Dimensions={"Method": "Estimate", "Code": "Unavailable"},
        EvaluationPeriods=3,
        Threshold=60,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "shared-egress-packet-loss",
        Namespace="AWS/NATGateway",
        MetricName="PacketsDropCount",
        Dimensions={"NatGatewayId": NAT},
        Period=300,
        EvaluationPeriods=2,
        Threshold=100,
    )
    set_healthy(session, "shared-egress-packet-loss")
