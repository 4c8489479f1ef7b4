"""GetMetricStatistics (API reference)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from local_aws.metrics import state, statistics
from local_aws.metrics.errors import ServiceError
from local_aws.metrics.store import Metric
from local_aws.metrics.windows import Window, valid_period

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local_aws.metrics.statistics import Statistic
    from local_aws.metrics.store import Observation

MOST_DATAPOINTS = 1440


def get_metric_statistics(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a GetMetricStatistics request; data of different units makes datapoints of their own.

    Raises:
        ServiceError: CloudWatch does not answer it.
    """
    simple, extended = _statistics(request)
    window = _window(request)
    metric = Metric.of(request["Namespace"], request["MetricName"], request.get("Dimensions") or ())
    found = state.here().read(metric, window.start, window.end)
    units = sorted({one.unit for one in found if request.get("Unit") in (None, one.unit)})
    datapoints = [
        {"Timestamp": at, "Unit": unit, **_values(observations, simple, extended)}
        for unit in units
        for at, observations in window.sorted_in(one for one in found if one.unit == unit).items()
    ]
    return {"Label": request["MetricName"], "Datapoints": datapoints}


def _statistics(request: Mapping[str, Any]) -> tuple[list[Statistic], list[Statistic]]:
    simple, extended = request.get("Statistics") or [], request.get("ExtendedStatistics") or []
    if bool(simple) == bool(extended):
        raise ServiceError(
            "InvalidParameterCombination",
            "Either Statistics or ExtendedStatistics must be specified, and not both.",
        )
    try:
        parsed = [statistics.parse(name) for name in (*simple, *extended)]
    except statistics.UnknownStatisticError as error:
        raise ServiceError("InvalidParameterValue", str(error)) from error
    misplaced = [name for name in extended if name in statistics.SIMPLE_NAMES]
    if misplaced:
        raise ServiceError("InvalidParameterValue", f"{misplaced[0]} is not an extended statistic.")
    return (parsed, []) if simple else ([], parsed)


def _window(request: Mapping[str, Any]) -> Window:
    start, end, period = request["StartTime"], request["EndTime"], request["Period"]
    if start >= end:
        message = "The parameter StartTime must be less than the parameter EndTime."
        raise ServiceError("InvalidParameterCombination", message)
    if not valid_period(period):
        message = "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60."
        raise ServiceError("InvalidParameterValue", message)
    window = Window.asked(start, end, period, time.time())
    asked = -(-(window.end - window.start) // period)
    if asked > MOST_DATAPOINTS:
        message = (
            f"You have requested up to {asked:.0f} datapoints, which exceeds the limit of {MOST_DATAPOINTS}. You"
            " may reduce the datapoints requested by increasing Period, or decreasing the time range."
        )
        raise ServiceError("InvalidParameterCombination", message)
    return window


def _values(
    observations: Sequence[Observation], simple: Sequence[Statistic], extended: Sequence[Statistic]
) -> dict[str, Any]:
    found: dict[str, Any] = {one.name: one.of(observations) for one in simple}
    values = {one.name: value for one in extended if (value := one.of(observations)) is not None}
    return found | ({"ExtendedStatistics": values} if values else {})
