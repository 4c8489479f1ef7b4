"""The check takes time in proportion to what it reads, whatever that is."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.builders import an_evidence
from triage.agent.grounding.contradictions import contradicted
from triage.agent.grounding.reading.cited import EvidenceText
from triage.agent.grounding.reading.passages import Passages
from triage.agent.grounding.reading.statements import stated_in
from triage.domain.report_schema import MAX_TEXT

SAID = "Errors of i-0a1b rose from 3 to 9 after 10:05, all failed, twice as many as at 10:00; no longer enabled."
REPEATED = ("1 ", "1,", "1:", "1.", "1-", "a-", "a.b:", "12 h ", "2026-11-21 ", "E1,", "`", '"', " ", "i-0a1b ")
TOLD = (
    *REPEATED,
    "10:00 3, ",
    "60 -> 10, ",
    "error",
    "a=b ",
    "2 of 6 pods ",
    "function=a-1 ",
    "no ",
    "old: 1 ",
    "x",
)

FIGURES = "It rose from 5 to 12 before 10:05, three of four run. " + "1,2,3;" * 20


def of_evidence(text: str) -> float:
    """Processor time of taking a text apart as evidence."""
    evidence = EvidenceText(an_evidence(output=text))
    started = time.process_time()
    assert evidence.numbers is not None
    assert evidence.moments is not None
    return time.process_time() - started


def of_claim(text: str) -> float:
    """Processor time of taking a text apart as a claim."""
    started = time.process_time()
    stated_in(text)
    return time.process_time() - started


def of_line(text: str) -> float:
    """Processor time of holding a claim against a line of evidence."""
    passages = Passages(("x",), (text,), (text,), (text,))
    started = time.process_time()
    list(contradicted(SAID, passages))
    return time.process_time() - started


def of_figures(text: str) -> float:
    """Processor time of holding a claim full of figures against a line full of them."""
    passages = Passages((text[:40],), (text,), (text,), (text,))
    started = time.process_time()
    list(contradicted(FIGURES, passages))
    return time.process_time() - started


def of_statement(text: str) -> float:
    """Processor time of holding a long claim against a short line."""
    passages = Passages(("x",), ("10:00 3, 10:05 9",), ("10:00 3, 10:05 9",), ("10:00 3, 10:05 9",))
    started = time.process_time()
    list(contradicted(text, passages))
    return time.process_time() - started


def in_proportion(measure: Callable[[str], float], small: str, large: str) -> bool:
    """Whether ten times the text takes forty times as long at most; measured again only if it does not."""
    limit = 40 * max(min(measure(small) for _ in range(2)), 0.0005)
    return any(measure(large) <= limit for _ in range(2))


@pytest.mark.parametrize("part", TOLD)
@pytest.mark.parametrize(("measure", "size"), [(of_line, 500), (of_statement, MAX_TEXT // 10)])
def test_nor_does_what_is_held_against_it(measure: Callable[[str], float], size: int, part: str) -> None:
    small, large = part * (size // len(part)), part * (10 * size // len(part))

    assert in_proportion(measure, small, large)


@pytest.mark.parametrize("part", ["1,2,3;", "k=7 ", "10:00 5, "])
def test_nor_do_many_figures_against_many(part: str) -> None:
    small, large = part * (400 // len(part)), part * (4_000 // len(part))

    assert in_proportion(of_figures, small, large)


@pytest.mark.parametrize("part", REPEATED)
@pytest.mark.parametrize(("measure", "size"), [(of_evidence, 5_000), (of_claim, MAX_TEXT // 4)])
def test_ten_times_the_text_takes_no_hundred_times_as_long(
    measure: Callable[[str], float], size: int, part: str
) -> None:
    small, large = part * (size // len(part)), part * (10 * size // len(part))

    assert in_proportion(measure, small, large)
