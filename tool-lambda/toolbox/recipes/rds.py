"""RDS and Aurora: what limits a database, whatever its alarm watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.logs.statements import slow_statements
from toolbox.metrics.related import related_metrics
from toolbox.plan import Step, if_anything, only_changes
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


def database(done: Done) -> dict[str, Any] | None:
    """The instance or cluster of the alarm."""
    del done  # the alarm says it
    found = looking.current().dimensions
    for key, kind in (("DBInstanceIdentifier", "instance"), ("DBClusterIdentifier", "cluster")):
        if key in found:
            return {"database": found[key], "kind": kind}
    return None


RECIPE = Recipe(
    "RDS and Aurora",
    ("AWS/RDS",),
    "connections, memory, storage, queue depth and I/O since yesterday; the limit of connections by "
    "configuration; the statements its log says are slow since the onset",
    (
        Step(
            "database_day",
            "What limits the database, since yesterday",
            related_metrics,
            over_a_day,
            after=("metric",),
            shorten=only_changes,
        ),
        Step(
            "statements",
            "Slow statements since the onset",
            slow_statements,
            database,
            after=("metric",),
            shorten=if_anything,
        ),
    ),
)
