"""Intake: one parser per shape of event, typed Signals out.

A parser module offers ``recognises(event) -> bool``, cheap and total, and ``parse(event) -> Signal``. A new source
is one module here, one entry in ``_PARSERS``, one event fixture and one golden report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.signal import Signal
from triage.intake import alarm_action, alarm_event, alarm_notification, sns_records

if TYPE_CHECKING:
    from triage.domain.home import Home

LOG_BATCH = "awslogs"
"""Key of the event that CloudWatch Logs hands to a subscribed function."""

Detected: TypeAlias = Signal | MalformedEvent | UnsupportedEvent
"""What one message of an event turned out to be. Errors are values here: each message has its own."""

_Parser = tuple[Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any]], Signal]]

_PARSERS: tuple[_Parser, ...] = (
    (alarm_event.recognises, alarm_event.parse),
    (alarm_action.recognises, alarm_action.parse),
    (alarm_notification.recognises, alarm_notification.parse),
)


def detect_all(event: Any, home: Home | None = None) -> tuple[Detected, ...]:
    """What every message of an event stands for, in order and never empty; nothing is raised.

    Most events are one message. One of SNS can hold several records, one of a log subscription several errors, and
    one that cannot be read must not take the others with it.

    Args:
        home: where the function runs. Log subscriptions do not say where they come from, so without it they are
            not supported.
    """
    if isinstance(event, Mapping) and home is not None and LOG_BATCH in event:
        from triage.intake.logs import subscription  # noqa: PLC0415 - alarms need not wait for its many patterns

        return subscription.read_all(event, home)
    if isinstance(event, Mapping) and sns_records.recognises(event):
        return tuple(
            _caught(partial(_of_record, record, f"Records[{index}]"))
            for index, record in enumerate(event["Records"])
        )
    return (_caught(partial(_of_message, event)),)


def detect(event: Any) -> Signal:
    """The signal of an event that holds one message.

    Raises:
        UnsupportedEvent: no parser recognises the event, or it holds several messages (see :func:`detect_all`);
            the error holds its keys and nothing else of it.
        MalformedEvent: a parser recognises it and cannot read it.
    """
    detected = detect_all(event)
    if len(detected) > 1:
        raise UnsupportedEvent(f"the event holds {len(detected)} messages, not one")
    if isinstance(detected[0], Signal):
        return detected[0]
    raise detected[0]


def _caught(read: Callable[[], Signal]) -> Detected:
    try:
        return read()
    except (MalformedEvent, UnsupportedEvent) as error:
        return error


def _of_record(record: Any, path: str) -> Signal:
    message = sns_records.read(record, path)
    try:
        if alarm_notification.recognises(message.content):
            return alarm_notification.parse(message.content, message.topic_region)
        return _of_message(message.content)
    except MalformedEvent as error:
        raise MalformedEvent(f"{path}.Sns.Message: {error}", error.keys) from error
    except UnsupportedEvent as error:
        raise UnsupportedEvent(f"{path}.Sns.Message: {error}") from error


def _of_message(event: Any) -> Signal:
    if not isinstance(event, Mapping):
        raise UnsupportedEvent(f"the event is {type(event).__name__}, not a JSON object")
    for recognises, parse in _PARSERS:
        if recognises(event):
            return parse(event)
    keys = ", ".join(sorted(str(key)[:64] for key in list(event)[:20])) or "none"
    looks_hand_made = "alarm" in keys.lower() and "detail-type" not in event
    hint = f". A test event of an alarm needs at least {alarm_action.LEAST}" if looks_hand_made else ""
    raise UnsupportedEvent(f"no source recognises an event with the keys: {keys}{hint}")
