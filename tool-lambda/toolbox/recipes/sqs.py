"""SQS: what lies in the dead-letter queue, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.metrics.related import related_metrics
from toolbox.plan import Step, answer_of, only_changes
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done


def dead_letters(done: Done) -> dict[str, Any] | None:
    """The dead-letter queue the configuration names."""
    queue = (answer_of(done, "configuration").get("dead_letters") or {}).get("queue")
    names = ("NumberOfMessagesSent", "ApproximateNumberOfMessagesVisible")
    return {"dimensions": {"QueueName": queue}, "names": names} if queue else None


RECIPE = Recipe(
    "SQS",
    ("AWS/SQS",),
    "growth of the dead-letter queue; sent and deleted by related metrics; consumers by the neighbourhood",
    (
        Step(
            "dead_letters",
            "The dead-letter queue",
            related_metrics,
            dead_letters,
            after=("configuration",),
            shorten=only_changes,
        ),
    ),
)
