"""What a result is called (API reference, MetricDataQuery; user guide, "Using dynamic labels")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_aws.metrics.errors import not_here

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local_aws.metrics.math.values import Series, Source

_DYNAMIC = re.compile(r"\$\{([^}]*)\}")
_PROPERTY = re.compile(r"PROP\('([^']*)'\)")


def distinguishing(sources: Sequence[tuple[Source, int]]) -> list[str]:
    """Default labels of metrics shown together: what tells them apart, or else the metric's name.

    Args:
        sources: each metric with its period in seconds.
    """
    parts = [_parts(source, period) for source, period in sources]
    common = set(parts[0]).intersection(*parts[1:]) if parts else set()
    labels = (" ".join(part for part in one if part not in common) for one in parts)
    return [label or source.metric.name for label, (source, _) in zip(labels, sources, strict=True)]


def _parts(source: Source, period: int) -> list[str]:
    values = (value for _, value in source.metric.dimensions)
    return [source.metric.namespace, *values, source.metric.name, source.statistic, f"{period}"]


_VALUES: dict[str, Callable[[Sequence[float]], float]] = {
    "AVG": lambda values: sum(values) / len(values),
    "FIRST": lambda values: values[0],
    "LAST": lambda values: values[-1],
    "MAX": max,
    "MIN": min,
    "SUM": sum,
    "FIRST_LAST_RANGE": lambda values: abs(values[-1] - values[0]),
    "MIN_MAX_RANGE": lambda values: max(values) - min(values),
}


def check(label: str) -> None:
    """Refuse a label with a dynamic part that is not known here.

    Raises:
        ServiceError: AWS may know it, this local AWS does not.
    """
    known = [*_VALUES, "DATAPOINT_COUNT", "LABEL"]
    for name in _DYNAMIC.findall(label):
        if name not in known and not _PROPERTY.fullmatch(name):
            raise not_here(
                f"write ${{{name}}} into a label", f"It knows ${{PROP('…')}} and {', '.join(sorted(known))}."
            )


def render(label: str, series: Series, default: str, region: str, account: str) -> str:
    """A label with its dynamic parts filled in, each of which is empty where there is no data."""
    values = [value for _, value in series.in_order()]

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if named := _PROPERTY.fullmatch(name):
            return _property(named[1], series, region, account)
        if name == "LABEL":
            return default
        if name == "DATAPOINT_COUNT":
            return f"{len(values)}"
        return f"{_VALUES[name](values):.10g}" if values else ""

    return _DYNAMIC.sub(value, label)


def _property(name: str, series: Series, region: str, account: str) -> str:
    fixed = {"AccountId": account, "Region": region, "Period": f"{series.window.period}"}
    if name in fixed:
        return fixed[name]
    if series.source is None:
        return ""
    metric = series.source.metric
    of_metric = {"MetricName": metric.name, "Namespace": metric.namespace, "Stat": series.source.statistic}
    return of_metric.get(name) or dict(metric.dimensions).get(name.removeprefix("Dim."), "")
