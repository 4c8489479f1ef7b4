"""Code decides what the evidence supports."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_report, an_evidence
from triage.agent.grounding import ground
from triage.domain.report import Category, Citation, Confidence, Finding, RootCause

LOG = an_evidence(id="E2", output="03:01:12 AccessDeniedException: not authorized\nto perform: dynamodb:GetItem")


def cause(*citations: Citation, confidence: Confidence = Confidence.CONFIRMED) -> RootCause:
    """A root cause with these citations."""
    return replace(a_report().root_cause, citations=citations, confidence=confidence)


def report_with(root_cause: RootCause, *findings: Finding):  # type: ignore[no-untyped-def]
    """A report that claims nothing else."""
    return a_report(root_cause=root_cause, findings=findings, timeline=(), ruled_out=(), impact=a_impact())


def a_impact():  # type: ignore[no-untyped-def]
    """An impact without citations."""
    return replace(a_report().impact, citations=())


TRUE_QUOTE = Citation("E2", "not authorized to perform: dynamodb:GetItem")


def test_a_quote_holds_across_line_breaks_and_keeps_confirmed() -> None:
    grounded = ground(report_with(cause(TRUE_QUOTE)), [LOG])

    assert grounded.problems == ()
    assert grounded.report.root_cause.verified
    assert grounded.report.root_cause.confidence is Confidence.CONFIRMED


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        (Citation("E9", "not authorized"), "there is no evidence E9; there are E2"),
        (Citation("E2", "not authorized to perform: dynamodb:PutItem"), "does not occur in E2"),
        (Citation("E2", "t"), "too short"),
    ],
)
def test_a_citation_that_does_not_hold_is_named_removed_and_caps_confidence(citation: Citation, said: str) -> None:
    grounded = ground(report_with(cause(citation)), [LOG])

    assert said in grounded.problems[0]
    assert grounded.problems[0].startswith("root_cause.citations[0]")
    assert grounded.report.root_cause.citations == ()
    assert not grounded.report.root_cause.verified
    assert grounded.report.root_cause.confidence is Confidence.INCONCLUSIVE


def test_one_false_quote_beside_a_true_one_allows_likely_at_most() -> None:
    grounded = ground(report_with(cause(TRUE_QUOTE, Citation("E2", "no such text"))), [LOG])

    assert grounded.report.root_cause.citations == (TRUE_QUOTE,)
    assert grounded.report.root_cause.confidence is Confidence.LIKELY


@pytest.mark.parametrize("stated", [Confidence.LIKELY, Confidence.INCONCLUSIVE])
def test_code_never_raises_confidence(stated: Confidence) -> None:
    grounded = ground(report_with(cause(TRUE_QUOTE, confidence=stated)), [LOG])

    assert grounded.report.root_cause.confidence is stated


def test_a_finding_without_a_citation_is_kept_but_marked() -> None:
    grounded = ground(report_with(cause(TRUE_QUOTE), Finding("Users complain.")), [LOG])

    assert "findings[0]: cite at least one" in grounded.problems[0]
    assert not grounded.report.findings[0].verified


def test_a_cause_that_says_it_is_unknown_needs_no_citation() -> None:
    unknown = replace(cause(), category=Category.UNKNOWN)

    grounded = ground(report_with(unknown), [LOG])

    assert grounded.problems == ()
    assert grounded.report.root_cause.verified
    assert grounded.report.root_cause.confidence is Confidence.INCONCLUSIVE


@given(st.text(alphabet="abcdef 0123456789", min_size=4, max_size=40))
def test_only_text_that_is_in_the_evidence_is_verified(quote: str) -> None:
    normalised = " ".join(quote.split())
    grounded = ground(report_with(cause(Citation("E2", quote))), [LOG])

    really_there = len(normalised) >= 3 and normalised in " ".join(LOG.output.split())
    assert grounded.report.root_cause.verified is really_there
