"""Pages of a list, by the names of the operation's paging members."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
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


@dataclass(frozen=True)
class Slice:
    """The part of a list that one request asks for.

    Attributes:
        page: How the operation pages.
        asked: The request.
        start: How many records were on the pages before.
        began: When the first page was asked for: windows that end now end then, on every page.
    """

    page: Page
    asked: Mapping[str, Any]
    start: int
    began: datetime

    @classmethod
    def of(cls, page: Page, code: str, asked: Mapping[str, Any], now: datetime) -> Slice:
        """Read a request's paging members.

        Raises:
            AwsError: The size is out of range, or the token is none of this request's.
        """
        most = page.most or page.size
        size = int(asked.get(page.limit) or page.size)
        if not page.least <= size <= most:
            raise AwsError(code, f"{page.limit} must be from {page.least} to {most}, not {size}.")
        token = asked.get(page.cursor)
        if token is None or page.after:
            return cls(page, asked, 0, now)
        try:
            start, _, began = tokens.position(token, _request(page, asked)).partition("@")
        except ValueError as error:
            raise AwsError(code, f"{page.cursor} is {error}.") from error
        return cls(page, asked, int(start), datetime.fromisoformat(began))

    def cut(self, records: list[Record]) -> tuple[list[Record], str | None]:
        """The records of the page, and the token of the next one."""
        size, after = int(self.asked.get(self.page.limit) or self.page.size), self.page.after
        start = self._behind(after, records) if after else self.start
        shown, more = records[start : start + size], start + size < len(records)
        if not more:
            return shown, None
        if after:
            return shown, str(look(after, shown[-1].seen))
        position = f"{start + size}@{self.began.isoformat()}"
        return shown, tokens.token(position, _request(self.page, self.asked))

    def _behind(self, path: str, records: list[Record]) -> int:
        """How many records there are up to the one the token names."""
        token = self.asked.get(self.page.cursor)
        return 0 if token is None else sum(1 for one in records if str(look(path, one.seen)) <= str(token))


def _request(page: Page, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name not in paging_members(page)}
