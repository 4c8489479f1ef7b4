"""The signal that an incident's event becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.home import Home
from triage.domain.signal import Signal
from triage.intake import detect_all

if TYPE_CHECKING:
    from evals.suite import Played


def signal_of(played: Played) -> Signal:
    """The one signal of the incident's event.

    Raises:
        ValueError: The event holds none, or several: which of them the truth is about nobody knows.
    """
    setting = played.incident.setting
    found = detect_all(played.incident.event, Home("aws", setting.account, setting.region))
    if len(found) == 1 and isinstance(found[0], Signal):
        return found[0]
    raise ValueError(f"{played.incident.name}/event.json is {len(found)} signals, not one: {found}")
