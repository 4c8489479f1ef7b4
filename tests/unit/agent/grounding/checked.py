"""One finding, checked against one piece of evidence."""

from __future__ import annotations

from tests.builders import an_evidence
from tests.unit.agent.grounding.test_claims import LOG, a_bare_report
from triage.agent.grounding import ground
from triage.domain.report import Citation, Derivation, Finding


def problems(
    output: str, statement: str, *quotes: str, derivations: tuple[Derivation, ...] = ()
) -> tuple[str, ...]:
    """What is said about a finding that quotes these texts of an output, or the whole of it."""
    evidence = an_evidence(id="E3", code="look()", output=output)
    cited = tuple(Citation("E3", quote) for quote in quotes or (output,))
    claim = Finding(statement, citations=cited, derivations=derivations)
    return ground(a_bare_report(findings=(claim,)), [LOG, evidence]).problems
