"""A log that says error in every line, and means none."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, put_metrics, set_healthy, within

RELEASED = -52
"""Minute, relative to now, from which both tasks write JSON."""

SERVICE = {"ClusterName": "haul", "ServiceName": "dispatch-planner"}
NO_DRIVER = 41
"""Every so many minutes there is a tour nobody can drive."""


def seed(session, now, rng):
    """Make the account's state."""
    names = [f"planner/dispatch-planner/{measured.task_id(f'planner {number}')}" for number in range(2)]
    put_lines(session, "/ecs/dispatch-planner", _planner(now, rng), names)
    session.client("logs").put_metric_filter(
        logGroupName="/ecs/dispatch-planner",
        filterName="error-lines",
        filterPattern="?ERROR ?error ?Exception",
        metricTransformations=[
            {
                "metricNamespace": "Dispatch",
                "metricName": "PlannerErrorLines",
                "metricValue": "1",
                "defaultValue": 0,
            }
        ],
    )
    gate = ["{at} INFO gate {n} opened", "{at} INFO lorry {n} weighed", "{at} WARN plate {n} not read"]
    measured.make_bystanding_service(session, now, rng, "haul", "yard-gate", gate, per_hour=22)
    fuel = ["{at} INFO {n} litres booked", "{at} INFO card {n} checked"]
    measured.make_bystanding_service(session, now, rng, "haul", "fuel-cards", fuel)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _lines(minute):
    """How many lines the planner writes in a minute."""
    return 13 + (minute * 5) % 7


def _failing(minute):
    return minute % NO_DRIVER == 0


def _planner(now, rng):
    for minute in minutes(now, -12 * 60, 0):
        ago = _minute(minute, now)
        for number in range(_lines(ago)):
            at, tour = within(minute, rng), rng.randint(80_000, 99_999)
            failed = number == 0 and _failing(ago)
            took, stops = rng.randint(120, 1_900), rng.randint(3, 24)
            if ago >= RELEASED:
                told = {"ts": at.isoformat(timespec="milliseconds"), "level": "error" if failed else "info"}
                told |= {"logger": "planner", "msg": "tour not planned" if failed else "tour planned"}
                told |= {"tour": tour, "stops": stops, "ms": took, "error": "no driver found" if failed else None}
                yield at, json.dumps(told)
                continue
            when = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            if failed:
                yield at, f"{when} ERROR planner tour={tour} not planned: no driver found"
            else:
                yield at, f"{when} INFO  planner tour={tour} planned stops={stops} in {took} ms"
    for number in range(2):
        at = now + timedelta(minutes=RELEASED, seconds=-40 + 11 * number)
        told = {"ts": at.isoformat(timespec="milliseconds"), "level": "info", "logger": "main"}
        yield at, json.dumps(told | {"msg": "dispatch-planner 3.0.0 started", "error": None})


def _metrics(session, now, rng):
    counted = []
    for at in minutes(now, -5 * 24 * 60, -2):
        minute = _minute(at, now)
        if minute >= RELEASED - 1:
            counted.append((at, _lines(minute) if minute >= RELEASED else 2))
        else:
            counted.append((at, int(_failing(minute))))
    put_metric(session, "Dispatch", "PlannerErrorLines", {}, counted)
    moments = measured.moments(now)
    planned = {"ServiceName": "dispatch-planner"}
    put_metrics(
        session,
        "Dispatch",
        planned,
        moments[::5],
        lambda at: {"ToursPlanned": 5 * _lines(_minute(at, now)) - rng.randint(0, 2)},
    )
    measured.publish(
        session, "AWS/ECS", SERVICE, moments[::2], lambda at: measured.service(rng, measured.busy(at, rng), 47, 40)
    )


def _alarms(session):
    put_alarm(
        session,
        "dispatch-planner-error-lines",
        AlarmDescription=(
            "dispatch-planner logs errors (metric filter on /ecs/dispatch-planner). Tours may not be planned."
        ),
        Namespace="Dispatch",
        MetricName="PlannerErrorLines",
        Period=300,
        EvaluationPeriods=2,
        Threshold=10,
    )
    put_alarm(
        session,
        "dispatch-planner-cpu",
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Dimensions=SERVICE,
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, "dispatch-planner-cpu")
