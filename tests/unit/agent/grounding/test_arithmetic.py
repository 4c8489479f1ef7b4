"""Expressions of a report are computed again, and only over what is cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import an_evidence
from triage.agent.grounding.derived.arithmetic import MAX_CHARACTERS, InvalidExpression, evaluate
from triage.agent.grounding.reading.cited import CitedText, EvidenceText

CITED = CitedText(
    [
        EvidenceText(
            an_evidence(output="47 of 50 failed at 02:58:10, last at 03:02; timed out; timed out; 1,200 ms")
        )
    ]
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("47 + 50", 97),
        ("47 / 50 * 100", 94),
        ("(1 - 47 / 50) * 100", 6),
        ("100 - 47", 53),
        ("1200 / 1000", 1.2),
        ("-47 + 50", 3),
        ("round(47 / 50, 1)", 0.9),
        ("max(47, 50) - min(47, 50)", 3),
        ('count("timed out")', 2),
        ('minutes("02:58:10", "03:02")', 230 / 60),
        ('seconds("02:58", "03:02:00")', 240),
    ],
)
def test_arithmetic_over_cited_numbers(expression: str, value: float) -> None:
    assert evaluate(expression, CITED) == pytest.approx(value)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("48 + 50", "uses 48"),
        ("47 + 60", "uses 60"),
        ("100 * 60", "uses no number"),
        ("47 / (50 - 50)", "cannot be computed"),
        ("47 ** 50", "may only add"),
        ("47 // 50", "may only add"),
        ("__import__('os').system('id')", "may call"),
        ("count('timed')", None),
        ("count('never')", "count needs"),
        ("count(47)", "take texts"),
        ("minutes('03:02', '02:58:10')", "earlier one first"),
        ("minutes('02:58:10', '03:33')", "two times"),
        ("round(47, 50)", "round takes"),
        ("round()", "may call"),
        ("min(47)", "cannot be computed"),
        ("true", "may hold numbers"),
        ("True", "may hold numbers"),
        ("47 if 50 else 1", "may hold numbers"),
        ("[47]", "may hold numbers"),
        ("lambda: 47", "may hold numbers"),
        ("47; 50", "no arithmetic"),
        ("", "no arithmetic"),
        ("47\x00", "no arithmetic"),
        ("(" * 150 + "47" + ")" * 40, "no arithmetic"),
        ("47+" * 40 + "50", "too many parts"),
        ("1" * (MAX_CHARACTERS + 1), "longer than"),
    ],
)
def test_anything_else_is_refused_with_the_reason(expression: str, why: str | None) -> None:
    if why is None:
        assert evaluate(expression, CITED) == 2
        return
    with pytest.raises(InvalidExpression, match=why):
        evaluate(expression, CITED)


@given(st.text(alphabet="0123456789+-*/(). ,'\"abcdefcountminutes_[]{}:=", max_size=60))
def test_no_text_makes_it_fail_in_another_way(expression: str) -> None:
    try:
        evaluate(expression, CITED)
    except InvalidExpression as error:
        assert str(error)
