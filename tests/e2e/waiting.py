"""Waiting for what becomes true."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def eventually(condition: Callable[[], Any], limit_s: float = 60.0) -> Any:
    """The first true value of a condition that is looked at again and again until it is too late."""
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.1)
    pytest.fail(f"did not come true within {limit_s:.0f} s")
