"""Custom metrics, those of a metric filter included: where a metric that fell silent went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.metric_names import metrics_like
from toolbox.plan import Step, answer_of, if_anything
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done


def if_it_fell(done: Done) -> dict[str, Any] | None:
    """Where the metric has no datapoints, or fewer than before."""
    metric = answer_of(done, "metric")
    reading = str(metric.get("reading") or "")
    fell = bool(metric.get("shape")) and float(metric.get("after") or 0) < float(metric.get("before") or 0)
    return {} if fell or "no datapoint" in reading else None


RECIPE = Recipe(
    "Custom metrics",
    ("",),
    "metrics of like names where one fell silent; lines a metric filter counts by the general plan",
    (
        Step(
            "metrics_like",
            "Metrics of like names that are published now",
            metrics_like,
            if_it_fell,
            after=("metric",),
            shorten=if_anything,
        ),
    ),
)
