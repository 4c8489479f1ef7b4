"""How often the checker is wrong on labelled claims: measured, held, and the residual named."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.grounding.labelled import CLAIMS, HELD_OUT, Label, judged, labelled_claims, rates
from triage.agent.grounding.reading.normalising import normalised

if TYPE_CHECKING:
    from pathlib import Path

# One worker judges all claims, once.
pytestmark = pytest.mark.xdist_group("labelled")

HELD = {
    CLAIMS: {Label.SUPPORTED: 0.01, Label.ALTERED: 0.25, Label.INVENTED: 0.025},
    HELD_OUT: {Label.SUPPORTED: 0.02, Label.ALTERED: 0.65, Label.INVENTED: 0.0},
}
"""Upper limits of the share of wrong verdicts. ``true_quote_no_support`` has none: no code here can see it."""


@pytest.mark.parametrize(("folder", "label"), [(folder, label) for folder in HELD for label in HELD[folder]])
def test_wrong_verdicts_stay_rare(folder: Path, label: Label) -> None:
    verdicts = judged(folder)
    wrong, total = rates(verdicts)[label]

    missed = [verdict.case.finding.statement for verdict in verdicts if not verdict.is_right]
    assert wrong / total <= HELD[folder][label], missed


@pytest.mark.parametrize("folder", list(HELD))
def test_a_figure_or_name_that_nothing_cited_has_is_hardly_ever_accepted(folder: Path) -> None:
    """What is left is read from what is there: a share of two figures, a number said roughly."""
    foreign = [each for each in judged(folder) if each.case.label is Label.ALTERED and each.has_foreign_detail]

    assert sum(each.accepted for each in foreign) / len(foreign) <= 0.03, [
        each.case.finding.statement for each in foreign if each.accepted
    ]


def test_there_are_claims_enough_of_every_kind() -> None:
    counted = Counter(case.label for case in labelled_claims())

    assert sum(counted.values()) >= 160
    assert all(counted[label] >= 25 for label in Label)


def test_labels_mean_what_they_say_of_quotes() -> None:
    for case in (*labelled_claims(), *labelled_claims(HELD_OUT)):
        outputs = {item.id: normalised(item.output) for item in case.evidence}
        true = [normalised(each.quote) in outputs.get(each.evidence_id, "") for each in case.finding.citations]
        if case.label is not Label.INVENTED:
            assert all(true), (case.incident, case.finding.statement)


def test_without_its_quote_no_claim_is_accepted() -> None:
    """The negative control: a checker that accepts everything would pass for the supported ones."""
    for verdict in (*judged(), *judged(HELD_OUT)):
        assert verdict.quotes_hold or not verdict.accepted, verdict.case.finding.statement
