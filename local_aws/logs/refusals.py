"""The error answers of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class RefusedError(Exception):
    """An error answer of CloudWatch Logs.

    Attributes:
        code: the exception's name in the service's model.
        message: what the client sees.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(message: str) -> RefusedError:
    """A parameter that is wrong, or that is not applied here."""
    return RefusedError("InvalidParameterException", message)


def missing(what: str) -> RefusedError:
    """A named resource that does not exist."""
    return RefusedError("ResourceNotFoundException", f"The specified {what} does not exist.")


def not_applied(operation: str, member: str, applied: Iterable[str]) -> RefusedError:
    """A member of the request that would change the answer on AWS and is not applied here."""
    known = ", ".join(sorted(applied)) or "none"
    return invalid(f"This local AWS does not apply {member} of {operation}; it applies {known}.")
