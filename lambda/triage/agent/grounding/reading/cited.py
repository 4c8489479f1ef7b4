"""The evidence that one claim cites, and what it shows."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.identifiers import states
from triage.agent.grounding.reading.normalising import normalised, unescaped
from triage.agent.grounding.reading.number_words import in_digits
from triage.agent.grounding.reading.numbers import Kind, Number, durations_in, numbers_in
from triage.agent.grounding.reading.times import TIME, Moment, moment, moments_in, with_clock_of_cron

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.agent.grounding.reading.statements import StatedNumber, StatedTime
    from triage.domain.evidence import Evidence

_NOTHING = re.compile(r"\bno(?:ne|thing)?\b|\bempty\b|\[\]|\{\}|\(no output\)", re.IGNORECASE)
_ABOUT_MINUTES = 2
_MIN_PART = 3
_DATE_OF_A_NAME = re.compile(r"(?<=[A-Za-z])[-_](20\d\d([-.])\d\d\2\d\d)\b(?![-\w])")
"""``audit-2026.12.01``: an index, a partition or a file of a day."""
_MINUTES_OF_A_DAY = 1_440
_SAYS_UNIT = {
    1e-3: re.compile(r"(?i:milli)|(?:\b|_)ms\b|Millis|Ms\b"),
    1.0: re.compile(r"(?<![Mm]illi)(?<![Mm]icro)(?i:second)|(?:\b|_)(?:s|secs?)\b|Timeout|Interval|Age"),
    60.0: re.compile(r"(?i:minute)|(?:\b|\d|_)mins?\b|Mins?\b"),
    3600.0: re.compile(r"(?i:hour|hrs?\b)"),
    86_400.0: re.compile(r"(?i:day|daily|retention|expir)"),
}
"""Words of evidence for the unit of its durations, by seconds."""
_SMALL = frozenset({1e-3, 1.0})
_NUMBERS_A_THING = 1000
"""From here on a number that stands in a name, a file or a year, is not there by chance."""


class EvidenceText:
    """One piece of evidence, taken apart when first asked."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.text = normalised(evidence.output)

    @cached_property
    def unescaped(self) -> str:
        """The output with JSON inside JSON read once more."""
        return unescaped(self.text) if "\\" in self.text else self.text

    @cached_property
    def code(self) -> str:
        """The code as it would be quoted."""
        return normalised(self.evidence.code)

    @cached_property
    def folded(self) -> str:
        """Output and code without case: a call's answer is about what the call names."""
        return f"{self.unescaped} {self.code}".casefold()

    @cached_property
    def numbers(self) -> frozenset[Number]:
        """Every number of the output."""
        return frozenset((*numbers_in(in_digits(self.unescaped)), *durations_in(self.unescaped)))

    @cached_property
    def moments(self) -> frozenset[Moment]:
        """Every point in time of the output."""
        dates_of_names = _DATE_OF_A_NAME.sub(r" \1 ", self.unescaped)
        texts = (with_clock_of_cron(self.unescaped), dates_of_names)
        return frozenset(stated for text in texts for stated in moments_in(text))

    @cached_property
    def ends(self) -> tuple[Moment, ...]:
        """When what is told in steps of equal length ends: one step after the last of its times."""
        clocks = sorted({each.minute for each in self.moments if each.minute is not None and not each.second})
        last = clocks[-3:]
        if len(last) < 3 or last[1] - last[0] != last[2] - last[1] or last[2] * 2 - last[1] >= _MINUTES_OF_A_DAY:
            return ()
        return (Moment(None, last[2] * 2 - last[1]),)

    @cached_property
    def durations_in(self) -> frozenset[float]:
        """The units that numbers without one may have as durations: AWS says which, or means seconds or their
        thousandths."""
        named = frozenset(unit for unit, words in _SAYS_UNIT.items() if words.search(self.unescaped))
        return named if named & _SMALL else named | _SMALL

    def quotes(self, text: str) -> bool:
        """Whether normalised text occurs in the output."""
        return text in self.text or text in self.unescaped

    def labels(self, label: str) -> bool:
        """Whether digits occur as a number of a thing: ``14`` in ``v14``, ``orders:14``, ``python3.12``."""
        return bool(re.search(rf"(?<![\d.]){re.escape(label)}(?!\d|\.\d)", TIME.sub(" ; ", self.unescaped)))


class CitedText:
    """The evidence of one claim together."""

    def __init__(self, texts: Sequence[EvidenceText]) -> None:
        self._texts = texts

    def shows_name(self, name: str) -> bool:
        """Whether a name is stated."""
        if any(states(text.folded, name) or _is_family(name, text.folded) for text in self._texts):
            return True
        together = name.casefold().replace("-", "").removesuffix("s")
        # "sign-ins" are SignInSuccesses.
        if "-" in name and together.isalpha() and any(together in text.folded for text in self._texts):
            return True
        return any(self._shows_parts(name, separator) for separator in "._")

    def _shows_parts(self, name: str, separator: str) -> bool:
        """``max.poll.records`` of ``MAX_POLL_RECORDS``, and ``raw.orders`` of a database and its table."""
        parts = name.casefold().split(separator)
        if len(parts) < 2 or not all(len(part) >= _MIN_PART and not part.isdigit() for part in parts):
            return False
        other = "_".join(parts) if separator == "." else ".".join(parts)
        return any(
            other in text.folded or all(states(text.folded, part) for part in parts) for text in self._texts
        )

    def shows_words(self, words: str) -> bool:
        """Whether words occur, in any case."""
        folded = normalised(words).casefold()
        return any(folded in text.folded for text in self._texts)

    def shows_number(self, stated: StatedNumber) -> bool:
        """Whether a number is stated, within the slack the claim itself gives."""
        if stated.label and self._labels(stated):
            return True
        if stated.label and not stated.status:
            return False
        if stated.number.kind is Kind.BARE and stated.number.value >= _NUMBERS_A_THING and self._labels(stated):
            return True
        if stated.number.value == 0 and any(_NOTHING.search(text.text) for text in self._texts):
            return True
        return any(self._shows(stated, text) for text in self._texts)

    def _shows(self, stated: StatedNumber, text: EvidenceText) -> bool:
        return any(
            stated.number.is_shown_by(known, text.durations_in) or _within(stated, known, text.durations_in)
            for known in text.numbers
        )

    def _labels(self, stated: StatedNumber) -> bool:
        return any(text.labels(f"{stated.number.value:.{stated.number.decimals}f}") for text in self._texts)

    def shows_time(self, stated: StatedTime) -> bool:
        """Whether a point in time is stated."""
        known = [moment for text in self._texts for moment in text.moments]
        ends = [moment for text in self._texts for moment in text.ends] if stated.bound == "until" else []
        if any(stated.moment.is_shown_by(each) for each in (*known, *ends)):
            return True
        if stated.bounds_nothing and any(stated.moment.is_shown_by(each) for each in self._asked):
            return True
        return stated.about and any(_is_near(stated.moment, each) for each in known)

    @cached_property
    def _asked(self) -> frozenset[Moment]:
        """The times that the code asked about: where it found nothing, the output does not repeat them."""
        return frozenset(stated for text in self._texts for stated in moments_in(text.code))

    def has_number(self, value: float) -> bool:
        """Whether the evidence states this number, with or without a unit."""
        return any(value in (known.value, known.base) for text in self._texts for known in text.numbers)

    def seconds_between(self, start: str, end: str) -> float | None:
        """Seconds between two times that the evidence states, not negative."""
        moments = [self._moment(text) for text in (start, end)]
        if moments[0] is None or moments[1] is None:
            return None
        seconds = moments[1].seconds_since(moments[0])
        return seconds if seconds is not None and seconds >= 0 else None

    def occurrences(self, text: str) -> int:
        """How often the text occurs."""
        searched = normalised(text)
        return sum(each.unescaped.count(searched) for each in self._texts)

    def _moment(self, text: str) -> Moment | None:
        found = TIME.fullmatch(text.strip())
        stated = moment(found) if found else None
        known = (each for texts in self._texts for each in texts.moments)
        return stated if stated and any(stated.is_shown_by(each) for each in known) else None


def _is_family(name: str, folded: str) -> bool:
    """Whether names go on where this one ends: ``billing-apps`` for its subnets ``billing-apps-a`` and ``-b``."""
    members = re.findall(rf"(?<![\w-]){re.escape(name.casefold())}-[\w-]+", folded) if "-" in name else []
    return len(set(members)) > 1


def _within(stated: StatedNumber, known: Number, durations_in: frozenset[float]) -> bool:
    if not (stated.low or stated.high) or known.kind not in (stated.number.kind, Kind.BARE):
        return False
    bases = [known.base]
    if known.kind is Kind.BARE:
        is_duration = stated.number.kind is Kind.TIME
        bases = [known.base * unit for unit in (durations_in if is_duration else (stated.number.factor,))]
    least, most = stated.number.base * (1 - stated.low), stated.number.base * (1 + stated.high)
    return any(least <= base <= most for base in bases)


def _is_near(stated: Moment, known: Moment) -> bool:
    seconds = stated.seconds_since(known)
    return seconds is not None and abs(seconds) <= _ABOUT_MINUTES * 60
