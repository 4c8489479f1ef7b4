"""A report that holds is accepted; whatever is altered in it afterwards is caught."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.builders import an_evidence
from tests.unit.agent.grounding.test_claims import LOG, a_bare_report
from triage.agent.grounding import ground, without_unsupported
from triage.domain.evidence import Evidence
from triage.domain.report import Citation, Finding

MAX_EXAMPLES = 40

WORDS = ("orders", "payments", "checkout", "ledger", "invoice", "wallet")
KINDS = ("api", "worker", "db", "queue", "role")
UNITS = ("", " ms", " MB", " %", " seconds")


@st.composite
def names(draw: st.DrawFn) -> str:
    """A resource name as teams choose them."""
    word, kind = draw(st.sampled_from(WORDS)), draw(st.sampled_from(KINDS))
    form = draw(
        st.sampled_from(("{w}-{k}-{n}", "{w}_{k}_{n}", "{w}{n}-{k}", "/aws/lambda/{w}-{k}-{n}", "{w}-{k}.v{n}.x"))
    )
    return form.format(w=word, k=kind, n=draw(st.integers(1, 99)))


@dataclass(frozen=True)
class Fact:
    """Something that happened: the line that tells it and a claim about it."""

    name: str
    number: str
    unit: str
    clock: str

    @property
    def line(self) -> str:
        """As a log tells it."""
        return f"2026-11-21T{self.clock}Z {self.name} reported {self.number}{self.unit} to its peers"

    @property
    def statement(self) -> str:
        """As a report tells it."""
        return f"At {self.clock} UTC {self.name} reported {self.number}{self.unit}."


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """A fact."""
    number = draw(st.one_of(st.integers(2, 10**6).map(str), st.floats(2, 9999).map(lambda value: f"{value:.2f}")))
    clock = f"{draw(st.integers(0, 23)):02}:{draw(st.integers(0, 59)):02}:{draw(st.integers(0, 59)):02}"
    return Fact(draw(names()), number, draw(st.sampled_from(UNITS)), clock)


def holds(statement: str, quote: str, evidence: tuple[Evidence, ...], evidence_id: str = "E3") -> bool:
    """Whether a finding survives to the delivered report."""
    claim = Finding(statement, citations=(Citation(evidence_id, quote),))
    checked = ground(a_bare_report(findings=(claim,)), (LOG, *evidence)).report
    return without_unsupported(checked).findings != ()


def told(*told_facts: Fact) -> tuple[Evidence, ...]:
    """One piece of evidence for each fact, from E3 on."""
    return tuple(an_evidence(id=f"E{n}", output=fact.line, code="look()") for n, fact in enumerate(told_facts, 3))


@settings(max_examples=MAX_EXAMPLES)
@given(facts())
def test_what_the_evidence_says_is_accepted(fact: Fact) -> None:
    assert holds(fact.statement, fact.line, told(fact))


@settings(max_examples=MAX_EXAMPLES)
@given(facts(), st.data())
def test_an_altered_digit_is_caught(fact: Fact, data: st.DataObject) -> None:
    places = [index for index, character in enumerate(fact.number) if character.isdigit()]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != fact.number[place]]))
    altered = replace(fact, number=fact.number[:place] + digit + fact.number[place + 1 :])
    assume(float(altered.number) != float(fact.number))

    assert not holds(altered.statement, fact.line, told(fact))


@settings(max_examples=MAX_EXAMPLES)
@given(facts(), st.data())
def test_an_altered_time_is_caught(fact: Fact, data: st.DataObject) -> None:
    other = data.draw(facts()).clock
    assume(other != fact.clock)

    assert not holds(replace(fact, clock=other).statement, fact.line, told(fact))


@settings(max_examples=MAX_EXAMPLES)
@given(facts(), facts())
def test_a_name_of_other_evidence_is_caught(fact: Fact, other: Fact) -> None:
    assume(other.name not in fact.name and fact.name not in other.name)

    assert not holds(replace(fact, name=other.name).statement, fact.line, told(fact, other))


@settings(max_examples=MAX_EXAMPLES)
@given(facts(), st.integers(0, 9))
def test_a_name_with_one_more_digit_is_caught(fact: Fact, digit: int) -> None:
    assert not holds(replace(fact, name=f"{fact.name}{digit}").statement, fact.line, told(fact))


@settings(max_examples=MAX_EXAMPLES)
@given(facts(), facts())
def test_an_invented_quote_is_caught(fact: Fact, other: Fact) -> None:
    assume(fact.line != other.line)

    assert not holds(fact.statement, other.line, told(fact))


@settings(max_examples=MAX_EXAMPLES)
@given(facts(), facts(), st.sampled_from(("E2", "E4", "E5", "E33")))
def test_the_wrong_evidence_is_caught(fact: Fact, other: Fact, evidence_id: str) -> None:
    assume(fact.line != other.line)

    assert not holds(fact.statement, fact.line, told(fact, other), evidence_id)
