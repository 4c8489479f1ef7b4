"""What started an investigation, in words: an alarm, or an error in a log, which no alarm rang for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.presentable import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.domain.signal import Signal


MAX_SAID = 200


@dataclass(frozen=True)
class Noun:
    """How a kind of signal is spoken of.

    Attributes:
        one: ``alarm``.
        many: ``alarms``.
        title: of the section with its facts.
        look: where people look instead of a report: ``the alarm``.
        again: what it did when it came once more: ``fired again``.
        happened: what it did: ``fired``.
    """

    one: str
    many: str
    title: str
    look: str
    again: str
    happened: str

    def counted(self, number: int) -> str:
        """``1 alarm``, ``2 alarms``."""
        return f"{number:,} {self.one if number == 1 else self.many}"


ALARM = Noun("alarm", "alarms", "Alarm", "the alarm", "fired again", "fired")
ERROR = Noun("error in a log", "errors in logs", "Error", "the log", "was logged again", "was logged")
BOTH = Noun("alarm or error", "alarms and errors in logs", "Alarm", "it", "came again", "came")


def noun_of(signal: Signal | None) -> Noun:
    """How a signal is spoken of; one that could not be read is most likely an alarm."""
    return ERROR if signal is not None and signal.log is not None else ALARM


def noun_of_all(signals: Iterable[Signal]) -> Noun:
    """How several are spoken of together."""
    found = {noun_of(signal) for signal in signals}
    return BOTH if len(found) > 1 else next(iter(found), ALARM)


def told(signal: Signal) -> str:
    """What a sentence calls it: the alarm's name; of an error what it says, and where."""
    if signal.log is None:
        return one_line(clean(signal.name))
    said = one_line(clean(signal.log.message))
    short = said if len(said) <= MAX_SAID else f"{said[: MAX_SAID - 3].rstrip()}..."
    return f'"{short}" in {name_of(signal)}'


def name_of(signal: Signal) -> str:
    """What people know it by: the alarm's name, the log group of an error."""
    return one_line(clean(signal.log.log_group if signal.log is not None else signal.name))
