"""Who makes the errors a load balancer counts: itself, or the targets behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Finding

_UNWELL = re.compile(r"\.targets\.(?:unhealthy|draining|initial|unused|unavailable)$")
_HEALTH = re.compile(r"HealthyHostCount|UnHealthyHostCount")
_MOST = 3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene
    from triage.first_look.reporting.citing import Citing

_OWN = re.compile(r"^HTTPCode_ELB_(?P<kind>[45])(?P<rest>\w\w)_Count$")


def made_by_itself(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """That a load balancer's own errors are not those of its targets, which answer none."""
    watched = scene.watched
    found = _OWN.match(watched.name) if watched else None
    if watched is None or found is None:
        yield from _all_healthy(scene, citing)
        return
    kind = f"{found['kind']}XX"
    calm = next((each for each in scene.reading(f"HTTPCode_Target_{kind}_Count") if each.steady is not None), None)
    if calm is None:
        return
    healthy = [each for each in scene.settings if each.key == "healthy" and each.path.endswith("targets.healthy")]
    well = f", {healthy[0].value} of them healthy," if healthy else ""
    words = citing.of((*calm.quotes, *watched.quotes, *(quote for each in healthy[:1] for quote in each.quotes)))
    answer = f"answer no {kind}" if calm.steady == 0 else f"answer no more {kind} than before"
    beyond = "" if found["kind"] == "5" else " Those requests do not reach them."
    yield Finding(
        f"The load balancer makes these {found['kind']}{found['rest']} itself: "
        f"its targets{well} {answer}.{beyond}",
        citations=words,
    )


def _all_healthy(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """That all targets of a balancer are healthy, whatever else is wrong."""
    states = [each for each in scene.settings if each.path.endswith(".targets.healthy") and not each.hop]
    unwell = [each for each in scene.settings if _UNWELL.search(each.path) and not each.hop]
    if not states or unwell or _HEALTH.search(scene.watched.name if scene.watched else ""):
        return
    told = ", ".join(f"{each.value} of {each.about}" for each in states[:_MOST] if each.value != "0")
    if told:
        quotes = [quote for each in states[:_MOST] for quote in each.quotes]
        yield Finding(f"All targets are healthy: {told}.", citations=citing.of(quotes))
