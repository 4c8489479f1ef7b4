"""Conditions of members that hold filters: by name, by structure, by span of time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Condition, Record, listed, values
from local_aws.declared.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Fields(Condition):
    """A structure of filters, each of which must hold.

    Attributes:
        paths: JMESPath by member: the record's value is one of it.
        spans: JMESPath by member: the record's time lies within it, or within one of them.
    """

    paths: Mapping[str, str]
    spans: Mapping[str, str] = field(default_factory=dict)
    code: str = "ValidationException"

    def check(self, asked: Any) -> None:
        for name in asked:
            if name not in self.paths and name not in self.spans:
                offered = ", ".join(sorted({*self.paths, *self.spans}))
                raise AwsError(
                    self.code, f"This local AWS does not apply the filter {name}; it applies {offered}."
                )

    def keeps(self, asked: Any, record: Record) -> bool:
        return all(self._holds(name, value, record) for name, value in asked.items())

    def _holds(self, name: str, asked: Any, record: Record) -> bool:
        if name in self.spans:
            found = values(self.spans[name], record)
            return any(_within(span, one) for span in listed(asked) for one in found)
        found = values(self.paths[name], record)
        return any(one in found for one in listed(asked))

    @property
    def sentence(self) -> str:
        names = ", ".join(f"`{name}`" for name in sorted({*self.paths, *self.spans}))
        return f"its members {names}"


@dataclass(frozen=True)
class Span(Condition):
    """The record's time lies within it."""

    path: str

    def keeps(self, asked: Any, record: Record) -> bool:
        return any(_within(asked, one) for one in values(self.path, record))

    @property
    def sentence(self) -> str:
        return f"`{self.path}` lies within it"


def _within(span: Mapping[str, Any], moment: Any) -> bool:
    """Whether a moment lies in a span, which services write as from/to, start/end or after/before."""
    first = next((span[name] for name in ("from", "start", "after") if name in span), moment)
    last = next((span[name] for name in ("to", "end", "before") if name in span), moment)
    return bool(first <= moment <= last)


@dataclass(frozen=True)
class Filters(Condition):
    """Named filters: every filter must hold, any of its values is enough.

    Attributes:
        paths: JMESPath by filter name.
        tags: JMESPath of the tag list where `tag:<key>`, `tag-key` and `tag-value` are filters.
        wildcards: Whether `*` and `?` stand for any characters (EC2 user guide, "Filtering your resources").
        code: Error code for a filter that is not known.
    """

    paths: Mapping[str, str]
    tags: str = ""
    wildcards: bool = False
    code: str = "InvalidParameterValue"

    def check(self, asked: Any) -> None:
        for one in asked:
            self._path(_named(one)[0])

    def keeps(self, asked: Any, record: Record) -> bool:
        return all(self._holds(one, record) for one in asked)

    def _holds(self, asked: Mapping[str, Any], record: Record) -> bool:
        name, wanted = _named(asked)
        found = [_text(one) for one in values(self._path(name), record)]
        return any(self._matches(str(pattern), one) for pattern in wanted for one in found)

    def _path(self, name: str) -> str:
        if self.tags and name.startswith("tag:"):
            return f"{self.tags}[?Key=={_literal(name[4:])}].Value"
        tagged = {"tag-key": f"{self.tags}[].Key", "tag-value": f"{self.tags}[].Value"} if self.tags else {}
        known = {**self.paths, **tagged}
        if name not in known:
            offered = ", ".join(sorted(known)) + (", tag:<key>" if self.tags else "")
            raise AwsError(self.code, f"This local AWS does not apply the filter '{name}'; it applies {offered}.")
        return known[name]

    def _matches(self, pattern: str, value: str) -> bool:
        return bool(_wildcard(pattern).fullmatch(value)) if self.wildcards else pattern == value

    @property
    def sentence(self) -> str:
        names = ", ".join(f"`{name}`" for name in sorted(self.paths))
        tagged = ", `tag:<key>`, `tag-key`, `tag-value`" if self.tags else ""
        return f"filters {names}{tagged}{' (with wildcards)' if self.wildcards else ''}"


def _named(asked: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """A filter's name and values, whichever way the service spells them."""
    given = {name.lower(): value for name, value in asked.items()}
    return str(given.get("name", given.get("key"))), listed(given.get("values", []))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.strftime("%Y-%m-%dT%H:%M:%S.000Z") if hasattr(value, "strftime") else str(value)


def _literal(text: str) -> str:
    """A text as JMESPath writes it."""
    return "`" + json.dumps(text).replace("`", "\\`") + "`"


@cache
def _wildcard(pattern: str) -> re.Pattern[str]:
    """`*` is any text, `?` at most one character, a backslash takes their meaning away."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    meaning = {"*": ".*", "?": ".?"}
    return re.compile(
        "".join(meaning.get(part) or re.escape(part.removeprefix("\\") or part) for part in parts), re.DOTALL
    )
