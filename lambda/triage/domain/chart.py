"""A chart: the breach as a picture shows it, before anybody draws it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


HEADING = "The metric around the alarm"


class MarkKind(StrEnum):
    """What happened at a marked moment."""

    ONSET = "onset"
    ALARM = "alarm"
    DEPLOYMENT = "deployment"
    CHANGE = "change"


class Breach(StrEnum):
    """On which side of the threshold the alarm rings."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class Mark:
    """One moment worth a line in the picture.

    Attributes:
        at: UTC.
        label: a few words: ``UpdateFunctionCode by ci``. Untrusted text.
    """

    at: datetime
    kind: MarkKind
    label: str


@dataclass(frozen=True)
class Chart:
    """One series around the breach.

    Attributes:
        title: what is drawn: ``AWS/Lambda Errors (Sum of 60 s)``.
        unit: of the values; empty where CloudWatch knows none.
        start: of the first value, UTC.
        step_s: seconds from one value to the next.
        values: oldest first; ``None`` where there was no datapoint.
        reading: the series in one sentence; part of the text alternative.
        threshold: the alarm's; ``None`` where it has no fixed one.
        breach: the side on which the alarm rings.
        band: lowest and highest expected value, where the alarm watches a band; a side may be ``None``.
        marks: oldest first.
        heading: of the section that shows it.
    """

    title: str
    unit: str
    start: datetime
    step_s: int
    values: tuple[float | None, ...]
    reading: str = ""
    threshold: float | None = None
    breach: Breach = Breach.ABOVE
    band: tuple[float | None, float | None] | None = None
    marks: tuple[Mark, ...] = ()
    heading: str = HEADING
