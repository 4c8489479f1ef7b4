"""What is read of metrics: queries, from alarms as events bring them and as DescribeAlarms shows them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Query:
    """One metric or expression to read.

    Attributes:
        id: Name among the queries read together.
        namespace: For a plain metric.
        name: For a plain metric; else the label.
        dimensions: For a plain metric.
        statistic: For a plain metric.
        period_s: Length of one datapoint.
        expression: Metric math instead.
        watched: Whether the alarm compares it with its threshold.
    """

    id: str
    namespace: str = ""
    name: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str = "Average"
    period_s: int = 60
    expression: str = ""
    watched: bool = True

    @property
    def title(self) -> str:
        """The metric in one line."""
        if self.expression:
            return self.expression
        named = ",".join(f"{key}={value}" for key, value in sorted(self.dimensions.items()))
        return f"{self.namespace} {self.name} {{{named}}} {self.statistic}/{self.period_s}s"

    def to_api(self) -> dict[str, Any]:
        """As GetMetricData takes it."""
        if self.expression:
            return {"Id": self.id, "Expression": self.expression, "Period": self.period_s, "ReturnData": True}
        listed = [{"Name": key, "Value": value} for key, value in self.dimensions.items()]
        metric = {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": listed}
        return {
            "Id": self.id,
            "MetricStat": {"Metric": metric, "Period": self.period_s, "Stat": self.statistic},
            "ReturnData": True,
        }


def of_signal(signal: Mapping[str, Any]) -> list[Query]:
    """The metrics an alarm watches, inputs of its expression included."""
    metrics = list(signal.get("metrics") or ())
    periods = [int(metric["period_s"]) for metric in metrics if metric.get("period_s")]
    found = []
    for number, metric in enumerate(metrics):
        found.append(
            Query(
                id=str(metric.get("id") or f"m{number}"),
                namespace=str(metric.get("namespace") or ""),
                name=str(metric.get("name") or metric.get("id") or ""),
                dimensions=dict(metric.get("dimensions") or {}),
                statistic=str(metric.get("statistic") or "Average"),
                period_s=int(metric.get("period_s") or max(periods, default=60)),
                expression=str(metric.get("expression") or ""),
                watched=bool(metric.get("returns_data", True)),
            )
        )
    return _with_valid_ids(found)


def of_alarm(alarm: Mapping[str, Any]) -> list[Query]:
    """The metrics of an alarm as DescribeAlarms shows it."""
    return of_signal({"metrics": [_of_description(each) for each in _entries(alarm)]})


def _entries(alarm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    if not alarm.get("MetricName"):
        return []
    metric = {key: alarm.get(key) for key in ("Namespace", "MetricName", "Dimensions")}
    stat = alarm.get("Statistic") or alarm.get("ExtendedStatistic") or "Average"
    return [{"Id": "m1", "MetricStat": {"Metric": metric, "Stat": stat, "Period": alarm.get("Period")}}]


def _of_description(entry: Mapping[str, Any]) -> dict[str, Any]:
    stat = entry.get("MetricStat") or {}
    metric = stat.get("Metric") or {}
    return {
        "id": entry.get("Id"),
        "namespace": metric.get("Namespace"),
        "name": metric.get("MetricName") or entry.get("Label"),
        "dimensions": {each["Name"]: each["Value"] for each in metric.get("Dimensions") or ()},
        "statistic": stat.get("Stat"),
        "period_s": stat.get("Period") or entry.get("Period"),
        "expression": entry.get("Expression"),
        "returns_data": entry.get("ReturnData", True),
    }


def _with_valid_ids(queries: Sequence[Query]) -> list[Query]:
    """Events may carry ids GetMetricData refuses, such as UUIDs; no expression refers to those."""
    named = []
    for number, query in enumerate(queries):
        valid = query.id[:1].islower() and query.id.replace("_", "a").isalnum()
        named.append(query if valid else replace(query, id=f"m{number}"))
    return named
