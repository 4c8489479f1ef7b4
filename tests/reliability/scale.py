"""How much is tried: what CI has time for, or everything with RELIABILITY=full.

    RELIABILITY=full python -m pytest tests/reliability -rP

A few numbers can be set on their own, and random moments repeated: RELIABILITY_ROUNDS, RELIABILITY_NAMES,
RELIABILITY_MOMENTS, RELIABILITY_SEED.
"""

from __future__ import annotations

import os

import pytest

FULL = os.environ.get("RELIABILITY") == "full"

takes_minutes = pytest.mark.skipif(
    not FULL, reason="takes minutes: RELIABILITY=full runs it; a fast test over ports in memory stands in for it"
)


def number(name: str, usual: int, full: int) -> int:
    """A number of the scale: as set, or as CI or the full run has it."""
    return int(os.environ.get(f"RELIABILITY_{name}", full if FULL else usual))
