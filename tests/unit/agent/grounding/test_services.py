"""Claims about what many services print: true ones, and the same with a detail altered (``services.json``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.agent.grounding.checked import problems

_SERVICES = json.loads((Path(__file__).parent / "services.json").read_text(encoding="utf-8"))


def _claims(kind: str) -> list[tuple[str, str, list[str]]]:
    return [("\n".join(each["evidence"]), said, quotes) for each in _SERVICES for said, *quotes in each[kind]]


@pytest.mark.parametrize(("output", "statement", "quotes"), _claims("true"))
def test_a_true_claim_is_accepted(output: str, statement: str, quotes: list[str]) -> None:
    assert problems(output, statement, *quotes) == ()


@pytest.mark.parametrize(("output", "statement", "quotes"), _claims("altered"))
def test_an_altered_claim_is_caught(output: str, statement: str, quotes: list[str]) -> None:
    assert problems(output, statement, *quotes)
