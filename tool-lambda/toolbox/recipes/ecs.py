"""ECS: what Container Insights counts, where it is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.metrics.related import related_metrics
from toolbox.plan import Step, only_changes
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done

_INSIGHTS = ("RunningTaskCount", "PendingTaskCount", "DesiredTaskCount", "RestartCount", "MemoryUtilized")
_USAGE = ("CPUUtilization", "MemoryUtilization")


def insights(done: Done) -> dict[str, Any] | None:
    """The metrics of Container Insights, unless the alarm watches one of them: then they are told already."""
    del done  # the alarm says it
    look = looking.current()
    names = {key: value for key, value in look.dimensions.items() if key in ("ClusterName", "ServiceName")}
    other = look.namespace == "ECS/ContainerInsights"
    space, metrics = ("AWS/ECS", _USAGE) if other else ("ECS/ContainerInsights", _INSIGHTS)
    return {"dimensions": names, "namespace": space, "names": metrics} if len(names) == 2 else None


RECIPE = Recipe(
    "ECS",
    ("AWS/ECS", "ECS/ContainerInsights"),
    "tasks wanted, running and restarted by Container Insights, or CPU and memory beside them",
    (Step("tasks", "Tasks, CPU and memory", related_metrics, insights, after=("metric",), shorten=only_changes),),
)
