"""Intake: one parser per source, one typed Signal out.

A parser module offers ``recognises(event) -> bool``, cheap and total, and ``parse(event) -> Signal``. A new source
is one module here, one entry in ``_PARSERS``, one event fixture and one golden report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from triage.domain.errors import UnsupportedEvent
from triage.intake import cloudwatch_alarm

if TYPE_CHECKING:
    from triage.domain.signal import Signal

_PARSERS: tuple[tuple[Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any]], Signal]], ...] = (
    (cloudwatch_alarm.recognises, cloudwatch_alarm.parse),
)


def detect(event: Any) -> Signal:
    """The signal an event stands for.

    Raises:
        UnsupportedEvent: no parser recognises the event; the message holds its keys and nothing else of it.
        MalformedEvent: a parser recognises it and cannot read it.
    """
    if not isinstance(event, Mapping):
        raise UnsupportedEvent(f"the event is {type(event).__name__}, not a JSON object")
    for recognises, parse in _PARSERS:
        if recognises(event):
            return parse(event)
    keys = ", ".join(sorted(str(key)[:64] for key in list(event)[:20])) or "none"
    raise UnsupportedEvent(f"no source recognises an event with the keys: {keys}")
