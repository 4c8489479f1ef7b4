"""API Gateway: which path and method, and what traces say of the integrations behind."""

from __future__ import annotations

from toolbox.plan import Step, if_traced
from toolbox.recipes import firewall
from toolbox.recipes.recipe import Recipe
from toolbox.services.traces import failed_traces

RECIPE = Recipe(
    "API Gateway (REST, HTTP, WebSocket)",
    ("AWS/ApiGateway",),
    "failed traces; routes and stages by the alarm's metric in parts; the functions behind by the general plan; "
    "what AWS WAF blocks where clients of REST stages are refused",
    (Step("traces", "Traces that failed", failed_traces, after=("metric",), shorten=if_traced), *firewall.STEPS),
)
