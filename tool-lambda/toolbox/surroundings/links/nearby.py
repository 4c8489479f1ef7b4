"""What lies within a few steps of a resource, nearest first. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolbox.resources.base import Resource
    from toolbox.surroundings.links.base import Links

#: What is shared by so many says nothing about any of them.
_HUB = 15
#: Linked for their own sake; nothing is reached through them.
_ENDS = frozenset({"role", "log_group", "bus"})


@dataclass(frozen=True, slots=True)
class Near:
    """Something near the resource one started from.

    Attributes:
        resource: What.
        origin: Through which neighbour it was reached.
        why: What links it to that neighbour.
        hop: How many links away.
    """

    resource: Resource
    origin: Resource
    why: str
    hop: int


def nearby(links: Links, starts: Iterable[Resource], steps: int, most: int) -> list[Near]:
    """What is linked to the starts, whichever way, within a number of steps; the starts are not told."""
    waiting = deque((start, 0) for start in starts)
    seen = {start for start, _ in waiting}
    found: list[Near] = []
    while waiting and len(found) < most:
        here, hop = waiting.popleft()
        linked = links.of(here)
        if hop == steps or here.kind in _ENDS or (hop > 0 and len(linked) > _HUB):
            continue
        for other, why in linked:
            if other not in seen:
                seen.add(other)
                found.append(Near(other, here, why, hop + 1))
                waiting.append((other, hop + 1))
    return found[:most]
