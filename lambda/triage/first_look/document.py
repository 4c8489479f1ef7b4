"""The document that the toolbox's first look returns, read with suspicion: it crossed a boundary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from triage.domain.briefing import Effort
from triage.first_look.untyped import mapping, number, objects, whole

VERSION = 1
# What lies beyond is no time of an incident, and reckoning with it would overflow.
_OLDEST_YEAR, _LATEST_YEAR = 1970, 2200


class UnreadableFirstLook(ValueError):
    """The tool returned something that is no first look; the message says what is wrong."""


@dataclass(frozen=True)
class Lead:
    """Why a section looks at something other than the alarm's resource.

    Attributes:
        about: the resource: ``ecs payments/payout-sender``.
        why: what led there: ``its environment names the queue``.
        hop: steps from the alarm's resource.
    """

    about: str
    why: str = ""
    hop: int = 1


@dataclass(frozen=True)
class Section:
    """The answer to one question.

    Attributes:
        id: unique in the document.
        title: the question, for people.
        helper: the function of the toolbox that answered.
        asked: window, filter and subject.
        data: the answer; empty when there is none.
        gap: why there is none.
        lead: set where the section follows a lead.
    """

    id: str
    title: str
    helper: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    gap: str = ""
    lead: Lead | None = None
    seconds: float = 0.0
    api_calls: int = 0


@dataclass(frozen=True)
class FirstLook:
    """What the toolbox found; without sections when nothing could be asked.

    Attributes:
        window: what was looked at, as ISO 8601 interval.
        onset: when the trouble began, as far as the metric tells.
        gap: why there is no first look at all.
        effort: what it took; ``None`` without a look.
    """

    sections: tuple[Section, ...] = ()
    window: str = ""
    onset: datetime | None = None
    gap: str = ""
    effort: Effort | None = None

    def of(self, *helpers: str) -> tuple[Section, ...]:
        """Sections that these helpers answered, the alarm's own resource first."""
        found = [section for section in self.sections if section.helper in helpers and section.data]
        return tuple(sorted(found, key=lambda section: section.lead.hop if section.lead else 0))


def read(document: object) -> FirstLook:
    """Read what the toolbox returned; parts of an unexpected type are left out.

    Raises:
        UnreadableFirstLook: it is no first look of a version known here.
    """
    if not isinstance(document, Mapping):
        raise UnreadableFirstLook(f"the first look is {type(document).__name__}, not an object")
    if document.get("version") != VERSION:
        raise UnreadableFirstLook(f"the first look has version {document.get('version')!r}, not {VERSION}")
    window, totals = mapping(document.get("window")), mapping(document.get("totals"))
    return FirstLook(
        sections=tuple(_section(item) for item in objects(document.get("sections"))),
        window=str(window.get("text") or ""),
        onset=moment(window.get("onset")),
        effort=Effort(
            whole(totals.get("api_calls")),
            whole(totals.get("log_bytes")),
            number(totals.get("seconds")) or 0.0,
        ),
    )


def moment(value: object) -> datetime | None:
    """A time of the document; ``None`` when it is none, or none of AWS's days."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if not _OLDEST_YEAR <= found.year <= _LATEST_YEAR:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _section(item: Mapping[str, Any]) -> Section:
    lead = mapping(item.get("lead"))
    name = str(item.get("id") or "")
    return Section(
        id=name,
        title=str(item.get("title") or name),
        helper=str(item.get("helper") or name),
        asked=mapping(item.get("asked")),
        data=mapping(item.get("data")),
        gap=str(item.get("gap") or ""),
        lead=Lead(str(lead.get("about") or ""), str(lead.get("why") or ""), whole(lead.get("hop") or 1))
        if lead
        else None,
        seconds=number(item.get("seconds")) or 0.0,
        api_calls=whole(item.get("api_calls")),
    )
