"""A detail of another line of the same evidence is no detail of what was quoted."""

from __future__ import annotations

import pytest

from tests.builders import an_evidence
from tests.unit.agent.grounding.test_claims import LOG, a_bare_report
from triage.agent.grounding import ground
from triage.domain.report import Citation, Finding

TARGETS = an_evidence(
    id="E3",
    code="look()",
    output=(
        "2026-11-21T22:11:36Z target i-0a1b2c3d4e5f60718 port 8080 unhealthy\n"
        "2026-11-21T22:14:02Z target i-0f9e8d7c6b5a40312 port 8080 healthy\n"
        "12 checks in all"
    ),
)


def problems(statement: str, *quotes: str) -> tuple[str, ...]:
    """What is said about a finding that quotes lines of the targets."""
    claim = Finding(statement, citations=tuple(Citation("E3", quote) for quote in quotes))
    return ground(a_bare_report(findings=(claim,)), [LOG, TARGETS]).problems


def test_what_the_quoted_line_says_holds() -> None:
    assert problems("i-0a1b2c3d4e5f60718 is unhealthy since 22:11 UTC.", "port 8080 unhealthy") == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("i-0f9e8d7c6b5a40312 is unhealthy.", "is about 'i-0a1b2c3d4e5f60718', not 'i-0f9e8d7c6b5a40312'"),
        ("A target is unhealthy since 22:14 UTC.", "says 2026-11-21T22:11:36Z, not 22:14 UTC"),
    ],
)
def test_a_name_or_time_of_another_line_does_not(statement: str, said: str) -> None:
    (problem,) = problems(statement, "port 8080 unhealthy")

    assert said in problem
    assert "quote the line that shows it" in problem


def test_quoting_both_lines_mends_it() -> None:
    quotes = ("port 8080 unhealthy", "port 8080 healthy")
    assert problems("i-0a1b2c3d4e5f60718 is unhealthy, i-0f9e8d7c6b5a40312 healthy at 22:14 UTC.", *quotes) == ()


def test_a_line_without_names_and_times_says_nothing_otherwise() -> None:
    assert problems("i-0f9e8d7c6b5a40312 was healthy at 22:14 UTC.", "12 checks in all") == ()
