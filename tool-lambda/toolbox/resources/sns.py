"""An SNS topic: subscriptions with their states and filters, policy, encryption."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import name_of

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked

_MOST_READ = 6


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Attributes and subscriptions of a topic, by name or ARN."""
    client = looking.current().client("sns")
    arn = name if name.startswith("arn:") else asked.attempt("topic", lambda: _arn(client, name), "")
    if not arn:
        asked.gap("topic", f"not found: {name}")
        return {}
    nothing: dict[str, Any] = {}
    found = asked.attempt("topic", lambda: client.get_topic_attributes(TopicArn=arn)["Attributes"], nothing)
    empty: list[Any] = []
    subscriptions = asked.attempt(
        "subscriptions",
        lambda: list(pages(client, "list_subscriptions_by_topic", "Subscriptions", most=50, TopicArn=arn)),
        empty,
    )
    told = [_subscription(asked, client, each) for each in subscriptions[:_MOST_READ]]
    return {
        "confirmed": found.get("SubscriptionsConfirmed"),
        "pending": found.get("SubscriptionsPending"),
        "key": found.get("KmsMasterKeyId"),
        "functions": [name_of(each["Endpoint"]) for each in subscriptions if each.get("Protocol") == "lambda"],
        # What a filter keeps back is silent: it comes first.
        "subscriptions": sorted(told, key=lambda each: not each.get("filter")),
    }


def _arn(client: Any, name: str) -> str:
    topics = pages(client, "list_topics", "Topics", most=500)
    return next((str(each["TopicArn"]) for each in topics if name_of(each["TopicArn"]) == name), "")


def _subscription(asked: Asked, client: Any, each: dict[str, Any]) -> dict[str, Any]:
    arn = str(each.get("SubscriptionArn", ""))
    nothing: dict[str, Any] = {}
    if not arn.startswith("arn:"):
        return {"protocol": each.get("Protocol"), "endpoint": each.get("Endpoint"), "state": arn}
    read = partial(client.get_subscription_attributes, SubscriptionArn=arn)
    found = asked.attempt("subscription", lambda: dict(read()["Attributes"]), nothing)
    return {
        "protocol": each.get("Protocol"),
        "endpoint": each.get("Endpoint"),
        "filter": found.get("FilterPolicy"),
        "raw": found.get("RawMessageDelivery"),
        "dead_letters": found.get("RedrivePolicy"),
    }
