"""Which log groups belong to what: a resource's own, and those whose metric filter feeds an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.logs.hosts import groups_of_instances

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolbox.asking.answer import Asked
    from toolbox.asking.look import Look

_MOST = 4


def groups_of_signal(asked: Asked, look: Look) -> list[str]:
    """The log groups of an alarm: of its metric filters, of its query, of its resource, or named like it.

    For an error in a log that log comes first, then what the same resource writes besides.
    """
    found = [str(look.log["log_group"])] if look.log else []
    found += [group.rpartition("log-group:")[2].removesuffix(":*") for group in _queried(look.signal)]
    found += [each["group"] for each in filters_of_signal(asked, look)]
    found += groups_of(asked, look.dimensions)
    if len(found) < _MOST:
        found += groups_of_instances(asked, look.dimensions, look.called)
    return list(dict.fromkeys(found))[:_MOST]


def filters_of_signal(asked: Asked, look: Look) -> list[dict[str, Any]]:
    """The metric filters that publish the metrics of an alarm."""
    metrics = [metric for metric in look.signal.get("metrics") or () if metric.get("namespace")]
    own = [metric for metric in metrics if not str(metric["namespace"]).startswith("AWS/")]
    return [each for metric in own for each in filters_of(asked, str(metric["namespace"]), str(metric["name"]))]


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
        return [function_group(asked, function.partition(":")[0])]
    service, cluster = dimensions.get("ServiceName"), dimensions.get("ClusterName")
    if service and cluster:
        written = _of_tasks(asked, cluster, service)
        if written:
            return written
    names = {telling_name(value) for value in dimensions.values()}
    return [group for name in sorted(names) if len(name) > 3 for group in named_like(asked, name)]


def telling_name(value: str) -> str:
    """The part of a dimension's value that people chose: `shop` of `app/shop/50dc6c49`."""
    parts = value.split("/")
    if len(parts) > 2 and parts[0] in {"app", "net", "gwy", "targetgroup"}:
        return parts[1]
    return parts[-1].rpartition(":")[2]


def _of_tasks(asked: Asked, cluster: str, service: str) -> list[str]:
    """The groups the containers of a service write to."""
    client = looking.current().client("ecs")

    def read() -> list[str]:
        found = client.describe_services(cluster=cluster, services=[service])["services"]
        if not found:
            return []
        task = client.describe_task_definition(taskDefinition=found[0]["taskDefinition"])["taskDefinition"]
        options = [
            (each.get("logConfiguration") or {}).get("options") or {} for each in task["containerDefinitions"]
        ]
        return [str(each["awslogs-group"]) for each in options if each.get("awslogs-group")]

    nothing: list[str] = []
    return list(dict.fromkeys(asked.attempt("log groups of the containers", read, nothing)))


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
    names = [str(group["logGroupName"]) for group in found]
    return [name for name in names if not looking.current().is_own(name)]
