"""Which evidence short forms show, and which of its lines."""

from __future__ import annotations

import dataclasses

import pytest

from tests.builders import a_citation, a_report, a_root_cause, an_evidence, an_investigation
from triage.delivery.evidence_excerpt import BRIEF_LINE_CHARACTERS, cited_ids, excerpt, is_telling
from triage.domain.evidence import Evidence, EvidenceStatus
from triage.domain.report import Category, Finding, Impact, Origin, Report

LOOK = """\
asked: filter: lines that speak of trouble
lag: lines appear within seconds
groups:
- group: /aws/lambda/charge-card; lines: 162
  templates:
  - template: Task timed out after <n> seconds; count: 65
  - template: WARN retrying; count: 65
  - template: WARN price cache cold; count: 32"""


def _report(origin: Origin, category: Category = Category.TIMEOUT, quote: str = "") -> Report:
    cause = a_root_cause(category=category, citations=(a_citation("E1", quote or "x"),))
    bare = a_report(origin=origin, root_cause=cause, impact=Impact("Unknown."))
    return dataclasses.replace(bare, timeline=(), findings=(), ruled_out=())


def test_of_a_first_look_what_was_found_comes_before_values_questions_and_headings() -> None:
    assert excerpt(an_evidence(output=LOOK), _report(Origin.FIRST_LOOK)) == (
        "- group: /aws/lambda/charge-card; lines: 162",
        "- template: Task timed out after <n> seconds; count: 65",
        "- template: WARN retrying; count: 65",
        "(5 more lines)",
    )


def test_of_a_first_look_a_quoted_line_is_shown_alone() -> None:
    report = _report(Origin.FIRST_LOOK, quote="WARN price cache cold")
    assert excerpt(an_evidence(output=LOOK), report) == (
        "- template: WARN price cache cold; count: 32",
        "(7 more lines)",
    )


def test_the_lines_that_the_cause_quotes_come_before_those_of_findings() -> None:
    output = "\n".join([*(f"found {number}" for number in range(9)), "the cause"])
    findings = tuple(Finding("f", citations=(a_citation("E1", f"found {number}"),)) for number in range(9))
    report = dataclasses.replace(_report(Origin.MODEL, quote="the cause"), findings=findings)
    assert excerpt(an_evidence(output=output), report) == (
        "the cause",
        *(f"found {number}" for number in range(4)),
        "(5 more lines)",
    )


def test_evidence_of_a_model_is_shown_from_its_first_line_on() -> None:
    assert (
        excerpt(an_evidence(output=LOOK), _report(Origin.MODEL))[0] == "asked: filter: lines that speak of trouble"
    )


def test_evidence_of_nothing_but_a_question_shows_that() -> None:
    asked = an_evidence(output="asked: window: the hour")
    assert excerpt(asked, _report(Origin.FIRST_LOOK)) == ("asked: window: the hour",)


def test_long_lines_of_a_first_look_are_cut_between_words() -> None:
    shown = excerpt(an_evidence(output="word " * 200), _report(Origin.FIRST_LOOK))[0]
    assert len(shown) <= BRIEF_LINE_CHARACTERS + len(" ...")
    assert shown.endswith("word ...")


@pytest.mark.parametrize(
    ("evidence", "report", "archived", "telling"),
    [
        (an_evidence(id="E1"), _report(Origin.FIRST_LOOK), True, True),
        (an_evidence(id="E2"), _report(Origin.FIRST_LOOK), True, False),
        (an_evidence(id="E2"), _report(Origin.FIRST_LOOK, Category.UNKNOWN), True, True),
        (an_evidence(id="E2"), _report(Origin.MODEL, Category.UNKNOWN), True, False),
        (an_evidence(id="E2"), _report(Origin.MODEL), False, True),
        (an_evidence(id="E2", status=EvidenceStatus.TIMEOUT), _report(Origin.MODEL), True, True),
    ],
    ids=["cited", "not cited", "unknown to code", "unknown to a model", "the only copy", "failed"],
)
def test_shown_is_what_was_chosen_what_failed_and_all_where_nothing_chose(
    evidence: Evidence, report: Report, archived: bool, telling: bool
) -> None:
    assert is_telling(evidence, an_investigation(report=report, archived=archived)) is telling


def test_a_report_that_cites_nothing_shows_all() -> None:
    report = dataclasses.replace(_report(Origin.MODEL), root_cause=a_root_cause(citations=()))
    assert cited_ids(report) == frozenset()
    assert is_telling(an_evidence(), an_investigation(report=report))
