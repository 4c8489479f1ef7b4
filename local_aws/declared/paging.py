"""Pages of a list, by the names of the operation's paging members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local_aws import tokens
from local_aws.declared.conditions import look
from local_aws.declared.errors import AwsError
from local_aws.declared.wire import paginator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.declared.records import Record
    from local_aws.declared.rules import Page, Rule
    from local_aws.declared.wire import Operation


def page_of(operation: Operation, rule: Rule) -> Page | None:
    """The rule's page with the member names of botocore's paginator filled in."""
    if rule.page is None:
        return None
    known = paginator(operation)
    following = str(_first(known.get("output_token", ""))).split(" || ")[0]
    return replace(
        rule.page,
        limit=rule.page.limit or str(known.get("limit_key", "")),
        cursor=rule.page.cursor or str(_first(known.get("input_token", ""))),
        following=rule.page.following or following,
        more=rule.page.more or str(known.get("more_results", "")),
    )


def _first(names: Any) -> Any:
    return names[0] if isinstance(names, list) else names


def paging_members(page: Page | None) -> set[str]:
    """The request members that page."""
    return {page.limit, page.cursor} - {""} if page else set()


def cut(page: Page, code: str, asked: Mapping[str, Any], records: list[Record]) -> tuple[list[Record], str | None]:
    """The records of the page asked for, and the token of the next one.

    Raises:
        AwsError: The size is out of range, or the token is none of this request's.
    """
    size = int(asked.get(page.limit) or page.size)
    most = page.most or page.size
    if not page.least <= size <= most:
        raise AwsError(code, f"{page.limit} must be from {page.least} to {most}, not {size}.")
    token = asked.get(page.cursor)
    if page.after:
        start = _after(page.after, token, records)
        shown = records[start : start + size]
        more = start + size < len(records)
        return shown, str(look(page.after, shown[-1].seen)) if more else None
    request = {name: value for name, value in asked.items() if name not in paging_members(page)}
    try:
        start = int(tokens.position(token, request)) if token else 0
    except ValueError as error:
        raise AwsError(code, f"{page.cursor} is {error}.") from error
    more = start + size < len(records)
    return records[start : start + size], tokens.token(str(start + size), request) if more else None


def _after(path: str, token: Any, records: list[Record]) -> int:
    if token is None:
        return 0
    return sum(1 for record in records if str(look(path, record.seen)) <= str(token))
