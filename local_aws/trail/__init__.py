"""CloudTrail's event history: what was called and what was declared, as LookupEvents shows it."""

from __future__ import annotations

from local_aws.trail import recording
from local_aws.trail.history import History
from local_aws.trail.lookup import Lookup

__all__ = ["History", "install"]


def install(history: History) -> None:
    """Record calls, and answer LookupEvents from them and from the declared events."""
    recording.install()
    Lookup(history).install()
