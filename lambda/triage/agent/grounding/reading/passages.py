"""What a claim quotes, and the lines it quotes from."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.quoted import lines_quoted
from triage.agent.grounding.reading.statements import stated_in
from triage.agent.grounding.reading.times import Moment, moments_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.agent.grounding.reading.statements import Stated
    from triage.domain.evidence import Evidence
    from triage.domain.report import Citation

MAX_ROWS = 400
_VARYING = re.compile(r"[0-9a-f]{6,}|\d+")
MAX_LINE = 20_000
"""Longer lines are no lines: an output without line breaks. What counts there is the quote itself."""


@dataclass(frozen=True)
class Passages:
    """The cited evidence of one claim, as its quotes show it.

    Attributes:
        quotes: of the citations that hold.
        single: each line that a quote is from, once.
        lines: the same, and quotes that run over several lines.
        outputs: of the evidence quoted from.
        alarmed: points in time that the alarm's own event states: what "three days ago" is counted from.
        around: each quote with the first line that it is from.
    """

    quotes: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    alarmed: frozenset[Moment] = frozenset()
    around: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, cited: Sequence[tuple[Evidence, Citation]], alarmed: frozenset[Moment] = frozenset()) -> Passages:
        """What citations that hold quote."""
        around = [
            (normalised(citation.quote), list(lines_quoted(evidence, citation))) for evidence, citation in cited
        ]
        return cls(
            quotes=tuple(dict.fromkeys(quote for quote, _ in around)),
            single=tuple(dict.fromkeys(line for _, lines in around for line in lines)),
            lines=tuple(dict.fromkeys(line for quote, lines in around for line in _lines_or(quote, lines))),
            outputs=tuple(dict.fromkeys(evidence.output for evidence, _ in cited)),
            alarmed=alarmed,
            around=tuple(
                dict.fromkeys((quote, line) for quote, lines in around for line in _lines_or(quote, lines)[:1])
            ),
        )

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """Every line of the evidence quoted from."""
        lines = (normalised(line) for output in self.outputs for line in output.splitlines())
        return tuple(filter(None, lines))

    @cached_property
    def counts(self) -> frozenset[int]:
        """One, and how many rows like those quoted the evidence has: three tasks, seven targets, eight minutes."""
        shapes = Counter(map(_shape, self.whole[:MAX_ROWS]))
        return frozenset({1, *(shapes[shape] for shape in map(_shape, self.single))})

    @cached_property
    def stated(self) -> tuple[Stated, ...]:
        """What each quote states."""
        return tuple(stated_in(quote) for quote in self.quotes)

    @cached_property
    def stated_by_lines(self) -> tuple[Stated, ...]:
        """What each line quoted from states."""
        return tuple(stated_in(line) for line in self.lines)

    @cached_property
    def moments(self) -> frozenset[Moment]:
        """Every point in time of the evidence quoted from, and those of the alarm."""
        return self.alarmed.union(stated for line in self.whole for stated in moments_in(line))


def _shape(row: str) -> tuple[int, str]:
    """What rows of one table share: how the first column is written, and by a word how many columns there are."""
    columns = row.split()
    first = _VARYING.sub("#", columns[0]) if columns else ""
    return 0 if "#" in first else len(columns), first


def _lines_or(quote: str, lines: Sequence[str]) -> Sequence[str]:
    return [line for line in lines if len(line) <= MAX_LINE] or [quote]
