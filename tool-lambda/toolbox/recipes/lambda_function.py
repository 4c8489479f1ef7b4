"""Lambda: who holds the concurrency when it is throttled, shards when it lags behind a stream, failed traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.capacity.lambda_concurrency import lambda_concurrency
from toolbox.capacity.quotas import service_quotas
from toolbox.capacity.shards import stream_shards
from toolbox.plan import Step, answer_of, if_traced
from toolbox.recipes.recipe import Recipe, changed_metric, where
from toolbox.services.traces import failed_traces

if TYPE_CHECKING:
    from toolbox.plan import Done


def is_throttled(done: Done) -> bool:
    """Whether the alarm or a metric that changed beside it speaks of throttling."""
    return changed_metric(done, "throttle", "concurren")


def stream(done: Done) -> dict[str, Any] | None:
    """The stream a function reads, where it lags behind one."""
    if not changed_metric(done, "IteratorAge"):
        return None
    sources = answer_of(done, "surroundings").get("event_sources") or ()
    return next(({"name": each["source"]} for each in sources if each.get("StartingPosition")), None)


RECIPE = Recipe(
    "Lambda",
    ("AWS/Lambda",),
    "account concurrency and quota where calls are throttled; shards of a stream it lags behind; failed traces",
    (
        Step(
            "concurrency",
            "Who holds Lambda's concurrent executions",
            lambda_concurrency,
            where(is_throttled),
            after=("related_metrics",),
        ),
        Step(
            "quotas:lambda",
            "Quota of concurrent executions",
            service_quotas,
            where(is_throttled, service="lambda", contains="Concurrent executions", most=2),
            after=("related_metrics",),
        ),
        Step(
            "shards",
            "The stream it reads, shard by shard",
            stream_shards,
            stream,
            after=("related_metrics", "surroundings"),
        ),
        Step("traces", "Traces that failed", failed_traces, after=("metric",), shorten=if_traced),
    ),
)
