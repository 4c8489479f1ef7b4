"""Code decides what the evidence supports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_report, a_root_cause, an_evidence
from triage.agent.grounding import Grounded, ground, without_unsupported
from triage.domain.report import (
    Category,
    Citation,
    Confidence,
    Derivation,
    Finding,
    Impact,
    Origin,
    Report,
    RuledOut,
)

LOG = an_evidence(
    id="E2",
    output=(
        "03:01:12 AccessDeniedException: role order-role is not authorized\nto perform: dynamodb:GetItem, "
        "47 times of 50, 2984.12 ms each"
    ),
)
TRUE_QUOTE = Citation("E2", "not authorized to perform: dynamodb:GetItem")


def a_bare_report(**overrides: Any) -> Report:
    """A report that claims nothing but a root cause that :data:`LOG` shows."""
    values: dict[str, Any] = {
        "headline": "order-role is denied",
        "summary": "order-role is denied.",
        "root_cause": cause(TRUE_QUOTE),
        "impact": Impact("Calls fail."),
        "timeline": (),
        "findings": (),
        "ruled_out": (),
        "immediate_actions": (),
        "gaps": (),
    }
    return a_report(**(values | overrides))


def cause(*citations: Citation, **overrides: Any) -> Any:
    """A confirmed root cause with these citations."""
    return a_root_cause(**({"statement": "order-role may not GetItem.", "citations": citations} | overrides))


def finding(statement: str, *derivations: Derivation, quote: str = "47 times") -> Grounded:
    """A finding that cites the log, checked."""
    claim = Finding(statement, citations=(Citation("E2", quote),), derivations=derivations)
    return ground(a_bare_report(findings=(claim,)), [LOG])


def test_a_quote_holds_across_line_breaks_and_keeps_confirmed() -> None:
    grounded = ground(a_bare_report(), [LOG])

    assert grounded.problems == ()
    assert grounded.report.root_cause.verified
    assert grounded.report.root_cause.confidence is Confidence.CONFIRMED


def test_a_quote_of_json_inside_json_holds_without_its_backslashes() -> None:
    event = an_evidence(id="E2", output='signal: {"reason":"log says \\"role order-role denied\\" twice"}')
    quote = Citation("E2", 'says "role order-role denied"')

    assert ground(a_bare_report(root_cause=cause(quote, statement="order-role fails.")), [event]).problems == ()


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        (Citation("E9", "not authorized"), "there is no evidence E9; there are E2"),
        (Citation("E2", "not authorized to perform: dynamodb:PutItem"), "does not occur in E2"),
        (Citation("E2", "t"), "too short"),
        (Citation("E2", "-- - --"), "too short"),
    ],
)
def test_a_citation_that_does_not_hold_is_named_and_caps_confidence(citation: Citation, said: str) -> None:
    grounded = ground(a_bare_report(root_cause=cause(citation)), [LOG])

    assert said in grounded.problems[0]
    assert grounded.problems[0].startswith("root_cause.citations[0]")
    assert grounded.report.root_cause.citations == ()
    assert not grounded.report.root_cause.verified
    assert grounded.report.root_cause.confidence is Confidence.INCONCLUSIVE


def test_a_quote_of_the_code_shows_nothing_because_the_model_wrote_it() -> None:
    printed = replace(LOG, code='print("not authorized to perform: dynamodb:GetItem")')

    grounded = ground(a_bare_report(), [printed])

    assert "stands in the code of E2" in grounded.problems[0]
    assert not grounded.report.root_cause.verified


def test_one_false_quote_beside_a_true_one_allows_likely_at_most() -> None:
    grounded = ground(a_bare_report(root_cause=cause(TRUE_QUOTE, Citation("E2", "no such text"))), [LOG])

    assert grounded.report.root_cause.citations == (TRUE_QUOTE,)
    assert grounded.report.root_cause.confidence is Confidence.LIKELY


def test_a_finding_without_a_citation_is_marked_and_then_left_out() -> None:
    grounded = ground(a_bare_report(findings=(Finding("Users complain."),)), [LOG])

    assert "findings[0]: cite at least one" in grounded.problems[0]
    assert not grounded.report.findings[0].verified
    delivered = without_unsupported(grounded.report)
    assert delivered.findings == ()
    assert "One statement was left out" in delivered.gaps[-1]


def test_a_cause_that_says_it_is_unknown_needs_no_citation() -> None:
    grounded = ground(a_bare_report(root_cause=cause(category=Category.UNKNOWN)), [LOG])

    assert grounded.problems == ()
    assert grounded.report.root_cause.verified
    assert grounded.report.root_cause.confidence is Confidence.INCONCLUSIVE


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("order-role was denied 47 times.", None),
        ("order-roles was denied 74 times.", "74"),
        ("order-role-2 was denied.", "order-role-2"),
        ("It was denied dynamodb:PutItem.", "dynamodb:PutItem"),
        ("It was denied at 03:01 UTC.", None),
        ("It was denied at 03:07 UTC.", "03:07"),
        ("Each call took 3.0 s.", None),
        ("Each call took 4.0 s.", "4.0 s"),
        ("It was denied 47 of 50 times, 94 %.", None),
        ("It was denied 47 of 50 times, 84 %.", "84 %"),
        ('The log says "AccessDenied forever".', "AccessDenied forever"),
        ("The table `customers` is denied.", "customers"),
    ],
)
def test_every_name_time_and_number_of_a_claim_is_in_its_evidence(statement: str, missing: str | None) -> None:
    grounded = finding(statement)

    assert grounded.report.findings[0].verified is (missing is None)
    assert all(str(missing) in problem for problem in grounded.problems)
    assert bool(grounded.problems) is (missing is not None)


def test_a_detail_must_be_in_the_evidence_that_is_cited_not_in_some_other() -> None:
    other = an_evidence(id="E3", output="payments-role was denied 12 times")
    claim = Finding("payments-role was denied.", citations=(Citation("E2", "47 times"),))

    grounded = ground(a_bare_report(findings=(claim,)), [LOG, other])

    assert "'payments-role' does not occur in E2; cite the evidence that names it" in grounded.problems[0]


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("50 - 47", None),
        ("50 - 46", "uses 46, which the cited evidence does not state"),
        ("50 + 47", "gives 97"),
        ("3", "uses 3, which"),
    ],
)
def test_a_derived_number_holds_when_its_expression_over_cited_numbers_gives_it(
    expression: str, problem: str | None
) -> None:
    grounded = finding("3 calls went well.", Derivation("3", expression))

    assert grounded.report.findings[0].verified is (problem is None)
    assert [str(problem) in said for said in grounded.problems] == ([True] if problem else [])


def test_ruled_out_hypotheses_are_kept_and_marked() -> None:
    true = RuledOut("The table is gone", "It answers.", citations=(Citation("E2", "47 times"),))
    false = RuledOut("Throttling", "No throttle in 900 calls.", citations=(Citation("E2", "47 times"),))

    delivered = without_unsupported(ground(a_bare_report(ruled_out=(true, false)), [LOG]).report)

    assert [item.verified for item in delivered.ruled_out] == [True, False]


def test_of_a_report_that_code_wrote_only_the_citations_are_checked() -> None:
    written = a_bare_report(origin=Origin.FIRST_LOOK, headline="99 of payments-role", summary="At 23:59.")

    grounded = ground(written, [LOG])

    assert grounded.problems == ()
    assert grounded.report.headline == "99 of payments-role"


@given(st.text(alphabet="abcdef 0123456789", min_size=4, max_size=40))
def test_only_text_that_is_in_the_evidence_is_verified(quote: str) -> None:
    normalised = " ".join(quote.split())
    grounded = ground(a_bare_report(root_cause=cause(Citation("E2", quote))), [LOG])

    really_there = len(normalised) >= 3 and normalised in " ".join(LOG.output.split())
    assert bool(grounded.report.root_cause.citations) is really_there
