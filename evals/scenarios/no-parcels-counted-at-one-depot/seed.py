"""A gateway outside of AWS whose access key was deleted: everything it sends stops at once."""

from datetime import timedelta

from evals import measured
from evals.authoring import (
    invocation,
    make_function,
    make_role,
    minutes,
    of_day,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

DELETED = -52
"""Minute, relative to now, in which the key of Metz is deleted."""

DEPOTS = {"metz": 61, "lyon": 88, "nantes": 47}
"""Parcels in a minute of the busiest hour."""

KEYS = {"metz": "AKIAX3LQ5ZT2R6MB7QXD", "lyon": "AKIAX3LQ5ZT2VJ0K4WNE", "nantes": "AKIAX3LQ5ZT2C8PH1YSG"}


def seed(session, now, rng):
    """Make the account's state."""
    for depot in DEPOTS:
        session.client("iam").create_user(UserName=f"depot-{depot}")
        put_lines(session, f"/depots/{depot}", _gateway(now, rng, depot), [f"gw-{depot}-01"])
        put_metrics(
            session, "Depots", {"Depot": depot}, _counted(now, depot), lambda at, d=depot: _belt(at, rng, d)
        )
    put_lines(session, "/ecs/scan-hub", _scans(now, rng), ["hub/scan-hub/a", "hub/scan-hub/b"])
    _planner(session, now, rng)
    cleaning = ["{at} INFO label {n} printed", "{at} WARN label {n}: printer 3 is out of paper"]
    measured.make_bystanding_service(session, now, rng, "logistics", "label-print", cleaning, per_hour=30)
    tunnel = {"VpnId": "vpn-0c41d7e95ab320f68", "TunnelIpAddress": "203.0.113.61"}
    put_metrics(session, "AWS/VPN", tunnel, list(minutes(now, -36 * 60, -2, 5)), lambda at: _tunnel(at, rng))
    service = {"ClusterName": "logistics", "ServiceName": "scan-hub"}
    usual = measured.moments(now, 2)
    measured.publish(session, "AWS/ECS", service, usual, lambda at: measured.service(rng, of_day(at, 0.4, 1.0)))
    _alarms(session)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _stamp(at):
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _counted(now, depot):
    return [at for at in measured.moments(now) if depot != "metz" or _minute(at, now) < DELETED]


def _belt(at, rng, depot):
    counted = of_day(at, 0.5, 1.0) * DEPOTS[depot] * rng.uniform(0.85, 1.1)
    return {"ParcelsCounted": round(counted), "BeltSpeed": rng.uniform(1.9, 2.1)}


def _gateway(now, rng, depot):
    started = now - timedelta(days=4, minutes=DEPOTS[depot])
    if depot != "metz":
        started = now - timedelta(hours=21, minutes=DEPOTS[depot])
    yield started, f"{_stamp(started)} INFO belt-gateway 3.4.1 started on gw-{depot}-01"
    yield started, f"{_stamp(started)} INFO signing as IAM user depot-{depot} with key {KEYS[depot]}"
    for minute in minutes(now, -13 * 60, 0):
        if depot == "metz" and _minute(minute, now) >= DELETED:
            return
        at = within(minute, rng, 50)
        parcels = round(of_day(at, 0.5, 1.0) * DEPOTS[depot])
        yield at, f"{_stamp(at)} INFO published ParcelsCounted={parcels} belts=4 queue=0"
        if minute.minute in (5, 35):
            yield at + timedelta(seconds=2), f"{_stamp(at)} INFO settings read from /depots/{depot}/ (9 values)"
        if rng.random() < 0.04:
            at = within(minute, rng, 50)
            yield at, f"{_stamp(at)} WARN belt {rng.randint(1, 4)}: label unreadable, camera {rng.randint(1, 9)}"


def _scans(now, rng):
    """What the depots send through their tunnels: Metz goes on."""
    for minute in minutes(now, -9 * 60, 0):
        for depot, usual in DEPOTS.items():
            at = within(minute, rng)
            scans = round(of_day(at, 0.5, 1.0) * usual * rng.uniform(0.9, 1.1))
            yield at, f"{_stamp(at)} INFO scans depot={depot} received={scans} lag_ms={rng.randint(30, 210)}"
    for task in range(2):
        at = now - timedelta(minutes=57, seconds=20 * task)
        yield at, f"{_stamp(at)} INFO scan-hub 12.0.4 started"


def _planner(session, now, rng):
    role = make_role(session, "wave-planner-role", "lambda.amazonaws.com", ["cloudwatch:GetMetricData", "logs:*"])
    make_function(session, "wave-planner", role)
    lines = []
    for minute in minutes(now, -14 * 60, 0, 5):
        said = []
        for depot, usual in DEPOTS.items():
            if depot == "metz" and _minute(minute, now) > DELETED + 12:
                said.append("WARN depot metz: no counts for 15 minutes, planning with yesterday's")
            else:
                said.append(f"INFO depot {depot}: {usual * 5} parcels in 5 minutes, {usual // 12} vans")
        lines += invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(700, 1_300))
    put_function_lines(session, "wave-planner", lines)
    usual = {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": 940}
    put_function_metrics(session, "wave-planner", list(minutes(now, -36 * 60, -2, 5)), lambda _: usual)


def _tunnel(at, rng):
    return {"TunnelState": 1.0, "TunnelDataIn": of_day(at, 2.0e6, 4.0e6) * rng.uniform(0.9, 1.1)}


def _alarms(session):
    for depot in DEPOTS:
        put_alarm(
            session,
            f"{depot}-parcels-counted",
            AlarmDescription="No parcels counted for a quarter of an hour. Runbook: wiki/depots/belts",
            Namespace="Depots",
            MetricName="ParcelsCounted",
            Dimensions={"Depot": depot},
            Period=300,
            EvaluationPeriods=3,
            Threshold=1,
            ComparisonOperator="LessThanThreshold",
            TreatMissingData="breaching",
        )
        if depot != "metz":
            set_healthy(session, f"{depot}-parcels-counted")
