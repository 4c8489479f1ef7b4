"""The lines of evidence that a claim quotes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.agent.grounding.reading.normalising import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.domain.evidence import Evidence
    from triage.domain.report import Citation


def lines_quoted(evidence: Evidence, citation: Citation) -> Iterator[str]:
    """The lines of evidence that a quote is from; none for one that runs over several lines."""
    quote = normalised(citation.quote)
    return (line for line in map(normalised, evidence.output.splitlines()) if quote in line)
