"""Log errors: a batch of a log subscription becomes one signal for each error in it.

A thousand lines of one error are one signal, whatever ids, numbers and times are in them, and share their
fingerprint with the thousand of the next batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.signal import AlarmState, LogError, Signal, SignalSource
from triage.intake.logs.batch import Batch, Row, read
from triage.intake.logs.error_template import ErrorTemplate, message_of, template_of
from triage.intake.logs.joining import joined
from triage.intake.reading import Unreadable, malformed
from untrusted import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from triage.domain.home import Home

MAX_ERRORS = 30
"""Errors of one batch that are signals of their own: each costs writes in the Tracker, and triage has a minute."""

MAX_MESSAGE = 600
MAX_SAMPLE = 3_000
MAX_NAME = 255
MAX_HEADLINE = 100

OTHER = ErrorTemplate("other errors", "other errors")
"""What stands for the rarer errors of a batch that holds more than :data:`MAX_ERRORS`."""


def read_all(event: Mapping[str, Any], home: Home) -> tuple[Signal | MalformedEvent | UnsupportedEvent, ...]:
    """The errors of a batch, those with the most lines first; never empty.

    Args:
        home: a batch names neither region nor partition; a subscription hands it to a function of its own region.
    """
    try:
        batch = read(event)
    except UnsupportedEvent as nothing:
        return (nothing,)
    except Unreadable as problem:
        return (_malformed(event, str(problem)),)
    found = [_signal(error, batch, home) for error in _errors(joined(batch.rows))]
    lost = tuple(_malformed(event, f"{what}, of log group {batch.log_group}") for what in _lost(batch))
    return (*found, *lost) or (
        UnsupportedEvent("a batch of CloudWatch Logs that only goes on with a stack trace"),
    )


def _lost(batch: Batch) -> list[str]:
    """What of a batch nobody will look at, in words."""
    told = []
    if batch.unreadable:
        told.append(f"{batch.unreadable:,} of its log events have no message or no time")
    if batch.unread:
        told.append(f"{batch.unread:,} of its log events are more than are read at once")
    return told


def _malformed(event: Mapping[str, Any], what: str) -> MalformedEvent:
    return malformed("CloudWatch Logs subscription", event, Unreadable(what))


@dataclass
class _Error:
    """Lines of one template."""

    template: ErrorTemplate
    sample: str
    first_at: datetime
    last_at: datetime
    count: int = 1

    def add(self, other: Row) -> None:
        self.count += 1
        self.first_at, self.last_at = min(self.first_at, other.at), max(self.last_at, other.at)


def _errors(rows: Iterable[Row]) -> list[_Error]:
    """The rows by template, the most frequent first; those of too many templates together at the end."""
    by_template: dict[str, _Error] = {}
    made: dict[str, ErrorTemplate] = {}
    for row in rows:
        template = made.get(row.text) or made.setdefault(row.text, template_of(row.text))
        error = by_template.get(template.text)
        if error is None:
            by_template[template.text] = _Error(template, row.text, row.at, row.at)
        else:
            error.add(row)
    ordered = sorted(by_template.values(), key=lambda error: (-error.count, error.first_at, error.template.text))
    rest = ordered[MAX_ERRORS - 1 :]
    return ordered if len(rest) < 2 else [*ordered[: MAX_ERRORS - 1], _together(rest)]


def _together(errors: list[_Error]) -> _Error:
    return _Error(
        OTHER,
        "\n".join(error.template.text for error in errors),
        min(error.first_at for error in errors),
        max(error.last_at for error in errors),
        sum(error.count for error in errors),
    )


def _signal(error: _Error, batch: Batch, home: Home) -> Signal:
    group = f"arn:{home.partition}:logs:{home.region}:{batch.account_id}:log-group:{batch.log_group}"
    log = LogError(
        log_group=batch.log_group,
        log_streams=(batch.log_stream,),
        template=error.template.text,
        message=message_of(error.sample)[:MAX_MESSAGE],
        sample=_sample(error.sample),
        count=error.count,
        first_at=error.first_at,
        last_at=error.last_at,
        frames=error.template.frames,
        subscriptions=batch.subscriptions,
    )
    return Signal(
        source=SignalSource.LOG_ERROR,
        partition=home.partition,
        account_id=batch.account_id,
        region=home.region,
        subject=f"{group}#error/{error.template.digest}",
        name=f"{batch.log_group}: {error.template.headline[:MAX_HEADLINE]}"[:MAX_NAME],
        state=AlarmState.ALARM,
        occurred_at=error.first_at,
        reason=log.sentence,
        log=log,
    )


def _sample(text: str) -> str:
    """One occurrence as it was written, without secrets; of a long one the beginning and the end."""
    clean = redact(text.strip())
    if len(clean) <= MAX_SAMPLE:
        return clean
    return f"{clean[: MAX_SAMPLE * 2 // 3]}\n[…]\n{clean[-MAX_SAMPLE // 3 :]}"
