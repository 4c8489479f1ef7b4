"""Waiting for what becomes true, and for CloudTrail to answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_PAUSE_S = 0.03


def eventually(look: Callable[[], T | None], what: str, limit_s: float = 60.0) -> T:
    """The first truthy answer of a look that is repeated until it is too late.

    Raises:
        AssertionError: there never was one; says what never became true.
    """
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(_PAUSE_S)  # between two looks at a real condition
    raise AssertionError(f"not within {limit_s:.0f} s: {what}")


def lookup_events(cloudtrail: Any, **options: Any) -> dict[str, Any]:
    """One page of CloudTrail's event history, which answers twice a second however many tests ask."""

    def look() -> Any:
        try:
            return cloudtrail.lookup_events(**options)
        except cloudtrail.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "ThrottlingException":
                raise
            return None

    page: dict[str, Any] = eventually(look, "an answer of CloudTrail")
    return page
