"""Changes that a reader should know: behind hypotheses, near the onset, elsewhere in the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Finding
from triage.first_look import change_kinds
from triage.first_look.reporting.wording import clock, sentence, span, who_did

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Change, Scene
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_CHANGES = 4
_ELSEWHERE = 5
_NEAR_MINUTES = 30


def changes_near(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """One finding for each change that matters."""
    for change in telling_changes(ranked, scene)[:_CHANGES]:
        at = clock(change.at, scene) if change.at else "at an unknown time"
        distance = f", {_distance(change, scene)}" if change.at else ""
        touches = f" ({change.touches})" if change.touches else ""
        yield Finding(sentence(f"{at}{distance}: {who_did(change)}{touches}"), citations=citing.of(change.quotes))


def _distance(change: Change, scene: Scene) -> str:
    minutes = (scene.onset - (change.at or scene.onset)).total_seconds() / 60
    return f"{span(minutes)} before the onset" if minutes >= 0 else f"{span(-minutes)} after the onset"


def telling_changes(ranked: Sequence[Ranked], scene: Scene) -> list[Change]:
    """Changes behind hypotheses first, then those of the resources concerned, the nearest to the onset first."""
    linked = [each.link.change for each in ranked[:4] if each.link is not None]
    meant = [each.candidate.change for each in ranked[:6] if each.candidate.change is not None]
    if linked:
        meant = [each for each in meant if each.related]
    near = [each for each in scene.changes if _is_near(each, scene) and not change_kinds.is_harmless(each)]
    return list(dict.fromkeys([*linked, *meant, *sorted(near, key=lambda each: _nearness(each, scene))]))


def _is_near(change: Change, scene: Scene) -> bool:
    if change.at is None:
        return False
    if change.related:
        return True
    recent = 0 <= scene.minutes_before(change.at) <= _NEAR_MINUTES
    return recent and bool(change.operation) and not change_kinds.by_aws(change)


def _nearness(change: Change, scene: Scene) -> tuple[bool, float]:
    """What came before the trouble explains it; what is nearest first."""
    at = change.at or scene.onset
    return not scene.may_precede(at), abs(scene.minutes_before(at))


def changes_elsewhere(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Changes elsewhere in the account, in one line: nothing seen ties them to the alarm."""
    told = telling_changes(ranked, scene)[:_CHANGES]
    rest = [each for each in scene.changes if _is_elsewhere(each) and each not in told]
    nearest = sorted(rest, key=lambda each: _nearness(each, scene))[:_ELSEWHERE]
    if nearest:
        parts = [
            f"{clock(each.at, scene)} {each.event} {each.given[:60]} by {each.by}" for each in nearest if each.at
        ]
        quotes = [quote for each in nearest for quote in each.quotes]
        yield Finding(
            sentence(f"Elsewhere in the account, with nothing seen that ties it to this: {'; '.join(parts)}"),
            citations=citing.of(quotes),
        )


def _is_elsewhere(change: Change) -> bool:
    own = bool(change.operation) and change.at is not None and not change.related and not change.refused
    return own and not change_kinds.is_harmless(change) and not change_kinds.by_aws(change)
