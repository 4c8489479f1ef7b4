"""ElastiCache: what fills a node, since yesterday, and which commands are slow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.logs.in_common import log_shares
from toolbox.metrics.related import related_metrics
from toolbox.plan import Step, answer_of, if_anything, only_changes
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done

_TELLING = (
    "Evictions",
    "CacheHitRate",
    "DatabaseMemoryUsagePercentage",
    "EngineCPUUtilization",
    "CurrConnections",
    "CurrItems",
    "ReplicationLag",
    "SwapUsage",
)


def over_a_day(done: Done) -> dict[str, Any] | None:
    """The node's telling metrics since yesterday."""
    del done  # the alarm says it
    name = looking.current().dimensions.get("CacheClusterId")
    dimensions = {"CacheClusterId": name}
    return {"dimensions": dimensions, "names": _TELLING, "period": 900, "start": "-26h"} if name else None


def slow_log(done: Done) -> dict[str, Any] | None:
    """Where the node writes which commands were slow."""
    group = answer_of(done, "configuration").get("slow_log")
    return {"group": group} if group else None


RECIPE = Recipe(
    "ElastiCache",
    ("AWS/ElastiCache",),
    "evictions, hit rate, memory and connections since yesterday; slow commands by the slow log; "
    "node types and events by configuration",
    (
        Step(
            "cache_day",
            "What fills the cache, since yesterday",
            related_metrics,
            over_a_day,
            after=("metric",),
            shorten=only_changes,
        ),
        Step(
            "slow_commands",
            "Which commands are slow since the onset",
            log_shares,
            slow_log,
            after=("configuration",),
            shorten=if_anything,
        ),
    ),
)
