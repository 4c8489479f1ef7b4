"""Page tokens: opaque, and good only for the request they were given for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ministack.core.responses import get_account_id, get_region

from local_aws import tokens
from local_aws.logs.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Item = TypeVar("Item")

_OF_THE_PAGE = frozenset({"nextToken", "limit", "maxResults", "maxItems", "startFromHead"})
"""Members that may change from page to page."""


def token(operation: str, request: Mapping[str, Any], position: str) -> str:
    """A token for what follows a position."""
    return tokens.token(position, _asked(operation, request))


def position(operation: str, request: Mapping[str, Any]) -> str | None:
    """The position the request's token stands for; None without a token.

    Raises:
        RefusedError: the token was not given for this request.
    """
    given = request.get("nextToken")
    if given is None:
        return None
    try:
        return tokens.position(given, _asked(operation, request))
    except ValueError as error:
        raise invalid("The specified nextToken is invalid.") from error


def _asked(operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """What stays the same from page to page."""
    kept = {name: value for name, value in request.items() if name not in _OF_THE_PAGE}
    return {"operation": operation, "account": get_account_id(), "region": get_region(), "request": kept}


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
