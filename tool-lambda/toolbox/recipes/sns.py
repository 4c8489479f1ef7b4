"""SNS: why deliveries failed, where the topic logs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Asked
from toolbox.logs.errors import log_errors
from toolbox.logs.groups import named_like
from toolbox.plan import Step, if_anything
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done


def delivery_logs(done: Done) -> dict[str, Any] | None:
    """The groups SNS writes delivery failures to: `sns/REGION/ACCOUNT/TOPIC/Failure` (SNS developer guide)."""
    del done  # the alarm says it
    topic = looking.current().dimensions.get("TopicName")
    groups = [name for name in named_like(Asked(), f"{topic}/Failure") if name.startswith("sns/")] if topic else []
    return {"group": groups, "pattern": ""} if groups else None


RECIPE = Recipe(
    "SNS",
    ("AWS/SNS",),
    "the log of failed deliveries; subscriptions with their filters and dead letters by configuration",
    (
        Step(
            "deliveries",
            "Deliveries that failed",
            log_errors,
            delivery_logs,
            after=("metric",),
            shorten=if_anything,
        ),
    ),
)
