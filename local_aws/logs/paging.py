"""Page tokens: opaque, and good only for the request they were given for."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from ministack.core.responses import get_account_id, get_region

from local_aws.logs.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Item = TypeVar("Item")

_OF_THE_PAGE = frozenset({"nextToken", "limit", "maxResults", "maxItems", "startFromHead"})
"""Members that may change from page to page."""


def fingerprint(operation: str, request: Mapping[str, Any]) -> str:
    """What stays the same from page to page, shortened."""
    kept = {name: value for name, value in request.items() if name not in _OF_THE_PAGE}
    whole = json.dumps([operation, get_account_id(), get_region(), kept], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def token(operation: str, request: Mapping[str, Any], position: str) -> str:
    """A token for what follows a position."""
    return base64.urlsafe_b64encode(f"{fingerprint(operation, request)}:{position}".encode()).decode()


def position(operation: str, request: Mapping[str, Any]) -> str | None:
    """The position the request's token stands for; None without a token.

    Raises:
        RefusedError: the token was not given for this request.
    """
    given = request.get("nextToken")
    if given is None:
        return None
    try:
        of, _, found = base64.urlsafe_b64decode(str(given).encode()).decode().partition(":")
    except ValueError:
        of, found = "", ""
    if of != fingerprint(operation, request):
        raise invalid("The specified nextToken is invalid.")
    return found


def page(
    operation: str, request: Mapping[str, Any], items: Sequence[Item], most: int, size_member: str = "limit"
) -> tuple[list[Item], dict[str, str]]:
    """A page of items, and the answer's nextToken where there are more.

    Raises:
        RefusedError: the token was not given for this request.
    """
    start = int(position(operation, request) or 0)
    end = start + min(int(request.get(size_member) or most), most)
    more = {"nextToken": token(operation, request, str(end))} if end < len(items) else {}
    return list(items[start:end]), more
