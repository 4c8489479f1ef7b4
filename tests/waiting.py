"""Waiting for what becomes true, and for CloudTrail to answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_PAUSE_S = 0.03
_LONGEST_PAUSE_S = 0.3
_PAUSE_PER_WAITED = 1 / 25
"""What has taken seconds so far is not looked for dozens of times in the next one: looking costs time too."""


def eventually(look: Callable[[], T | None], what: str, limit_s: float = 60.0) -> T:
    """The first truthy answer of a look that is repeated until it is too late.

    Raises:
        AssertionError: there never was one; says what never became true.
    """
    began = time.monotonic()
    while (waited := time.monotonic() - began) < limit_s:
        found = look()
        if found:
            return found
        # Between two looks at a real condition.
        time.sleep(min(max(_PAUSE_S, waited * _PAUSE_PER_WAITED), _LONGEST_PAUSE_S))
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
