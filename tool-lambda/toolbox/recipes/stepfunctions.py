"""Step Functions: traces of what the states call; failures with error and cause are configuration."""

from __future__ import annotations

from toolbox.plan import Step, if_traced
from toolbox.recipes.recipe import Recipe
from toolbox.traces import failed_traces

RECIPE = Recipe(
    "Step Functions",
    ("AWS/States",),
    "failed traces; the latest failures with error, cause and state by configuration; what starts it nearby",
    (Step("traces", "Traces that failed", failed_traces, after=("metric",), shorten=if_traced),),
)
