"""What the descriptions of resources share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking.window import Window, known_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

#: Changes older than this are not told with a resource.
_RECENT = timedelta(days=7)
_MOST_CHANGES = 8


@dataclass(frozen=True, slots=True)
class Resource:
    """Something an alarm is about.

    Attributes:
        kind: Name of the module that describes it: `lambda_function`, `sqs`, ….
        name: How its service calls it; where it takes two names, `cluster/service`.
    """

    kind: str
    name: str


def picked(source: Mapping[str, Any] | None, *names: str) -> dict[str, Any]:
    """Some members of an answer."""
    return {name: (source or {}).get(name) for name in names}


def change(at: object, what: str) -> dict[str, Any]:
    """A fresh change, as the service itself tells it."""
    return {"at": known_time(at), "what": what}


def recent(changes: Iterable[Mapping[str, Any]], window: Window) -> list[dict[str, Any]]:
    """Changes of the last week, latest first, each with how far before the onset it was.

    What was told again and again is told once, at the time nearest the onset (before it where there is one), with
    how often, since when and until when.
    """
    dated = [each for each in changes if each["at"] is not None and each["at"] >= window.onset - _RECENT]
    alike: dict[str, list[datetime]] = {}
    for each in sorted(dated, key=lambda each: each["at"], reverse=True):
        alike.setdefault(each["what"], []).append(each["at"])
    told = [
        {"at": (at := _nearest(times, window.onset)), "when": window.before_onset(at), "what": what}
        | ({"times": len(times), "first": times[-1], "last": times[0]} if len(times) > 1 else {})
        for what, times in list(alike.items())[:_MOST_CHANGES]
    ]
    return sorted(told, key=lambda each: each["at"], reverse=True)


def _nearest(times: Iterable[datetime], onset: datetime) -> datetime:
    """The last time before the onset, which may have led to it; else the first after it."""
    return min(times, key=lambda at: (at > onset, abs(onset - at)))


def name_of(arn: str) -> str:
    """The last part of an ARN, or the name itself."""
    return re.split(r"[:/]", arn)[-1]


def tags_of(tags: Iterable[Mapping[str, Any]] | Mapping[str, Any] | None) -> dict[str, Any]:
    """Tags that say what was deployed, whichever way a service writes them."""
    if isinstance(tags, dict):
        pairs = list(tags.items())
    else:
        pairs = [
            (str(tag.get("Key", tag.get("key"))), tag.get("Value", tag.get("value")))
            for tag in tags or ()
            if not isinstance(tag, str)
        ]
    return {
        key: value for key, value in pairs if re.search(r"version|commit|release|deploy|build", key, re.IGNORECASE)
    }
