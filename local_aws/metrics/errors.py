"""Refusals in CloudWatch's words."""

from __future__ import annotations


class ServiceError(Exception):
    """A request CloudWatch refuses.

    Attributes:
        code: As the query protocol and boto3 spell it, such as `ValidationError`.
        message: What was wrong with which input.
        status: HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> ServiceError:
    """The general refusal: `ValidationError`."""
    return ServiceError("ValidationError", message)


def not_here(what: str, instead: str = "") -> ServiceError:
    """What AWS would do and this local AWS cannot.

    Args:
        what: completes "This local AWS does not …".
        instead: what it does know, as a sentence of its own.
    """
    return invalid(f"This local AWS does not {what}.{' ' if instead else ''}{instead}")
