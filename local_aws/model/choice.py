"""From the word on the command line to a backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.model.bedrock import BedrockModel, BedrockNotUsable
from local_aws.model.openai import OpenAiModel
from local_aws.model.scripted import ScriptedModel

if TYPE_CHECKING:
    from local_aws.model.backend import Backend


class UnknownBackend(ValueError):
    """The word names no backend that can be used; the message says what to write."""


def choose(word: str, profile: str | None = None, region: str | None = None) -> Backend:
    """The backend ``word`` names: ``scripted``, ``bedrock:<model id>`` or ``openai:<base url>[#<model>]``.

    Raises:
        UnknownBackend: no such backend, or it lacks what it needs.
    """
    kind, _, rest = word.partition(":")
    if word == "scripted":
        return ScriptedModel()
    if kind == "bedrock" and rest:
        try:
            return BedrockModel.with_own_credentials(rest, profile, region)
        except BedrockNotUsable as error:
            raise UnknownBackend(str(error)) from error
    if kind == "openai" and rest:
        base_url, _, model = rest.partition("#")
        if not base_url.startswith(("http://", "https://")):
            raise UnknownBackend(f"openai:{rest}: write openai:http://… or openai:https://…, then #model")
        return OpenAiModel.from_environment(base_url, model or None)
    raise UnknownBackend(f"no backend {word!r}: write scripted, bedrock:<model id> or openai:<base url>[#<model>]")
