"""What short forms show of the evidence: which pieces, and which of their lines."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from triage.delivery.outline import all_claimed, counted, duration
from triage.delivery.presentable import one_line
from triage.domain.evidence import EvidenceStatus
from triage.domain.report import Category, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.domain.evidence import Evidence
    from triage.domain.investigation import Investigation
    from triage.domain.report import Report

EXCERPT_LINES = 5
EXCERPT_LINE_CHARACTERS = 300
BRIEF_LINES = 3
BRIEF_LINE_CHARACTERS = 200
_QUESTION = "asked: "
_ANSWERS = ("- ", "reading: ", "gap: ")
"""How lines of a first look begin that repeat what was asked for, and those that say what was found."""


def evidence_facts(evidence: Evidence) -> str:
    """Status and time of one tool call, in a few words; the event was received, not asked for."""
    if not evidence.code and not evidence.duration_ms:
        how = "from memory" if evidence.is_memory else "as received"
        return how if evidence.status is EvidenceStatus.OK else evidence.status.value
    lost = ", output incomplete" if evidence.truncated else ""
    return f"{evidence.status.value}, {duration(evidence.duration_ms / 1000)}{lost}"


def cited_ids(report: Report) -> frozenset[str]:
    """The evidence that any statement of the report rests on."""
    return frozenset(citation.evidence_id for claimed in all_claimed(report) for citation in claimed.citations)


def is_telling(evidence: Evidence, investigation: Investigation) -> bool:
    """Whether a short form shows code and output of this evidence, or its title only.

    Shown is what the report cites and what did not work; all of it where nothing chose what matters, and where
    the short form is the only one there is.
    """
    report = investigation.report
    cited = cited_ids(report)
    return (
        not cited
        or evidence.id in cited
        or evidence.status is not EvidenceStatus.OK
        or _is_for_the_reader_to_judge(report)
        or not investigation.archived
    )


def excerpt(evidence: Evidence, report: Report) -> tuple[str, ...]:
    """A few lines of the output that show most: those the report quotes, else the first ones.

    The last line says how many were left out. Of a first look, what no statement rests on is shown shorter: there
    is much of it.
    """
    lines = [line.strip() for line in evidence.output.splitlines() if line.strip()]
    quotes = [one_line(quote) for quote in _quotes(report, evidence.id)]
    quoted = list(itertools.islice(_quoted(lines, quotes), EXCERPT_LINES))
    if quoted or report.origin is not Origin.FIRST_LOOK:
        chosen, length = quoted or lines[:EXCERPT_LINES], EXCERPT_LINE_CHARACTERS
    else:
        chosen, length = _answers_first(lines)[:BRIEF_LINES], BRIEF_LINE_CHARACTERS
    left_out = len(lines) - len(chosen)
    shown = [_around_quote(line, quotes, length) for line in chosen]
    return (*shown, f"({counted(left_out, 'more line')})") if left_out else tuple(shown)


def _quoted(lines: Sequence[str], quotes: Sequence[str]) -> Iterator[str]:
    """The first line of each quote, each line once: in the order in which the report makes its statements."""
    shown = {line: one_line(line) for line in lines}
    found = (next((line for line, text in shown.items() if quote in text), None) for quote in quotes)
    return (line for line in dict.fromkeys(found) if line is not None)


def _answers_first(lines: Sequence[str]) -> list[str]:
    """What was found, entries of lists before single values; neither the question nor what is only a heading."""
    facts = [line for line in lines if not line.startswith(_QUESTION) and not line.endswith(":")] or [*lines]
    return sorted(facts, key=lambda line: not line.startswith(_ANSWERS))


def _is_for_the_reader_to_judge(report: Report) -> bool:
    """Whether neither a model nor a known pattern chose what matters."""
    return report.origin is Origin.FIRST_LOOK and report.root_cause.category is Category.UNKNOWN


def _quotes(report: Report, evidence_id: str) -> Iterator[str]:
    for claimed in all_claimed(report):
        for citation in claimed.citations:
            if citation.evidence_id == evidence_id and citation.quote.strip():
                yield citation.quote


def _around_quote(line: str, quotes: Sequence[str], length: int) -> str:
    """A long line cut, between words where there are some, to the part that a quote is in."""
    if len(line) <= length:
        return line
    at = min((line.find(quote) for quote in quotes if quote in line), default=0)
    start = max(0, at - length // 3)
    if start:
        start = line.rfind(" ", 0, start) + 1 or start
    end = start + length
    if end < len(line):
        space = line.rfind(" ", at, end)
        end = space if space > at + length // 3 else end
    return f"{'... ' if start else ''}{line[start:end]}{' ...' if end < len(line) else ''}"
