"""The one error of a query."""

from __future__ import annotations


class QueryError(ValueError):
    """A query that is refused; the text is the message of the MalformedQueryException."""
