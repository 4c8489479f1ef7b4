"""Points follow what was right, and a forbidden claim costs nearly all of them."""

from __future__ import annotations

from typing import Any

import pytest

from evals.answer import Answer
from evals.scorer import FORBIDDEN_CAP, UNSUPPORTED, Score, score
from tests.unit.evals.builders import SETTING, answer, truth


def scored(given: Answer, without_decisive: bool = False, **changes: Any) -> Score:
    return score(given, truth(**changes), SETTING, without_decisive=without_decisive)


def test_the_right_answer_is_solved_and_gets_nearly_everything() -> None:
    found = scored(answer())

    assert found.solved
    assert found.points == pytest.approx(100, abs=0.1)
    assert (found.facts_missed, found.forbidden, found.decisive_missed) == ((), (), ())


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"category": "timeout"}, 30),
        ({"statement": "writer may not PutItem"}, 20),
        ({"quote": "AccessDeniedException: made up"}, 20),
        ({"quote": "role writer may not"}, 20),
        ({"confidence": "INCONCLUSIVE"}, 4.9),
    ],
    ids=["category", "a fact missed", "a quote that does not occur", "a quote that does not decide", "doubt"],
)
def test_what_is_wrong_costs_what_the_readme_says(change: dict[str, str], lost: float) -> None:
    found = scored(answer(**change))

    calibration = 9.0 if change.get("category") else 0.0  # sure and wrong
    assert found.points == pytest.approx(100 - lost - calibration, abs=0.2)


def test_a_forbidden_claim_caps_the_score() -> None:
    found = scored(answer(summary="The deploy broke it."))

    assert found.forbidden == ("blames-deploy",)
    assert not found.solved
    assert found.points <= FORBIDDEN_CAP


@pytest.mark.parametrize(
    "change",
    [
        {"ruled_out": [{"hypothesis": "The deploy broke it", "reason": "it was later"}]},
        {"open_questions": ["whether the deploy broke it too"]},
        {"summary": "A deploy was made.", "findings": [{"statement": "Writes broke.", "citations": []}]},
    ],
    ids=["ruled out", "left open", "words of two sentences"],
)
def test_what_is_not_claimed_is_not_forbidden(change: dict[str, Any]) -> None:
    assert scored(answer(**change)).forbidden == ()


def test_a_cause_that_is_only_listed_counts_among_hypotheses() -> None:
    found = scored(answer(category="timeout", hypotheses=[{"category": "permission_denied", "statement": "x"}]))

    assert not found.category
    assert found.among_hypotheses


def test_without_the_evidence_unknown_is_right_and_the_old_cause_is_forbidden() -> None:
    honest = scored(answer(category="unknown", confidence="INCONCLUSIVE", statement="fails since 02:18"), True)
    learnt = scored(answer(), True)

    assert honest.solved
    assert honest.points == pytest.approx(100)
    assert learnt.forbidden == (UNSUPPORTED,)
    assert learnt.points <= FORBIDDEN_CAP


@pytest.mark.parametrize(("confidence", "brier"), [("INCONCLUSIVE", 0.0), ("LIKELY", 0.49), ("CONFIRMED", 0.9025)])
def test_where_unknown_is_right_confidence_is_a_mistake(confidence: str, brier: float) -> None:
    facts = [{"id": "denied", "kind": "cause", "says": "denied", "any_of": ["denied"]}]
    given = answer(category="unknown", confidence=confidence, statement="denied")

    found = scored(given, category=["unknown"], facts=facts, decisive=[])

    assert found.brier == pytest.approx(brier)
