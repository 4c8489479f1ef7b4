"""Metric filters: put, described and tested. What they emit is in `emission`.

User guide, "Creating metrics from log events using filters", and the API reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch_logs

from local_aws import clock
from local_aws.logs.groups import named
from local_aws.logs.paging import page
from local_aws.logs.patterns.comparisons import number_in
from local_aws.logs.reading import compiled
from local_aws.logs.refusals import RefusedError, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.logs.patterns import Pattern

_MOST_PER_GROUP = 100
_MOST_DIMENSIONS = 3
_MOST_REGULAR_EXPRESSIONS_PER_GROUP = 5
_PAGE = 50
_SELECTOR = re.compile(r"\$\S+")
_SHOWN = ("filterName", "filterPattern", "metricTransformations", "creationTime", "logGroupName")


def put_metric_filter(request: Mapping[str, Any]) -> dict[str, Any]:
    """PutMetricFilter: creates or replaces a filter with one transformation."""
    group = named(str(request["logGroupName"]))
    group.require_standard("PutMetricFilter")
    name, pattern = str(request["filterName"]), str(request["filterPattern"])
    _check_transformation(request["metricTransformations"][0], compiled(pattern))
    _check_limits(group.name, name, compiled(pattern))
    cloudwatch_logs._metric_filters[group.name, name] = {
        "filterName": name,
        "logGroupName": group.name,
        "filterPattern": pattern,
        "metricTransformations": request["metricTransformations"],
        "creationTime": int(clock.now() * 1000),
    }
    return {}


def _check_transformation(transformation: Mapping[str, Any], pattern: Pattern) -> None:
    value = str(transformation["metricValue"])
    if not _SELECTOR.fullmatch(value) and number_in(value) is None:
        raise invalid(
            f"Invalid metric transformation: metricValue '{value}' is neither a number nor a $ selector."
        )
    dimensions = transformation.get("dimensions") or {}
    if dimensions and not pattern.names_fields:
        raise invalid("The specified filter pattern does not support dimensions")
    if dimensions and transformation.get("defaultValue") is not None:
        raise invalid(
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties."
        )
    if len(dimensions) > _MOST_DIMENSIONS:
        raise invalid(f"Invalid metric transformation: more than {_MOST_DIMENSIONS} dimensions.")


def _check_limits(group: str, name: str, pattern: Pattern) -> None:
    others = [one for key, one in cloudwatch_logs._metric_filters.items() if key[0] == group and key[1] != name]
    used = sum(compiled(one["filterPattern"]).regular_expressions > 0 for one in others)
    if len(others) >= _MOST_PER_GROUP or (
        pattern.regular_expressions and used >= _MOST_REGULAR_EXPRESSIONS_PER_GROUP
    ):
        raise RefusedError("LimitExceededException", "Resource limit exceeded.")


def describe_metric_filters(request: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeMetricFilters: of a log group, by prefix, or of a metric; sorted by name."""
    group, prefix = request.get("logGroupName"), str(request.get("filterNamePrefix") or "")
    metric, namespace = request.get("metricName"), request.get("metricNamespace")
    if bool(metric) != bool(namespace):
        raise invalid("Describe Metric Filters request must contain both MetricName and MetricNamespace")
    if group:
        named(str(group))
    found = [
        one
        for one in cloudwatch_logs._metric_filters.values()
        # The prefix counts only beside a log group (API reference).
        if (not group or (one["logGroupName"] == group and one["filterName"].startswith(prefix)))
        and (not metric or _emits(one, metric, namespace))
    ]
    found.sort(key=lambda one: (one["filterName"], one["logGroupName"]))
    shown, more = page("DescribeMetricFilters", request, found, _PAGE)
    return {"metricFilters": [{member: one[member] for member in _SHOWN} for one in shown], **more}


def _emits(metric_filter: Mapping[str, Any], metric: object, namespace: object) -> bool:
    return any(
        (one.get("metricName"), one.get("metricNamespace")) == (metric, namespace)
        for one in metric_filter["metricTransformations"]
    )


def test_metric_filter(request: Mapping[str, Any]) -> dict[str, Any]:
    """TestMetricFilter: the sample messages that match, and what the pattern's fields find in them."""
    pattern = compiled(str(request["filterPattern"]))
    return {
        "matches": [
            {"eventNumber": number, "eventMessage": message, "extractedValues": dict(pattern.extracted(message))}
            for number, message in enumerate(request["logEventMessages"], 1)
            if pattern.matches(message)
        ]
    }
