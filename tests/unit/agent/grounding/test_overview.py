"""What a report says without citing must be in the evidence too."""

from __future__ import annotations

from tests.unit.agent.grounding.test_claims import LOG, TRUE_QUOTE, a_bare_report, cause
from triage.agent.grounding import ground
from triage.domain.report import Action, Citation, Derivation, Finding, Impact, Risk


def test_a_headline_that_names_what_nobody_saw_gives_way_to_the_cause() -> None:
    grounded = ground(a_bare_report(headline="payments-db refuses 300 connections"), [LOG])

    assert [problem.partition(":")[0] for problem in grounded.problems] == ["headline", "headline"]
    assert grounded.report.headline == "order-role may not GetItem."


def test_without_a_cause_that_holds_the_headline_says_so() -> None:
    report = a_bare_report(headline="payments-db is down", root_cause=cause(Citation("E2", "never said")))

    assert ground(report, [LOG]).report.headline.startswith("The cause is not shown")


def test_sentences_of_the_summary_that_nothing_shows_are_left_out() -> None:
    summary = "order-role is denied. It lost write-orders at 02:11 UTC. 47 calls failed."

    assert ground(a_bare_report(summary=summary), [LOG]).report.summary == "order-role is denied. 47 calls failed."


def test_a_summary_of_which_nothing_holds_gives_way_to_the_cause() -> None:
    assert (
        ground(a_bare_report(summary="900 calls failed."), [LOG]).report.summary == "order-role may not GetItem."
    )


def test_the_summary_may_repeat_a_number_that_a_claim_derives() -> None:
    derived = Derivation("3", "50 - 47")
    claim = Finding("3 calls went well.", citations=(TRUE_QUOTE,), derivations=(derived,))

    grounded = ground(a_bare_report(findings=(claim,), summary="Only 3 calls went well."), [LOG])

    assert grounded.problems == ()


def test_the_summary_may_say_in_words_what_the_claims_show() -> None:
    halves = Finding("Half of 50 calls took 3 s.", citations=(Citation("E2", "47 times of 50"),))
    told = "About nine tenths of the calls failed. Half of the calls failed."

    grounded = ground(a_bare_report(summary=told, findings=(halves,)), [LOG])

    assert grounded.report.summary == "About nine tenths of the calls failed."


def test_a_summary_that_contradicts_its_own_figures_is_left_out() -> None:
    told = "Calls that failed fell from 47 to 50. Calls that failed rose from 47 to 50."

    assert ground(a_bare_report(summary=told), [LOG]).report.summary == "Calls that failed rose from 47 to 50."


def test_resources_that_nobody_saw_are_left_out() -> None:
    impact = Impact("Calls fail.", ("order-role", "payments-db"))

    grounded = ground(a_bare_report(impact=impact), [LOG])

    assert grounded.report.impact.affected_resources == ("order-role",)
    assert "impact.affected_resources[1]: 'payments-db' is in no evidence" in grounded.problems


def test_a_command_about_an_arn_that_nobody_saw_is_not_handed_on() -> None:
    delete = Action(
        "Delete it", Risk.HIGH, "aws lambda delete-function --function-name arn:aws:lambda:us-east-2:1:function:x"
    )
    other = Action("Allow it", Risk.LOW, "aws iam put-role-policy --role-name order-role --policy-name read")

    actions = ground(a_bare_report(immediate_actions=(delete, other)), [LOG]).report.immediate_actions

    assert [action.command is None for action in actions] == [True, False]
