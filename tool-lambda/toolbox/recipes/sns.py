"""SNS: why deliveries failed, where the topic logs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Asked
from toolbox.logs.errors import log_errors
from toolbox.logs.groups import named_like
from toolbox.metrics.related import related_metrics
from toolbox.plan import Step, if_anything
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done


def delivery_logs(done: Done) -> dict[str, Any] | None:
    """The groups SNS writes delivery failures to: `sns/REGION/ACCOUNT/TOPIC/Failure` (SNS developer guide)."""
    del done  # the alarm says it
    dimensions = looking.current().dimensions
    topic = "DirectPublishToPhoneNumber" if _of_phones() else dimensions.get("TopicName")
    groups = [name for name in named_like(Asked(), f"{topic}/Failure") if name.startswith("sns/")] if topic else []
    return {"group": groups, "pattern": ""} if groups else None


def spent(done: Done) -> dict[str, Any] | None:
    """What text messages have cost this month: a limit ends them (SNS developer guide, "SMS spending")."""
    del done  # the alarm says it
    names = ["SMSMonthToDateSpentUSD"]
    asked = {"dimensions": {}, "namespace": "AWS/SNS", "names": names, "period": 3_600, "start": "-26h"}
    return asked if _of_phones() else None


def _of_phones() -> bool:
    """Whether the alarm counts messages to telephones, which belong to no topic."""
    return bool({"PhoneNumber", "SMSType", "Country"} & set(looking.current().dimensions))


RECIPE = Recipe(
    "SNS",
    ("AWS/SNS",),
    "the log of failed deliveries; what text messages have cost this month; "
    "subscriptions with their filters and dead letters by configuration",
    (
        Step(
            "deliveries",
            "Deliveries that failed",
            log_errors,
            delivery_logs,
            after=("metric",),
            shorten=if_anything,
        ),
        Step("spent", "What text messages have cost this month", related_metrics, spent, after=("metric",)),
    ),
)
