"""Half of a cluster's hosts take no tasks."""

import json

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, set_healthy, within

CLUSTER, SERVICE = "courier-ec2", "route-solver"
WANTED = {SERVICE: 8, "parcel-index": 6}
RUNNING = {SERVICE: {-92: 8, -91: 7, -90: 6}, "parcel-index": {-92: 6, -91: 4, -90: 3}}
"""In the minutes in which tasks go."""

LEFT = {SERVICE: 5, "parcel-index": 3}
TARGETS = {
    "LoadBalancer": "app/courier-internal/4b8e1f207d6c39a5",
    "TargetGroup": "targetgroup/route-solver/7d10c2b3e4f5a698",
}


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"app/{SERVICE}/{measured.task_id(f'{SERVICE} run {number}')}" for number in range(5)]
    put_lines(session, f"/ecs/{SERVICE}", _solved(now, rng), streams)
    put_lines(
        session, "/ecs/parcel-index", _indexed(now, rng), [f"app/p/{measured.task_id('parcel-index run 0')}"]
    )
    make_bystander(session, now, rng, "route-export", ["[INFO] {n} routes exported"], per_hour=6)
    make_bystander(
        session, now, rng, "driver-ping", ["[INFO] driver {n} pinged", "[WARNING] driver {n} is silent"]
    )
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _running(service, minute):
    return WANTED[service] if minute < -92 else RUNNING[service].get(minute, LEFT[service])


def _solved(now, rng):
    for minute in minutes(now, -14 * 60, 0):
        slow = _minute(minute, now) > -90
        for _ in range(rng.randint(3, 7)):
            took = rng.randint(1_400, 3_300) if slow else rng.randint(380, 900)
            told = {"level": "info", "msg": "route solved", "stops": rng.randint(20, 140), "ms": took}
            at = within(minute, rng)
            yield at, json.dumps({"ts": at.isoformat(timespec="milliseconds"), **told})
        if rng.random() < 0.06:
            at = within(minute, rng)
            told = {"level": "warn", "msg": "address outside the depot's area", "stop": rng.randint(10**6, 10**7)}
            yield at, json.dumps({"ts": at.isoformat(timespec="milliseconds"), **told})


def _indexed(now, rng):
    for minute in minutes(now, -14 * 60, 0, 2):
        at = within(minute, rng)
        yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO {rng.randint(200, 900)} parcels indexed"


def _metrics(session, now, rng):
    moments = measured.moments(now)
    for service, memory in ((SERVICE, 63), ("parcel-index", 71)):
        where = {"ClusterName": CLUSTER, "ServiceName": service}

        def insights(at, service=service):
            running = _running(service, _minute(at, now))
            return {"RunningTaskCount": running, "DesiredTaskCount": WANTED[service], "PendingTaskCount": 0}

        def used(at, service=service, memory=memory):
            found = measured.service(rng, measured.busy(at, rng), memory, 68)
            share = WANTED[service] / _running(service, _minute(at, now))
            return found | {"CPUUtilization": min(rng.uniform(95, 98.5), found["CPUUtilization"] * share)}

        measured.publish(session, "ECS/ContainerInsights", where, moments, insights)
        measured.publish(session, "AWS/ECS", where, moments, used)

    def cluster(at):
        if _minute(at, now) > -91:
            return {"MemoryReservation": 92.05, "CPUReservation": 93.75}
        return {"MemoryReservation": 80.54, "CPUReservation": 82.03}

    measured.publish(session, "AWS/ECS", {"ClusterName": CLUSTER}, moments[::5], cluster)

    def targets(at):
        seconds = 2.1 if _minute(at, now) > -90 else 0.6
        found = measured.balancer(rng, 900 * measured.busy(at, rng), seconds)
        return found | {"HealthyHostCount": _running(SERVICE, _minute(at, now)), "UnHealthyHostCount": 0}

    measured.publish(session, "AWS/ApplicationELB", TARGETS, moments, targets)


def _stat(label, metric, stat):
    dimensions = [{"Name": "ClusterName", "Value": CLUSTER}, {"Name": "ServiceName", "Value": SERVICE}]
    found = {"Namespace": "ECS/ContainerInsights", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": label, "MetricStat": {"Metric": found, "Period": 60, "Stat": stat}, "ReturnData": False}


def _alarms(session):
    put_alarm(
        session,
        "route-solver-tasks-missing",
        AlarmDescription="route-solver runs at least two tasks fewer than it wants, for five minutes.",
        Metrics=[
            {"Id": "missing", "Expression": "wanted - running", "Label": "tasks missing", "ReturnData": True},
            _stat("wanted", "DesiredTaskCount", "Maximum"),
            _stat("running", "RunningTaskCount", "Minimum"),
        ],
        EvaluationPeriods=5,
        Threshold=2,
    )
    put_alarm(
        session,
        "courier-internal-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=TARGETS,
        EvaluationPeriods=3,
        Threshold=20,
    )
    set_healthy(session, "courier-internal-5xx")
