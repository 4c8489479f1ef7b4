"""What an earlier investigation found is no proof of the present cause."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import an_action, an_evidence
from tests.unit.agent.grounding.test_claims import LOG, TRUE_QUOTE, a_bare_report, cause
from triage.agent.grounding import Grounded, ground, without_unsupported
from triage.agent.grounding.earlier import speaks_of_earlier
from triage.domain.evidence import MEMORY_PREFIX
from triage.domain.report import Category, Citation, Confidence, Finding, Hypothesis, Impact, Origin

MEMORY = an_evidence(
    id="E3",
    code="",
    output=(
        f"{MEMORY_PREFIX}what earlier investigations found then\n"
        "This alarm was investigated 2 times in the 30 days before; this is the 3rd time in 30 days.\n"
        "- 2026-11-02 03:04 UTC, order-api, investigation 20261102T030005Z-00aa11bb22\n"
        "  cause named then: permission_denied, CONFIRMED: "
        "order-role is not authorized for dynamodb:PutItem on orders-v1"
    ),
)
OF_MEMORY = Citation("E3", "order-role is not authorized for dynamodb:PutItem")
COUNT = Citation("E3", "this is the 3rd time in 30 days")
COUNTED = "Third time in 30 days; an earlier investigation of 2026-11-02 named dynamodb:PutItem."


def grounded(**overrides: Any) -> Grounded:
    """A report over a log of today and what memory says."""
    return ground(a_bare_report(**overrides), [LOG, MEMORY])


def of_cause(*citations: Citation, **overrides: Any) -> Grounded:
    return grounded(root_cause=cause(*citations, **overrides))


def test_a_cause_that_only_memory_shows_is_inconclusive_and_the_model_is_told_why() -> None:
    found = of_cause(OF_MEMORY, statement="order-role may not dynamodb:PutItem.")

    assert found.report.root_cause.confidence is Confidence.INCONCLUSIVE
    assert not found.report.root_cause.verified
    assert "rests on earlier investigations alone" in found.problems[0]


def test_a_cause_that_only_memory_shows_stays_inconclusive_where_it_says_so_itself() -> None:
    found = of_cause(
        OF_MEMORY, statement="As the earlier investigation found, order-role may not dynamodb:PutItem."
    )

    assert found.report.root_cause.confidence is Confidence.INCONCLUSIVE


@pytest.mark.parametrize("category", Category)
def test_no_kind_of_cause_is_confirmed_by_memory(category: Category) -> None:
    quotes = [Citation("E3", line) for line in MEMORY.output.splitlines()]

    assert of_cause(*quotes, category=category).report.root_cause.confidence is Confidence.INCONCLUSIVE


def test_a_detail_that_only_memory_shows_is_not_confirmed_by_a_quote_of_today_beside_it() -> None:
    borrowed = of_cause(TRUE_QUOTE, OF_MEMORY, statement="order-role may not dynamodb:PutItem on orders-v1.")
    named = of_cause(
        TRUE_QUOTE, OF_MEMORY, statement="order-role may not, the 3rd time, dynamodb:PutItem on orders-v1."
    )

    assert (borrowed.report.root_cause.verified, borrowed.report.root_cause.confidence) == (
        False,
        Confidence.LIKELY,
    )
    assert (named.report.root_cause.verified, named.report.root_cause.confidence) == (True, Confidence.LIKELY)


def test_a_cause_that_today_shows_is_confirmed_with_memory_beside_it() -> None:
    assert of_cause(TRUE_QUOTE, COUNT).report.root_cause.confidence is Confidence.CONFIRMED


def test_a_report_of_code_cannot_confirm_by_memory_either() -> None:
    found = grounded(root_cause=cause(OF_MEMORY), origin=Origin.FIRST_LOOK)

    assert found.report.root_cause.confidence is Confidence.INCONCLUSIVE


def test_a_finding_about_an_earlier_investigation_holds() -> None:
    found = grounded(findings=(Finding(COUNTED, citations=(COUNT, OF_MEMORY)),))

    assert found.problems == ()
    assert found.report.findings[0].verified


def test_a_finding_that_states_what_was_then_as_if_it_were_so_now_is_left_out() -> None:
    found = grounded(findings=(Finding("order-role may not dynamodb:PutItem.", citations=(OF_MEMORY,)),))

    assert without_unsupported(found.report).findings == ()
    assert "rests on earlier investigations alone" in found.problems[0]


def test_what_cites_nothing_borrows_nothing_from_memory() -> None:
    impact = Impact("Writes to orders-v1 fail.", ("orders-v1",))
    arn = "arn:aws:dynamodb:us-east-2:123456789012:table/orders-v1"
    found = ground(
        a_bare_report(impact=impact, immediate_actions=(an_action(command=f"aws x --table {arn}"),)),
        [LOG, an_evidence(id="E3", code="", output=f"{MEMORY.output} {arn}")],
    ).report

    assert not found.impact.verified
    assert found.impact.affected_resources == ()
    assert found.immediate_actions[0].command is None


def test_the_summary_may_say_which_time_it_is_and_the_headline_may_not_name_what_was_then() -> None:
    found = grounded(headline="orders-v1 denies order-role", summary=f"order-role is denied. {COUNTED}").report

    assert found.summary.endswith(COUNTED)
    assert "orders-v1" not in found.headline


def test_an_explanation_from_memory_stays_possible_when_it_says_where_it_is_from() -> None:
    told = Hypothesis(
        "The same as last time.",
        Category.PERMISSION_DENIED,
        speaks_for="the last investigation named dynamodb:PutItem",
        citations=(OF_MEMORY,),
    )

    assert grounded(hypotheses=(told,)).report.hypotheses[0].verified


@pytest.mark.parametrize(
    "statement",
    [
        "This is the 3rd time in 30 days.",
        "The third time this month.",
        "An earlier investigation named the role.",
        "It was last investigated on 2026-11-02.",
        "A person said that cause was right.",
        "The problem recurred.",
    ],
)
def test_such_words_speak_of_earlier_investigations(statement: str) -> None:
    assert speaks_of_earlier(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "In the last 5 minutes 47 calls failed.",
        "The deployment came 4 minutes earlier.",
        "The role was changed before the onset and is denied again.",
        "The previous version worked.",
    ],
)
def test_words_about_the_time_before_the_alarm_do_not(statement: str) -> None:
    assert not speaks_of_earlier(statement)
