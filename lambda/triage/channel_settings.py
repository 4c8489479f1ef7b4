"""Channels and routes as the environment describes them; read by :mod:`triage.settings`.

Each function takes what a variable's JSON says and raises ``ConfigurationError`` with what it should say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from triage.domain.errors import ConfigurationError
from triage.domain.report import Severity
from triage.domain.routes import ChannelName, Route, Routes
from triage.domain.signal import SignalSource

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class SlackSettings:
    """The Slack channel.

    Attributes:
        secret_arn: of the webhook's address.
    """

    secret_arn: str


@dataclass(frozen=True)
class EmailSettings:
    """The e-mail channel."""

    sender: str
    to: tuple[str, ...]
    identity_arn: str
    reply_to: tuple[str, ...] = ()
    configuration_set: str | None = None

    @property
    def region(self) -> str:
        """Where the identity is."""
        return self.identity_arn.split(":")[3]


def routes(value: Any) -> Routes:
    """The routes, in their order."""
    if not isinstance(value, list):
        raise ConfigurationError('should be a JSON list of routes such as [{"channels": ["sns"]}]')
    return Routes(tuple(_route(item, number) for number, item in enumerate(value, 1)))


def _route(value: Any, number: int) -> Route:
    keys = {"channels", "severities", "sources", "tags"}
    if not isinstance(value, Mapping) or not set(value) <= keys:
        raise ConfigurationError(
            f"route {number} should be an object with channels and any of severities, sources, tags"
        )
    channels = _named(ChannelName, value.get("channels"), f"channels of route {number}")
    if not channels or len(set(channels)) != len(channels):
        raise ConfigurationError(f"channels of route {number} should name each channel once, and at least one")
    tags = value.get("tags") or {}
    if not isinstance(tags, Mapping) or not all(isinstance(text, str) for pair in tags.items() for text in pair):
        raise ConfigurationError(f"tags of route {number} should be an object of texts")
    return Route(
        channels,
        frozenset(_named(Severity, value.get("severities"), f"severities of route {number}")),
        frozenset(_named(SignalSource, value.get("sources"), f"sources of route {number}")),
        dict(tags),
    )


def _named(kind: type[S], value: Any, what: str) -> tuple[S, ...]:
    legal = f"{what} should list any of {', '.join(kind)}"
    if value is not None and not isinstance(value, list):
        raise ConfigurationError(legal)
    try:
        return tuple(kind(item) for item in value or ())
    except ValueError:
        raise ConfigurationError(legal) from None


def slack(value: Any) -> SlackSettings | None:
    """The Slack channel; ``None`` where there is none."""
    if value is None:
        return None
    arn = value.get("secret_arn") if isinstance(value, Mapping) else None
    if not isinstance(arn, str) or not _is_arn(arn, ("secretsmanager", "ssm")):
        raise ConfigurationError(
            "should be null or an object with secret_arn, of Secrets Manager or Parameter Store"
        )
    return SlackSettings(arn)


def email(value: Any) -> EmailSettings | None:
    """The e-mail channel; ``None`` where there is none."""
    if value is None:
        return None
    expected = "should be null or an object with from, to, identity_arn, and maybe reply_to, configuration_set"
    if not isinstance(value, Mapping):
        raise ConfigurationError(expected)
    sender, to, identity = value.get("from"), value.get("to"), value.get("identity_arn")
    reply_to = value.get("reply_to") or []
    if not (isinstance(sender, str) and sender and _are_texts(to) and to and _are_texts(reply_to)):
        raise ConfigurationError(expected)
    if not isinstance(identity, str) or not _is_arn(identity, ("ses",)):
        raise ConfigurationError(f"{expected}; identity_arn is an ARN of SES")
    return EmailSettings(sender, tuple(to), identity, tuple(reply_to), value.get("configuration_set"))


def _is_arn(text: str, services: tuple[str, ...]) -> bool:
    parts = text.split(":", 5)
    return len(parts) == 6 and parts[0] == "arn" and parts[2] in services and all(parts[3:])


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)
