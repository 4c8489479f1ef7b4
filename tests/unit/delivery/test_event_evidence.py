"""The event as evidence: readable where it is shown whole, and hiding nothing."""

from __future__ import annotations

import json

import pytest

from tests.builders import a_signal, an_evidence
from triage.agent.evidence_book import EvidenceBook
from triage.delivery.event_evidence import laid_out
from triage.domain.evidence import Evidence


def the_event(**signal: object) -> Evidence:
    """The evidence that an investigation starts with."""
    return EvidenceBook(lambda: "nonce").add_signal(a_signal(**signal))


def test_the_event_is_laid_out_one_value_per_line() -> None:
    shown = laid_out(the_event(name="orders-age"))

    assert shown is not None
    assert '\n  "name": "orders-age",\n' in shown
    assert json.loads(shown) == a_signal(name="orders-age").to_json()


@pytest.mark.parametrize(
    "evidence",
    [
        an_evidence(code="print(1)", output='signal: {"a": 1}'),
        an_evidence(code="", output="AccessDenied"),
        an_evidence(code="", output='signal: {"a": '),
        an_evidence(code="", output="signal: [1]"),
        an_evidence(code="", output="signal: " + "[" * 100_000),
    ],
    ids=["a tool call's", "no event", "cut", "no object", "nested too deep"],
)
def test_other_output_is_left_as_it_is(evidence: Evidence) -> None:
    assert laid_out(evidence) is None


def test_what_an_escape_stands_for_is_neither_hidden_nor_a_link() -> None:
    output = 'signal: {"reason": "\\u202egnp.exe https:\\/\\/evil.example"}'

    shown = laid_out(an_evidence(code="", output=output))

    assert shown is not None
    assert "⟨U+202E⟩gnp.exe hxxps://evil[.]example" in shown
    assert "\u202e" not in shown
