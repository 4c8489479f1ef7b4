"""Compiling regular expressions that came from outside: whatever Python would only warn of is an error."""

from __future__ import annotations

import re
import warnings


def compile_strictly(source: str, flags: int = 0) -> re.Pattern[str]:
    """The compiled expression.

    Raises:
        ValueError: it is not valid, or means something else elsewhere (`[[:alpha:]]`, `[a--b]`).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return re.compile(source, flags)
        except (re.error, Warning, OverflowError, RecursionError) as error:
            raise ValueError(str(error)) from error
