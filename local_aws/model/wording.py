"""Numbers and spans of time as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.model.reading import Fact


def counted(number: str, noun: str) -> str:
    """A number with its noun: ``1 line``, ``2 lines``."""
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def since(hours: float) -> str:
    """The time that was read, to be put behind what was counted; empty when the fact does not tell."""
    if not hours:
        return ""
    return f" in the {'hour' if hours == 1 else f'{hours:g} hours'} up to the alarm"


def since_of(fact: Fact) -> str:
    """The same by a fact's ``hours`` or ``minutes``."""
    return since(fact.number("hours") or fact.number("minutes") / 60)
