"""Notices: short messages that need no model, no tool Lambda, no archive and no Tracker.

What a notice says is decided here, for every channel; the renderers decide how it looks. All its texts are fit to
leave.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery import outline
from triage.delivery.console_links import Link, signal_link
from triage.delivery.origin import name_of, noun_of, told
from triage.delivery.outline import Fact
from triage.delivery.presentable import clean, one_line
from triage.domain.claim import ClaimState
from triage.domain.refire import TOLD_EACH

if TYPE_CHECKING:
    from triage.domain.claim import Claim
    from triage.domain.errors import MalformedEvent
    from triage.domain.refire import Refire
    from triage.domain.signal import Signal


@dataclass(frozen=True)
class Command:
    """A command to paste, alone on its line and never wrapped."""

    line: str


Part = str | Command | tuple[Fact, ...] | Link
"""A paragraph, a command, rows, or a link."""


@dataclass(frozen=True)
class Notice:
    """What is told, in reading order.

    Attributes:
        mark: what kind of notice: ``FIRED AGAIN``.
        name: of what it is about.
        headline: what happened, in a few words.
    """

    mark: str
    name: str
    headline: str
    parts: tuple[Part, ...]


LOG_BATCH = "awslogs"
"""Key of an event that holds lines of a log."""

MAX_REASON = 1_000
MAX_KEYS = 40
MAX_KEY = 80


def malformed_event(error: MalformedEvent) -> Notice:
    """An event that is ours but cannot be read; only its keys are repeated, never its values."""
    if LOG_BATCH in error.keys:
        return _malformed_batch(error)
    keys = ", ".join(_short(key, MAX_KEY) for key in error.keys[:MAX_KEYS]) or "none"
    return Notice(
        "NOTICE",
        "alarm event not understood",
        "it was not investigated",
        (
            (
                "An alarm event reached the triage function but could not be read, so nothing was investigated. "
                "Look at the alarms of this account yourself."
            ),
            f"What was wrong: {_short(str(error), MAX_REASON)}",
            f"Keys of the event: {keys}",
            (
                "The event is not tried again. If it came from a test, compare it with the event format in "
                '"Invoke a Lambda function from an alarm" of the CloudWatch user guide.'
            ),
        ),
    )


def _malformed_batch(error: MalformedEvent) -> Notice:
    """Lines of a log that nobody will look into: they say no alarm, so that no alarm helps to find them."""
    return Notice(
        "NOTICE",
        "log lines not understood",
        "they were not investigated",
        (
            (
                "A batch of a log subscription reached the triage function but could not be read, in whole or in "
                "part, so what it holds was not investigated. Look at the log yourself."
            ),
            f"What was wrong: {_short(str(error), MAX_REASON)}",
            "The batch is not tried again.",
        ),
    )


def could_not_investigate(
    signal: Signal | None, reason: str, investigation_id: str | None = None, log_group: str | None = None
) -> Notice:
    """A signal whose investigation failed for good.

    Args:
        signal: what fired, as far as it could be read.
        reason: what failed; untrusted text.
        investigation_id: under which the Tracker and the logs know it, if it came that far.
        log_group: of the investigator function, whose log says what went wrong.
    """
    shown_reason = _short(reason, MAX_REASON)
    noun = noun_of(signal)
    name = told(signal) if signal else "An alarm"
    what_to_do = f"No report was confirmed: please look at {noun.look} yourself."
    parts: list[Part] = [
        f"{name} {noun.happened}, and it could not be investigated. {what_to_do}",
        f"Why: {shown_reason}",
        *(
            _whereabouts(signal)
            if signal
            else ("Which alarm it was could not be read: look at all that are in ALARM.",)
        ),
    ]
    if investigation_id:
        parts.append(
            f"Investigation {_short(investigation_id, 100)}: the log of the investigator function shows each "
            "attempt under this id."
        )
    if log_group:
        parts += _log_of_the_attempts(log_group, signal.region if signal else "")
    return Notice("NOT INVESTIGATED", name_of(signal) if signal else name, shown_reason, tuple(parts))


def digest_not_sent(signal: Signal, investigation_id: str | None, log_group: str) -> Notice:
    """A digest that could not be put together or sent; its alarms are known to the Tracker alone."""
    digest = one_line(clean(signal.subject))
    return Notice(
        "DIGEST NOT SENT",
        digest,
        "look at the alarms yourself",
        (
            (
                "Alarms that were not investigated one by one were to be told together in a digest, which could "
                "not be sent. Please look at all alarms that are in ALARM."
            ),
            (
                f"Collected since {digest}. The Tracker keeps what was collected, under the partition key "
                f"digest#{digest}."
            ),
            (Fact("Account", signal.account_id), Fact("Region", signal.region)),
            (
                f"Digest {_short(investigation_id or '', 100)}: the log of the investigator function shows each "
                "attempt under this id."
            ),
            *_log_of_the_attempts(log_group, signal.region),
        ),
    )


def fired_again(signal: Signal, refire: Refire, report: Link | None) -> Notice:
    """What fired or was logged again while its investigation runs or after its report went out.

    Args:
        signal: this transition.
        report: where the report is, when it is known.
    """
    noun, name = noun_of(signal), told(signal)
    since = _span((refire.occurred_at - refire.claim.transition_at).total_seconds())
    times = f"{_ordinal(refire.times)} time{f' in {since}' if since else ''}"
    state = _state_of(refire.claim)
    parts: list[Part] = [f"{name} {noun.again}: {times}. It is not investigated again. {state}"]
    if report:
        parts.append(report)
    if refire.times - 1 == TOLD_EACH:
        often = "This alarm fires often" if signal.log is None else "This error comes often"
        parts.append(f"{often}: the next times inside this window are told together, in a digest.")
    parts += _whereabouts(signal)
    return Notice("FIRED AGAIN" if signal.log is None else "LOGGED AGAIN", name_of(signal), times, tuple(parts))


def not_delivered(signal: Signal, channel: str, reason: str, log_group: str) -> Notice:
    """A message that a channel did not take, and that nobody got in another way.

    Args:
        signal: of the delivery; its name says which message it was.
        reason: what went wrong at last; untrusted text.
    """
    name = one_line(clean(signal.name))
    return Notice(
        "NOT DELIVERED",
        name,
        f"{channel} did not take it",
        (
            (
                f"{name}: {channel} did not take it. The report is in the archive; look at the alarm yourself if "
                "nobody has seen it."
            ),
            f"Why: {_short(reason, MAX_REASON)}",
            (Fact("Account", signal.account_id), Fact("Region", signal.region)),
            *_log_of_the_attempts(log_group, signal.region),
        ),
    )


def _state_of(claim: Claim) -> str:
    if claim.state is ClaimState.DONE:
        return f"The report was sent on {outline.utc(claim.finished_at)}." if claim.finished_at else ""
    if claim.started_at is None:
        return "The investigation waits for its turn."
    return f"The investigation is still running, started on {outline.utc(claim.started_at)}."


def _span(seconds: float) -> str:
    """A time span in hours and minutes, nothing for none: ``1 h 5 min``."""
    if seconds <= 0:
        return ""
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def _ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``11th``."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _log_of_the_attempts(log_group: str, region: str) -> tuple[Part, ...]:
    """Where the attempts are logged, and the command that shows them."""
    # The region comes with the event: quoted, it stays one word of the command whatever it holds.
    place = ["--region", _short(region, MAX_KEY)] if region else []
    command = shlex.join(["aws", "logs", "tail", log_group, "--since", "2h", *place])
    return (f"The attempts are logged in {log_group}. To read the last two hours:", Command(command))


def _whereabouts(signal: Signal) -> tuple[Part, ...]:
    link = signal_link(signal)
    rows = tuple(Fact(fact.label, clean(fact.value)) for fact in outline.signal_facts(signal))
    return (rows, link) if link else (rows,)


def _short(text: str, limit: int) -> str:
    cleaned = one_line(clean(text))
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 3] + "..."
