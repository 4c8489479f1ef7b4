"""Tokens that lead to the next page of one request, and of no other."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def token(position: str, asked: Mapping[str, Any]) -> str:
    """A token for a position in the answer to a request.

    Args:
        position: where the next page begins.
        asked: the request without its paging members.
    """
    return base64.urlsafe_b64encode(f"{position}|{_digest(asked)}".encode()).decode()


def position(token: object, asked: Mapping[str, Any]) -> str:
    """Where the page begins that a token leads to.

    Raises:
        ValueError: It is no token of this request.
    """
    try:
        found, _, digest = base64.urlsafe_b64decode(str(token)).decode().rpartition("|")
    except ValueError:  # no base64, or no text in it
        found, digest = "", ""
    if digest != _digest(asked):
        raise ValueError("not a token of this request: repeat the request as it was, or begin anew")
    return found


def _digest(asked: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:16]
