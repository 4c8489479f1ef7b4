"""Which log groups belong to what: a resource's own, and those whose metric filter feeds an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox import look as looking
from toolbox.answer import pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolbox.answer import Asked
    from toolbox.look import Look

_MOST = 4


def groups_of_signal(asked: Asked, look: Look) -> list[str]:
    """The log groups of an alarm: of its metric filters, of its query, of its resource, or named like it."""
    signal = look.signal
    found = [group.rpartition("log-group:")[2].removesuffix(":*") for group in _queried(signal)]
    for metric in signal.get("metrics") or ():
        if metric.get("namespace") and not str(metric["namespace"]).startswith("AWS/"):
            found += [each["group"] for each in filters_of(asked, str(metric["namespace"]), str(metric["name"]))]
    found += groups_of(asked, look.dimensions)
    return list(dict.fromkeys(found))[:_MOST]


def _queried(signal: Mapping[str, Any]) -> list[str]:
    return [str(group) for group in (signal.get("query") or {}).get("log_groups") or ()]


def filters_of(asked: Asked, namespace: str, name: str) -> list[dict[str, Any]]:
    """Metric filters that publish a metric: group, pattern, value."""
    client = looking.current().client("logs")
    nothing: list[Any] = []
    answer = asked.attempt(
        "metric filters",
        lambda: client.describe_metric_filters(metricNamespace=namespace, metricName=name)["metricFilters"],
        nothing,
    )
    return [
        {
            "group": each["logGroupName"],
            "filter": each.get("filterName"),
            "pattern": each.get("filterPattern"),
            "publishes": [
                {key: change.get(key) for key in ("metricValue", "defaultValue", "dimensions")}
                for change in each.get("metricTransformations") or ()
                if change.get("metricName") == name
            ],
        }
        for each in answer
    ]


def groups_of(asked: Asked, dimensions: Mapping[str, str]) -> list[str]:
    """The log groups of the resources that dimensions name."""
    function = dimensions.get("FunctionName")
    if function:
        return [function_group(asked, function.split(":")[0])]
    exact = _conventional(dimensions)
    names = {value.rpartition("/")[2] for value in dimensions.values()}
    found = [group for pattern in sorted(names) if len(pattern) > 3 for group in named_like(asked, pattern)]
    return [group for group in found if group in exact] or found


def _conventional(dimensions: Mapping[str, str]) -> set[str]:
    service, cluster = dimensions.get("ServiceName"), dimensions.get("ClusterName")
    return {f"/ecs/{service}", f"/aws/ecs/{cluster}/{service}", f"/ecs/{cluster}/{service}"} if service else set()


def function_group(asked: Asked, function: str) -> str:
    """A function's log group, which advanced logging controls may have moved."""
    client = looking.current().client("lambda")
    nothing: dict[str, Any] = {}
    found = asked.attempt(
        "log settings of the function",
        lambda: client.get_function_configuration(FunctionName=function).get("LoggingConfig") or {},
        nothing,
    )
    return str(found.get("LogGroup") or f"/aws/lambda/{function}")


def named_like(asked: Asked, pattern: str) -> list[str]:
    """Log groups whose name holds a text."""
    client = looking.current().client("logs")
    nothing: Iterable[Any] = ()
    found = asked.attempt(
        "log groups by name",
        lambda: list(pages(client, "describe_log_groups", "logGroups", most=10, logGroupNamePattern=pattern)),
        nothing,
    )
    return [str(group["logGroupName"]) for group in found]
