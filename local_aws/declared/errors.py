"""Errors in the words of the service that answers."""

from __future__ import annotations


class AwsError(Exception):
    """An error answer.

    Attributes:
        code: Error code of the service's API reference.
        message: What the client reads.
        status: HTTP status; that of the error's shape in the service model when None.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class MalformedStateError(ValueError):
    """A declared document does not fit the service model; the message names the path and what fits."""
