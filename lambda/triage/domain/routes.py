"""Routes: which channels a message takes.

Routes are read in order. The first one whose conditions all hold decides; a condition that is not stated holds
always. A message that no route takes goes to the topic, which is always there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.report import Severity
    from triage.domain.signal import SignalSource


class ChannelName(StrEnum):
    """The sinks that reach people. Names are kept in claims and messages."""

    SNS = "sns"
    SLACK = "slack"
    EMAIL = "email"


@dataclass(frozen=True)
class Occasion:
    """What a message is about, as far as routes ask.

    Attributes:
        source: of the signal; ``None`` for an event that could not be read.
        severity: of the report; ``None`` for notices and digests, which have none.
        tags: of the signal's subject, as far as they are known.
    """

    source: SignalSource | None = None
    severity: Severity | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Channels, and for which messages.

    Attributes:
        severities, sources: any of them; none stated is every one.
        tags: all of them.
    """

    channels: tuple[ChannelName, ...]
    severities: frozenset[Severity] = frozenset()
    sources: frozenset[SignalSource] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)

    def takes(self, occasion: Occasion) -> bool:
        """Whether every stated condition holds."""
        return (
            (not self.severities or occasion.severity in self.severities)
            and (not self.sources or occasion.source in self.sources)
            and all(occasion.tags.get(key) == value for key, value in self.tags.items())
        )


@dataclass(frozen=True)
class Routes:
    """All routes, in the order in which they are read."""

    routes: tuple[Route, ...] = ()

    def channels(self, occasion: Occasion) -> tuple[ChannelName, ...]:
        """The channels of the first route that takes the message; the topic where none does."""
        found = (route.channels for route in self.routes if route.takes(occasion))
        return next(found, (ChannelName.SNS,))

    @property
    def used(self) -> frozenset[ChannelName]:
        """Every channel that some route leads to."""
        return frozenset(name for route in self.routes for name in route.channels)

    @property
    def tag_keys(self) -> frozenset[str]:
        """Tags that a route asks for."""
        return frozenset(key for route in self.routes for key in route.tags)

    def asked_for(self, tags: Mapping[str, str]) -> dict[str, str]:
        """The tags that routes ask for: no others travel with a work item."""
        return {key: value for key, value in tags.items() if key in self.tag_keys}
