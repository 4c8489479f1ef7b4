"""Which model answers: from the word people write to an endpoint of Converse and an id with a price."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from local_aws import model_process
from triage.domain.budget import TokenUsage
from triage.domain.prices import price_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.process import Running

MEANING = "scripted, bedrock:<model id>, openai:<url>[#<model>] or the URL of a Converse endpoint[#<model id>]"

NAMELESS = "local.model"
"""An id of the form Bedrock takes, for models that need none; nobody knows its price."""


def url_of(running: Running, word: str) -> str:
    """An endpoint of Converse that this model answers; the functions of the local AWS are pointed at it.

    Raises:
        LocalAwsError: The model server of a local AWS did not start.
    """
    if word.startswith(("http://", "https://")):
        url = word.partition("#")[0]
        running.use_model(url)
        return url
    return model_process.ensure(running, word).url


def id_of(word: str) -> str:
    """The id that requests name, by which prices are known."""
    kind, _, rest = word.partition(":")
    if kind == "bedrock":
        return rest
    if kind in ("http", "https"):
        return word.partition("#")[2] or NAMELESS
    return NAMELESS


def cost_of(word: str, usage: Mapping[str, float]) -> dict[str, float]:
    """What these tokens cost at list price, as `usd`; nothing when nobody knows."""
    price = price_of(id_of(word))
    if price is None:
        return {}
    return {
        "usd": price.cost(TokenUsage(**{each.name: int(usage.get(each.name, 0)) for each in fields(TokenUsage)}))
    }


def stop(running: Running) -> None:
    """Stop the model server that belongs to a local AWS, if there is one."""
    model_process.stop(running.state)
