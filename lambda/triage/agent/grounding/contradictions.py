"""What a claim says and the lines it quotes say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.agent.grounding.chronology import against_chronology
from triage.agent.grounding.comparisons import against_comparison
from triage.agent.grounding.direction import against_direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.passages import Passages


def contradicted(statement: str, passages: Passages) -> Iterator[str]:
    """What is wrong."""
    if not statement:
        return
    yield from against_direction(statement, passages)
    yield from against_chronology(statement)
    yield from against_comparison(statement)
