"""RDS and Aurora: what limits a database, whatever its alarm watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.metrics.related import related_metrics
from toolbox.plan import Step, only_changes
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done

_LIMITS = (
    "DatabaseConnections",
    "CPUUtilization",
    "FreeableMemory",
    "FreeStorageSpace",
    "DiskQueueDepth",
    "ReadIOPS",
    "WriteIOPS",
    "BurstBalance",
    "CPUCreditBalance",
    "ReplicaLag",
)


def over_a_day(done: Done) -> dict[str, Any] | None:
    """The limits since yesterday: what fills a database does so for hours."""
    del done  # the alarm says it
    found = looking.current().dimensions
    names = {key: found[key] for key in ("DBInstanceIdentifier", "DBClusterIdentifier") if key in found}
    return {"dimensions": names, "names": _LIMITS, "period": 900, "start": "-26h"} if len(names) == 1 else None


RECIPE = Recipe(
    "RDS and Aurora",
    ("AWS/RDS",),
    "connections, memory, storage, queue depth and I/O since yesterday; the limit of connections by configuration",
    (
        Step(
            "database_day",
            "What limits the database, since yesterday",
            related_metrics,
            over_a_day,
            after=("metric",),
            shorten=only_changes,
        ),
    ),
)
