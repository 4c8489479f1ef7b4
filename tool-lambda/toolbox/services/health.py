"""AWS Health: events of AWS's own that touch this account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.resources.base import picked

if TYPE_CHECKING:
    from toolbox.asking.window import Moment

_NOT_SUBSCRIBED = "SubscriptionRequired"


def health_events(*, start: Moment = None, end: Moment = None, most: int = 5) -> Answer:
    """AWS Health events of the region and of global services around the onset; needs Business Support.

    Args:
        start: Events that were still open then, or began later; a day before the onset unless given.
        end: Until when.
        most: Events shown.
    """
    look = looking.current()
    window = look.window.between(start or look.window.onset - timedelta(days=1), end)
    asked = Asked(window, regions=[look.clients.region, "global"])
    client = look.client("health")
    wanted = {
        "regions": [look.clients.region, "global"],
        "lastUpdatedTimes": [{"from": window.start, "to": window.now}],
    }
    nothing: list[Any] = []
    found = asked.attempt(
        "Health events", lambda: list(pages(client, "describe_events", "events", most=50, filter=wanted)), nothing
    )
    shown = sorted(found, key=lambda each: str(each.get("startTime")), reverse=True)
    if len(shown) > most:
        asked.cut(f"{len(shown) - most} events")
    told = [
        picked(each, "service", "eventTypeCode", "region", "startTime", "endTime", "statusCode") for each in shown
    ]
    texts = _texts(asked, client, [str(each["arn"]) for each in shown[:most]])
    for gap in asked.gaps:
        if _NOT_SUBSCRIBED in gap["why"]:
            gap["why"] = "denied: the account has no Business or Enterprise Support"
    return asked.answer(
        events=[one | {"says": texts.get(str(each["arn"]))} for one, each in zip(told[:most], shown, strict=False)]
    )


def _texts(asked: Asked, client: Any, arns: list[str]) -> dict[str, str]:
    if not arns:
        return {}
    nothing: dict[str, Any] = {}
    answer = asked.attempt("Health texts", lambda: client.describe_event_details(eventArns=arns), nothing)
    return {
        str(each["event"]["arn"]): str((each.get("eventDescription") or {}).get("latestDescription", ""))[:500]
        for each in answer.get("successfulSet") or ()
    }
