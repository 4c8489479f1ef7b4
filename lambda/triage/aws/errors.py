"""What botocore raises, sorted into the few cases that matter here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


def code_of(error: ClientError) -> str:
    """The service's error code, for example ``ThrottlingException``."""
    return str(error.response.get("Error", {}).get("Code", ""))


def text_of(error: ClientError | BotoCoreError) -> str:
    """One line that says what went wrong, without the request."""
    if isinstance(error, BotoCoreError):
        return f"{type(error).__name__}: {error}"
    return f"{code_of(error)}: {error.response.get('Error', {}).get('Message', '')}"
