"""Numbers that a claim states and its evidence does not."""

from __future__ import annotations

import re
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
    from triage.agent.grounding.reading.statements import Stated, StatedNumber
    from triage.domain.report import Derivation

MAX_SHOWN = 80
_NOT_WITHIN = re.compile(
    r"\b(?:no|none|nothing|never|neither|without|not)\b[^.;]*?\b(?:in|within|during|for|over)\s(?:the\s)?(?:last\s|past\s)?"
    r"[\w-]+\s(?:minutes?|hours?|days?|weeks?)(?:\s(?:before|until|up to|leading)\b|\s?$|[.,;])",
    re.IGNORECASE,
)
"""How far somebody looked and found nothing: no evidence states that."""


def unshown_numbers(
    statement: str,
    stated: Stated,
    derivations: Sequence[Derivation],
    cited: CitedText,
    passages: Passages,
    where: str,
) -> Iterator[str]:
    """What is wrong with the numbers of a claim, in words for whoever wrote it.

    Args:
        stated: the statement taken apart.
    """
    missing = [each for each in stated.numbers if is_comparison(each) or not cited.shows_number(each)]
    shown = [each for each in stated.numbers if each not in missing]
    for each in missing:
        if each.number.kind is Kind.TIME and _NOT_WITHIN.search(statement):
            continue
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


def _bounds(stated: StatedNumber, value: float) -> bool:
    """Whether a claim says "about" of a value that is near, "less than" of one that is less, or "more than"."""
    said = stated.number.value
    if stated.low and stated.high:
        return abs(value - said) <= said * stated.low / 2
    if stated.low and not stated.high:
        return said / 2 <= value <= said
    return bool(stated.high and not stated.low and said <= value <= said * 2)


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
    if _bounds(stated, value):
        return None
    return f"gives {value:g}"
