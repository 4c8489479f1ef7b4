"""Small pieces of sentences: times, counts, messages."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.first_look.observations.facts import Origin
from triage.first_look.plain import plain
from untrusted import instructions_in

if TYPE_CHECKING:
    from triage.first_look.observations.facts import Change, Complaint, Scene

MOST_MESSAGE = 260
MOST_HEADLINE = 120
_NOISE = re.compile(
    r"^(?:(?:time|ts|timestamp)=\S+\s+)?"
    r"(?:\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\s+)?(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s+)?"
)
_WORTH_ITS_END = 200
_LONG_AGO = timedelta(hours=18)


def sentence(text: str) -> str:
    """Text that begins with a capital unless it begins with a name, and ends with a full stop."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def clock(at: datetime, scene: Scene) -> str:
    """A time of today as people say it, an older one with its date."""
    now = scene.end or scene.onset
    return f"{at:%Y-%m-%d %H:%M} UTC" if now - at > _LONG_AGO else f"{at:%H:%M} UTC"


def span(minutes: float) -> str:
    """``7 min``, ``3.2 h``, ``2.1 days``."""
    if minutes < 90:
        return f"{max(0, minutes):.0f} min"
    hours = minutes / 60
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"


def message(text: str, most: int = MOST_MESSAGE) -> str:
    """A log message without what a runtime puts in front, cut to a length a person reads."""
    short = plain(_NOISE.sub("", text).strip())
    if len(short) <= most:
        return short
    if most < _WORTH_ITS_END:
        return f"{short[: most - 1].rstrip()}…"
    end = most // 3  # what went wrong often stands at the end: "Caused by", "Server message"
    return f"{short[: most - end - 3].rstrip()} … {short[-end:].lstrip()}"


def often(count: int) -> str:
    """``once``, ``7 times``."""
    return "once" if count == 1 else f"{count} times"


def times(complaint: Complaint, scene: Scene) -> str:
    """How often something was said, and since when."""
    since = f" since {clock(complaint.first, scene)}" if complaint.first else ""
    if complaint.origin is not Origin.LOG:
        return f"{complaint.count} times{since}" if complaint.count > 1 else since.strip().replace("since", "at")
    if complaint.own and scene.watched is None:  # nobody has read the log: it may have been there before
        return f"{often(complaint.since)}{since}"
    if complaint.seldom_from is not None:
        few = f"a few before, the first at {clock(complaint.seldom_from, scene)}"
        return f"{often(complaint.since)}{since}, {few}"
    if not complaint.before:
        return f"{often(complaint.since)}{since}, none before the onset"
    last = f", last {clock(complaint.last, scene)}" if complaint.last else ""
    first = since.replace(" since", ", first")
    return f"{often(complaint.since)} since the onset, {complaint.before} before it{first}{last}"


def cut(text: str) -> str:
    """A headline of no more than 120 characters."""
    return text if len(text) <= MOST_HEADLINE else f"{text[: MOST_HEADLINE - 1].rstrip()}…"


def data(text: str) -> str:
    """Text of the account, unless it gives orders: that stays in the evidence, where it is pointed out."""
    return "" if instructions_in(text) else text


def who_did(change: Change) -> str:
    """A change with its parameters: ``iam:DeleteRolePolicy by ci/run-1: roleName=orders``."""
    by = f" by {change.by}" if change.by else ""
    parameters = data(change.given)
    given = f": {message(parameters, 200)}" if parameters else ""
    about = f" of {change.about}" if change.about and not change.given and change.about not in change.event else ""
    refused = f" (refused: {change.refused})" if change.refused else ""
    until = f", the last at {change.last:%H:%M} UTC" if change.last else ""
    again = f" ({change.times} times{until})" if change.times > 1 and not change.operation else ""
    return f"{change.event}{about}{by}{given}{refused}{again}"
