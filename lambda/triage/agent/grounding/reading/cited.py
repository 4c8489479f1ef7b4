"""The evidence that one claim cites, and what it shows."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.identifiers import states
from triage.agent.grounding.reading.normalising import normalised, unescaped
from triage.agent.grounding.reading.number_words import in_digits
from triage.agent.grounding.reading.numbers import Kind, Number, numbers_in
from triage.agent.grounding.reading.times import TIME, Moment, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.agent.grounding.reading.statements import StatedNumber, StatedTime
    from triage.domain.evidence import Evidence

_NOTHING = re.compile(r"\bno(?:ne|thing)?\b|\bempty\b|\[\]|\{\}|\(no output\)", re.IGNORECASE)
_ABOUT_MINUTES = 2
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
        return frozenset(numbers_in(in_digits(self.unescaped)))

    @cached_property
    def moments(self) -> frozenset[Moment]:
        """Every point in time of the output."""
        found = (moment(match) for match in TIME.finditer(self.unescaped))
        return frozenset(stated for stated in found if stated is not None)

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
        if any(states(text.folded, name) for text in self._texts):
            return True
        together = name.casefold().replace("-", "").removesuffix("s")
        # "sign-ins" are SignInSuccesses.
        return "-" in name and together.isalpha() and any(together in text.folded for text in self._texts)

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
        return any(
            stated.number.is_shown_by(known) or _within(stated, known)
            for text in self._texts
            for known in text.numbers
        )

    def _labels(self, stated: StatedNumber) -> bool:
        return any(text.labels(f"{stated.number.value:.{stated.number.decimals}f}") for text in self._texts)

    def shows_time(self, stated: StatedTime) -> bool:
        """Whether a point in time is stated."""
        known = [moment for text in self._texts for moment in text.moments]
        if any(stated.moment.is_shown_by(each) for each in known):
            return True
        if stated.bounds_nothing and any(stated.moment.is_shown_by(each) for each in self._asked):
            return True
        return stated.about and any(_is_near(stated.moment, each) for each in known)

    @cached_property
    def _asked(self) -> frozenset[Moment]:
        """The times that the code asked about: where it found nothing, the output does not repeat them."""
        found = (moment(match) for text in self._texts for match in TIME.finditer(text.code))
        return frozenset(stated for stated in found if stated is not None)

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


def _within(stated: StatedNumber, known: Number) -> bool:
    if not (stated.low or stated.high) or known.kind not in (stated.number.kind, Kind.BARE):
        return False
    base = stated.number.value if known.kind is Kind.BARE else stated.number.base
    return base * (1 - stated.low) <= known.base <= base * (1 + stated.high)


def _is_near(stated: Moment, known: Moment) -> bool:
    seconds = stated.seconds_since(known)
    return seconds is not None and abs(seconds) <= _ABOUT_MINUTES * 60
