"""Numbers that a claim states and its evidence does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.agent.grounding.derived.arithmetic import InvalidExpression, evaluate
from triage.agent.grounding.derived.implied import implied_operands, is_comparison, is_implied
from triage.agent.grounding.derived.one_step import follows_in_one_step
from triage.agent.grounding.reading.numbers import Kind
from triage.agent.grounding.reading.statements import stated_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.cited import CitedText
    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.statements import StatedNumber
    from triage.domain.report import Derivation

MAX_SHOWN = 80


def unshown_numbers(
    statement: str, derivations: Sequence[Derivation], cited: CitedText, passages: Passages, where: str
) -> Iterator[str]:
    """What is wrong with the numbers of a claim, in words for whoever wrote it."""
    stated = stated_in(statement)
    missing = [each for each in stated.numbers if is_comparison(each) or not cited.shows_number(each)]
    shown = [each for each in stated.numbers if each not in missing]
    for each in missing:
        if is_implied(each, statement, stated, passages) or _is_share(each, shown):
            continue
        if follows_in_one_step(each, statement, passages):
            continue
        derivation = _derivation_of(each, derivations)
        if derivation is None:
            yield f"{each.text.strip()} is not in {where}; correct it, or say under derivations how it follows"
        else:
            problem = _problem_with(derivation, each, cited, passages)
            if problem:
                yield f"{each.text.strip()}: the expression {derivation.expression[:MAX_SHOWN]!r} {problem}"


def _is_share(stated: StatedNumber, shown: Sequence[StatedNumber]) -> bool:
    """Whether a percentage follows from two numbers that the claim states beside it."""
    if stated.number.kind is not Kind.RATIO:
        return False
    values = [
        each.number.value
        for each in shown
        if each.number.kind is not Kind.RATIO and (each.status or not each.label)
    ]
    return any(
        abs(part / whole * 100 - stated.number.value) <= stated.number.half_digit
        for part in values
        for whole in values
        if whole and part <= whole
    )


def _derivation_of(stated: StatedNumber, derivations: Sequence[Derivation]) -> Derivation | None:
    for derivation in derivations:
        values = stated_in(derivation.value).numbers
        if any(each.number.value == stated.number.value for each in values):
            return derivation
    return None


def _problem_with(
    derivation: Derivation, stated: StatedNumber, cited: CitedText, passages: Passages
) -> str | None:
    try:
        value = evaluate(derivation.expression, cited, implied_operands(passages))
    except InvalidExpression as error:
        return str(error)
    if abs(value - stated.number.value) <= stated.number.half_digit + 1e-9:
        return None
    return f"gives {value:g}"
