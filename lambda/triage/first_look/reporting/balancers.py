"""Who makes the errors a load balancer counts, itself or the targets behind it, and whether those are healthy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Finding
from triage.first_look.untyped import mapping, number, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene
    from triage.first_look.reporting.citing import Citing

_OWN = re.compile(r"^HTTPCode_ELB_(?P<kind>[45])(?P<rest>\w\w)_Count$")
_HEALTH = re.compile(r"HealthyHostCount|UnHealthyHostCount")
_MOST = 3


def made_by_itself(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """That a load balancer's own errors are not those of its targets, which answer no more than before."""
    watched = scene.watched
    found = _OWN.match(watched.name) if watched else None
    if watched is None or found is None:
        return
    kind = f"{found['kind']}XX"
    calm = next((each for each in scene.reading(f"HTTPCode_Target_{kind}_Count") if each.steady is not None), None)
    if calm is None:
        return
    healthy = [each for each in scene.settings if each.key == "healthy" and each.path.endswith("targets.healthy")]
    well = f", {healthy[0].value} of them healthy," if healthy else ""
    words = citing.of((*calm.quotes, *watched.quotes, *(quote for each in healthy[:1] for quote in each.quotes)))
    answer = f"answer no {kind}" if calm.steady == 0 else f"answer no more {kind} than before"
    made = f"{found['kind']}{found['rest']}"
    yield Finding(
        f"The load balancer makes these {made} itself: its targets{well} {answer}.",
        citations=words,
    )


def all_healthy(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """That all targets of a balancer are healthy, whatever else is wrong; an alarm on just that says it itself."""
    if scene.watched is None or _HEALTH.search(scene.watched.name):
        return
    groups = [
        (str(each.get("name") or ""), mapping(each.get("targets")))
        for section in scene.look.of("configuration")
        if section.lead is None
        for each in objects(section.data.get("target_groups"))
    ]
    if not groups or any(set(states) != {"healthy"} or not number(states["healthy"]) for _, states in groups):
        return
    told = [f"{states['healthy']} of {name}" for name, states in groups]
    more = f" and those of {len(told) - _MOST} more groups" if len(told) > _MOST else ""
    names = {name for name, _ in groups[:_MOST]}
    quotes = [
        quote
        for each in scene.settings
        if each.path.endswith(".targets.healthy") and each.about in names and not each.hop
        for quote in each.quotes
    ]
    yield Finding(f"All targets are healthy: {', '.join(told[:_MOST])}{more}.", citations=citing.of(quotes))
