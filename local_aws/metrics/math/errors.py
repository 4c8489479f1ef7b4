"""What can be wrong with an expression."""

from __future__ import annotations


class ExpressionError(ValueError):
    """An expression that cannot be parsed or evaluated; the message says why."""
