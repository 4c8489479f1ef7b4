"""Who makes the errors a load balancer counts: itself, or the targets behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene
    from triage.first_look.reporting.citing import Citing

_OWN = re.compile(r"^HTTPCode_ELB_(?P<code>5\w\w)_Count$")
_OF_TARGETS = "HTTPCode_Target_5XX_Count"


def made_by_itself(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """That a load balancer's own errors are not those of its targets, which answer none."""
    watched = scene.watched
    found = _OWN.match(watched.name) if watched else None
    calm = next((each for each in scene.reading(_OF_TARGETS) if each.steady == 0), None)
    if watched is None or found is None or calm is None:
        return
    healthy = [each for each in scene.settings if each.key == "healthy" and each.path.endswith("targets.healthy")]
    well = f", {healthy[0].value} of them healthy," if healthy else ""
    words = citing.of((*calm.quotes, *watched.quotes, *(quote for each in healthy[:1] for quote in each.quotes)))
    yield Finding(
        f"The load balancer makes these {found['code']} itself: its targets{well} answer no 5XX.", citations=words
    )
