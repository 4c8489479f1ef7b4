"""What a claim says and the lines it quotes say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.agent.grounding.contradictions.actors import against_actors
from triage.agent.grounding.contradictions.bindings import against_places
from triage.agent.grounding.contradictions.chronology import (
    against_chronology,
    against_order_of_figures,
    against_order_of_quotes,
)
from triage.agent.grounding.contradictions.datapoints import against_datapoints
from triage.agent.grounding.contradictions.direction import against_figures, against_own_figures
from triage.agent.grounding.contradictions.lasting import against_what_lasts
from triage.agent.grounding.contradictions.opposites import against_opposites
from triage.agent.grounding.contradictions.quoted_times import told_otherwise
from triage.agent.grounding.contradictions.ratios import against_ratios
from triage.agent.grounding.contradictions.siblings import about_others
from triage.agent.grounding.reading.statements import stated_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.reading.passages import Passages


def contradicted(statement: str, passages: Passages) -> Iterator[str]:
    """What is wrong with a claim that its citations, by themselves, allow; in words for whoever wrote it."""
    if not statement:
        return
    stated = stated_in(statement)
    yield from told_otherwise(stated, passages.lines)
    others = [*about_others(stated, passages.single), *against_actors(stated, passages)]
    yield from others or against_places(stated, passages)
    yield from against_figures(statement, passages)
    yield from against_order_of_quotes(statement, passages)
    yield from against_order_of_figures(statement, passages)
    yield from against_what_lasts(statement, passages)
    yield from against_datapoints(statement, passages)
    yield from against_opposites(statement, passages)
    yield from contradicting_itself(statement)


def contradicting_itself(statement: str) -> Iterator[str]:
    """What is wrong with the figures of a statement whatever the evidence says."""
    yield from against_own_figures(statement)
    yield from against_ratios(statement)
    yield from against_chronology(statement)
