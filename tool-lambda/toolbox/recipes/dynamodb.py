"""DynamoDB: which operation or index is throttled, against what the table may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolbox.capacity.quotas import service_quotas
from toolbox.plan import Step
from toolbox.recipes.recipe import Recipe, changed_metric, where

if TYPE_CHECKING:
    from toolbox.plan import Done


def is_throttled(done: Done) -> bool:
    """Whether the table's throttling is what the alarm is about."""
    return changed_metric(done, "throttle")


RECIPE = Recipe(
    "DynamoDB",
    ("AWS/DynamoDB",),
    "throttles by operation and index in the metric's parts; capacity and scaling by configuration; table quotas",
    (
        Step(
            "quotas:dynamodb",
            "Quotas of tables",
            service_quotas,
            where(is_throttled, service="dynamodb", contains="throughput", most=3),
            after=("related_metrics",),
        ),
    ),
)
