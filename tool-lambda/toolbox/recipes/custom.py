"""Custom metrics, those of a metric filter included: where a metric that fell silent went."""

from __future__ import annotations

from toolbox.metrics.names import metrics_like
from toolbox.plan import Step, if_anything, if_it_fell
from toolbox.recipes.recipe import Recipe, where

RECIPE = Recipe(
    "Custom metrics",
    ("",),
    "metrics of like names where one fell silent; lines a metric filter counts by the general plan",
    (
        Step(
            "metrics_like",
            "Metrics of like names that are published now",
            metrics_like,
            where(if_it_fell),
            after=("metric",),
            shorten=if_anything,
        ),
    ),
)
