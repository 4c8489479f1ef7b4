"""Notices: short messages that need no model, no tool Lambda, no archive and no Tracker."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from triage.delivery import outline
from triage.delivery.console_links import alarm_link
from triage.delivery.presentable import clean, one_line
from triage.delivery.subject import subject
from triage.ports import OutgoingMessage

if TYPE_CHECKING:
    from triage.domain.errors import MalformedEvent
    from triage.domain.signal import Signal

WIDTH = 78
MAX_REASON = 1_000
MAX_KEYS = 40
MAX_KEY = 80


def malformed_event(error: MalformedEvent) -> OutgoingMessage:
    """An event that is ours but cannot be read; only its keys are repeated, never its values."""
    keys = ", ".join(_short(key, MAX_KEY) for key in error.keys[:MAX_KEYS]) or "none"
    return OutgoingMessage(
        subject("[NOTICE]", "alarm event not understood", "it was not investigated"),
        _paragraphs(
            "An alarm event reached the triage function but could not be read, so nothing was investigated. "
            "Look at the alarms of this account yourself.",
            f"What was wrong: {_short(str(error), MAX_REASON)}",
            f"Keys of the event: {keys}",
            "The event is not tried again. If it came from a test, compare it with the event format in "
            '"Using Amazon CloudWatch alarms: alarm events and Lambda" of the CloudWatch user guide.',
        ),
    )


def could_not_investigate(
    signal: Signal | None, reason: str, investigation_id: str | None = None
) -> OutgoingMessage:
    """A signal whose investigation failed for good.

    Args:
        signal: what fired, as far as it could be read.
        reason: what failed; untrusted text.
        investigation_id: under which the Tracker, the log and the archive know it, if it came that far.
    """
    shown_reason = _short(reason, MAX_REASON)
    name = clean(signal.name) if signal else "an alarm"
    parts = [
        f"{one_line(name)} fired, and it could not be investigated. Nobody has looked at it yet: please do.",
        f"Why: {shown_reason}",
    ]
    if signal:
        parts.append(
            "\n".join(f"{clean(fact.label):<13}{clean(fact.value)}" for fact in outline.alarm_facts(signal))
        )
    link = alarm_link(signal) if signal else None
    if link:
        parts.append(f"{link.label}:\n{link.url}")
    if investigation_id:
        parts.append(
            f"Investigation {_short(investigation_id, 100)}: the logs of the investigator function show each "
            "attempt, and what was gathered before it failed is kept in the reports bucket."
        )
    return OutgoingMessage(subject("[NOT INVESTIGATED]", name, shown_reason), _paragraphs(*parts))


def _short(text: str, limit: int) -> str:
    cleaned = one_line(clean(text))
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 3] + "..."


def _paragraphs(*parts: str) -> str:
    return "\n\n".join("\n".join(_wrapped(line) for line in part.split("\n")) for part in parts) + "\n"


def _wrapped(line: str) -> str:
    return textwrap.fill(
        line, WIDTH, break_long_words=False, break_on_hyphens=False, drop_whitespace=True, replace_whitespace=False
    )
