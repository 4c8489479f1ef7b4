"""What needs no steps of its own: the general plan and the kind of its resource serve it."""

from __future__ import annotations

from toolbox.recipes.recipe import Recipe

CANARIES = Recipe(
    "Synthetics canaries",
    ("CloudWatchSynthetics",),
    "the canary's configuration, its function's log, and what is called like it",
)
EVENTS = Recipe(
    "EventBridge rules",
    ("AWS/Events",),
    "the rule's state, pattern, schedule and targets; the targets by the neighbourhood",
)
EXPRESSIONS = Recipe(
    "Metric math, composite alarms, anomaly bands",
    (),
    "every input of an expression, the children of a composite that ring, the band beside its metric",
)
