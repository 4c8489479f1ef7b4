"""PutMetricData (API reference)."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from local_aws.metrics import state
from local_aws.metrics.errors import ServiceError, not_here
from local_aws.metrics.store import REGULAR_RESOLUTION_S, Metric, Observation, observed
from local_aws.metrics.windows import DAY_S, HOUR_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_METRICS = 1000
_MOST_VALUES = 150
_GREATEST = 2.0**360
_OLDEST_S = 14 * DAY_S
_AHEAD_S = 2 * HOUR_S


def put_metric_data(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a PutMetricData request; nothing is kept of a request that is refused.

    Raises:
        ServiceError: what is wrong with which datum.
    """
    if request.get("EntityMetricData"):
        raise not_here("keep EntityMetricData", "Put the same data as MetricData.")
    data, now = request.get("MetricData") or [], time.time()
    if not data:
        raise ServiceError("MissingParameter", "The parameter MetricData is required.")
    if len(data) > _MOST_METRICS:
        message = f"The collection MetricData must not have a size greater than {_MOST_METRICS}."
        raise _refused(message)
    taken = [_taken(request["Namespace"], datum, number, now) for number, datum in enumerate(data, 1)]
    store = state.here()
    for metric, observations in taken:
        store.add(metric, observations)
    return {}


def _taken(namespace: str, datum: Mapping[str, Any], number: int, now: float) -> tuple[Metric, list[Observation]]:
    where = f"MetricData.member.{number}"
    at = datum.get("Timestamp", now)
    if not now - _OLDEST_S <= at <= now + _AHEAD_S:
        raise _refused(
            f"The parameter {where}.Timestamp must specify a time within the past two weeks and no more than two"
            " hours in the future."
        )
    resolution = datum.get("StorageResolution", REGULAR_RESOLUTION_S)
    if resolution not in (1, REGULAR_RESOLUTION_S):
        raise _refused(f"The parameter {where}.StorageResolution must be 1 or 60.")
    metric = Metric.of(namespace, datum["MetricName"], datum.get("Dimensions") or ())
    unit = datum.get("Unit", "None")
    return metric, list(_observations(datum, where, at, unit, resolution))


def _observations(
    datum: Mapping[str, Any], where: str, at: float, unit: str, resolution: int
) -> Iterator[Observation]:
    given = [name for name in ("Value", "Values", "StatisticValues") if datum.get(name) is not None]
    if len(given) != 1:
        raise ServiceError(
            "InvalidParameterCombination",
            f"{where} must have exactly one of Value, Values and StatisticValues, not {given or 'none'}.",
        )
    if given == ["StatisticValues"]:
        if datum["StatisticValues"]["SampleCount"] != 0:
            yield _statistic_set(datum["StatisticValues"], where, at, unit, resolution)
        return
    values = [datum["Value"]] if given == ["Value"] else datum["Values"]
    counts = datum.get("Counts") or [1.0] * len(values)
    if len(values) > _MOST_VALUES or len(counts) != len(values):
        raise _refused(f"{where} must have at most {_MOST_VALUES} Values, and as many Counts as Values.")
    for value, count in zip(values, counts, strict=True):
        _check_number(value, f"{where}.Value")
        _check_number(count, f"{where}.Counts")
        if count > 0:
            yield observed(at, value, unit, count, resolution)


def _statistic_set(given: Mapping[str, float], where: str, at: float, unit: str, resolution: int) -> Observation:
    for name, value in given.items():
        _check_number(value, f"{where}.StatisticValues.{name}")
    if given["SampleCount"] < 0 or given["Minimum"] > given["Maximum"]:
        raise _refused(f"{where}.StatisticValues is not a set of statistics: {dict(given)}")
    floored = at // resolution * resolution
    return Observation(
        floored, given["SampleCount"], given["Sum"], given["Minimum"], given["Maximum"], unit, resolution
    )


def _check_number(value: float, where: str) -> None:
    if not math.isfinite(value) or abs(value) > _GREATEST:
        raise _refused(f"The value {value} for parameter {where} is invalid.")


def _refused(message: str) -> ServiceError:
    return ServiceError("InvalidParameterValue", message)
