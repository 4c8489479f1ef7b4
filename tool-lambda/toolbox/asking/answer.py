"""The form of every helper's answer: what was asked, what was found, and what could not be seen.

The one place where refused, throttled and late calls become gaps.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.exceptions import ConnectionError as NoConnection

from toolbox.asking.clients import Late
from toolbox.asking.figures import compact
from toolbox.asking.window import Window, iso
from untrusted import redact_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_DENIED = re.compile(r"AccessDenied|Unauthorized|NotAuthorized|OptInRequired|Forbidden|^AuthorizationError")
_THROTTLED = re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|SlowDown|RateExceeded")
_MISSING = re.compile(r"NotFound|NoSuch|DoesNotExist|Non[Ee]xistent|ResourceNotFound|\.NotFound$")
_ACTION = re.compile(r"perform:? ([\w-]+:\w+)|^([\w-]+:\w+) was not sent")
_MOST_WHY = 220


class Answer(dict[str, Any]):
    """A helper's answer: a JSON object that prints as one compact line."""

    def __repr__(self) -> str:
        """Compact JSON."""
        return as_text(self)

    __str__ = __repr__


class Asked:
    """One question to the account while it is being answered."""

    def __init__(self, window: Window | None = None, **asked: Any) -> None:
        """Note what is asked.

        Args:
            window: Stretch of time looked at.
            asked: Filter and subject, as the answer repeats them.
        """
        self._asked = {**asked, **({"window": window.text()} if window else {})}
        self.truncated: list[str] = []
        self._lag: str | None = None
        self.gaps: list[dict[str, str]] = []

    def about(self, **asked: Any) -> None:
        """Note more of what is asked."""
        self._asked |= asked

    def attempt(self, what: str, call: Callable[[], T], default: T) -> T:
        """Ask the account; a refusal, a throttle or silence is a gap and gives the default."""
        try:
            return call()
        except (ClientError, BotoCoreError, Late) as error:
            self.gap(what, why(error))
            return default

    def gap(self, what: str, reason: str) -> None:
        """Note what could not be seen, and why."""
        entry = {"what": what, "why": reason}
        if entry not in self.gaps:
            self.gaps.append(entry)

    def cut(self, what: str) -> None:
        """Note what was left out."""
        if what not in self.truncated:
            self.truncated.append(what)

    def take_over(self, other: Asked) -> None:
        """Note what another question could not see and left out."""
        for gap in other.gaps:
            self.gap(gap["what"], gap["why"])
        for left_out in other.truncated:
            self.cut(left_out)

    def lags(self, how: str) -> None:
        """Note by how much what is read may be behind."""
        self._lag = how

    def answer(self, **data: Any) -> Answer:
        """The answer: compact, redacted, JSON only."""
        whole = {
            "asked": self._asked,
            **data,
            "truncated": self.truncated,
            "lag": self._lag,
            "gaps": self.gaps,
        }
        return Answer(redact_value(compact(_plain(whole))))


def why(error: Exception) -> str:
    """The reason of a failed call in a few words, its kind first: denied, throttled, late, not found, …"""
    if isinstance(error, Late | ReadTimeoutError | ConnectTimeoutError):
        return f"late: {error}"[:_MOST_WHY]
    if isinstance(error, NoConnection):
        return f"unreachable: {error}"[:_MOST_WHY]
    if not isinstance(error, ClientError):
        return f"failed: {type(error).__name__}: {error}"[:_MOST_WHY]
    details = error.response.get("Error", {})
    code, message = str(details.get("Code", "")), str(details.get("Message", ""))
    action = _ACTION.search(message)
    if _DENIED.search(code):
        return f"denied: {(action[1] or action[2]) if action else error.operation_name}"
    if _THROTTLED.search(code):
        return f"throttled: {error.operation_name}"
    kind = "not found" if is_missing(error) else "failed"
    return f"{kind}: {error.operation_name}: {code}: {message}"[:_MOST_WHY]


def is_missing(error: Exception) -> bool:
    """Whether AWS says that what was asked for does not exist."""
    if not isinstance(error, ClientError):
        return False
    details = error.response.get("Error", {})
    code, message = str(details.get("Code", "")), str(details.get("Message", ""))
    return bool(_MISSING.search(code)) or (code == "ValidationError" and "does not exist" in message)


def pages(client: Any, method: str, key: str, most: int = 200, **request: Any) -> Iterator[Any]:
    """The items of a paged operation, at most `most` of them.

    Args:
        client: A boto3 client.
        method: Its method, in snake case.
        key: Member of the answer that holds the items; nested ones with dots.
        most: Upper bound.
        request: Members of the request.
    """
    if client.can_paginate(method):
        found = client.get_paginator(method).paginate(**request, PaginationConfig={"MaxItems": most})
    else:
        found = [getattr(client, method)(**request)]
    left = most
    for page in found:
        items: Any = page
        for name in key.split("."):
            items = (items or {}).get(name)
        for item in (items or [])[:left]:
            left -= 1
            yield item


def as_text(value: Any) -> str:
    """Compact JSON of anything an AWS answer holds."""
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
