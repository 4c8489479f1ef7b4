"""GetMetricData (API reference)."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region

from local_aws.metrics import labels, pages, queries, state
from local_aws.metrics.errors import invalid
from local_aws.metrics.pages import Result
from local_aws.metrics.queries import QuerySet, Range

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local_aws.metrics.math.values import Series

MOST_DATAPOINTS = 100_800

_TIMEZONE = re.compile(r"[+-](0\d|1[0-4])[0-5]\d")


def get_metric_data(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a GetMetricData request.

    Raises:
        ServiceError: CloudWatch, or this local AWS, does not answer it.
    """
    _check(request)
    looked = Range(request["StartTime"], request["EndTime"], time.time(), state.here())
    evaluated = QuerySet(request["MetricDataQueries"], looked)
    newest_first = request.get("ScanBy") != "TimestampAscending"
    results = [
        result
        for query in request["MetricDataQueries"]
        for result in _results(query, evaluated, newest_first=newest_first)
    ]
    size = request.get("MaxDatapoints") or MOST_DATAPOINTS
    found, position = pages.page(results, size, pages.position_of(request), newest_first=newest_first)
    answer: dict[str, Any] = {"MetricDataResults": found, "Messages": []}
    if evaluated.cut_off:
        text = f"A search found more than {queries.MOST_FOUND} metrics; the others are left out."
        answer["Messages"] = [{"Code": "MaxMetricsExceeded", "Value": text}]
    if position:
        answer["NextToken"] = pages.token(request, position)
    return answer


def _check(request: Mapping[str, Any]) -> None:
    if request["StartTime"] >= request["EndTime"]:
        raise invalid("The parameter StartTime must be less than the parameter EndTime.")
    if not 0 < (request.get("MaxDatapoints") or MOST_DATAPOINTS) <= MOST_DATAPOINTS:
        raise invalid(f"The parameter MaxDatapoints must be between 1 and {MOST_DATAPOINTS}.")
    zone = (request.get("LabelOptions") or {}).get("Timezone")
    if zone is not None and not _TIMEZONE.fullmatch(zone):
        raise invalid(f"The parameter LabelOptions.Timezone must be like +0130, not {zone!r}.")
    queries.check(request["MetricDataQueries"], get_account_id())


def _results(query: Mapping[str, Any], evaluated: QuerySet, *, newest_first: bool) -> Iterator[Result]:
    name = query["Id"]
    value = evaluated.value(name)  # computed also when it is not returned: what is wrong with it is an error
    if not query.get("ReturnData", True):
        return
    for series in queries.series_of(value, name):
        points = sorted(series.points.items(), reverse=newest_first)
        yield Result(name, _label(query, series, evaluated, of_several=isinstance(value, tuple)), points)


def _label(query: Mapping[str, Any], series: Series, evaluated: QuerySet, *, of_several: bool) -> str:
    """The query's label; of one of several series also the series' own (user guide, "Using metric math")."""
    given = query.get("Label")
    default = series.label if of_several else evaluated.default_label(query["Id"])
    if given is None:
        return default
    if "${" in given:
        return labels.render(given, series, default, get_region(), get_account_id())
    return f"{given} {series.label}".strip() if of_several else str(given)
