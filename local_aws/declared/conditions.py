"""What one member of a request does to a list of records: the vocabulary the rules are written in.

A record is looked into by JMESPath. `keeps` says whether a record stays; `sentence` tells the same in the
generated table of docs/local-aws.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jmespath  # type: ignore[import-untyped] # ships no types

from local_aws.declared.errors import AwsError

Record = Mapping[str, Any]


@cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def look(expression: str, record: Any) -> Any:
    """What a JMESPath finds in a record; None when there is nothing."""
    return _compiled(expression).search(record)


def values(expression: str, record: Any) -> list[Any]:
    """The same as a list, which an expression like `Tags[].Key` gives anyway."""
    found = look(expression, record)
    if found is None:
        return []
    return list(found) if isinstance(found, list) else [found]


def listed(asked: Any) -> list[Any]:
    """A member's value or values."""
    return asked if isinstance(asked, list) else [asked]


def tail(name: Any) -> str:
    """The name at the end of an ARN, or the name itself."""
    text = str(name)
    return re.split(r"[/:]", text)[-1] if text.startswith("arn:") else text


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What a member does.

    Attributes:
        default: Value that applies when the request leaves the member out.
        missing: Code and message of the error when a named thing does not exist; `{}` is its name.
        forwarded: Whether the emulator must be told, since it answers about one thing only.
    """

    default: Any = None
    missing: tuple[str, str] | None = None
    forwarded: bool = False

    def keeps(self, asked: Any, record: Record) -> bool:
        """Whether a record stays."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """The same in words."""
        raise NotImplementedError


@dataclass(frozen=True)
class Is(Condition):
    """The record's value is the one asked for, or one of them."""

    path: str

    def keeps(self, asked: Any, record: Record) -> bool:
        found = values(self.path, record)
        return any(one in found for one in listed(asked))

    @property
    def sentence(self) -> str:
        return f"`{self.path}` is one of it"


@dataclass(frozen=True)
class Ref(Condition):
    """The same for things that may be given by name or by ARN.

    The whole ARN must agree where both are ARNs.
    """

    path: str

    def keeps(self, asked: Any, record: Record) -> bool:
        found = values(self.path, record)
        return any(_same_thing(one, other) for one in listed(asked) for other in found)

    @property
    def sentence(self) -> str:
        return f"`{self.path}` is named by it, by name or ARN"


def _same_thing(one: Any, other: Any) -> bool:
    both_arns = str(one).startswith("arn:") and str(other).startswith("arn:")
    return str(one) == str(other) if both_arns else tail(one) == tail(other)


@dataclass(frozen=True)
class StartsWith(Condition):
    """The record's value starts with it."""

    path: str

    def keeps(self, asked: Any, record: Record) -> bool:
        return any(str(one).startswith(str(asked)) for one in values(self.path, record))

    @property
    def sentence(self) -> str:
        return f"`{self.path}` starts with it"


@dataclass(frozen=True)
class Contains(Condition):
    """The record's value contains it."""

    path: str

    def keeps(self, asked: Any, record: Record) -> bool:
        return any(str(asked) in str(one) for one in values(self.path, record))

    @property
    def sentence(self) -> str:
        return f"`{self.path}` contains it"


@dataclass(frozen=True)
class AtLeast(Condition):
    """The record's time or number is not before it."""

    path: str

    def keeps(self, asked: Any, record: Record) -> bool:
        return any(one >= asked for one in values(self.path, record))

    @property
    def sentence(self) -> str:
        return f"`{self.path}` is at or after it"


@dataclass(frozen=True)
class AtMost(Condition):
    """The record's time or number is not after it."""

    path: str

    def keeps(self, asked: Any, record: Record) -> bool:
        return any(one <= asked for one in values(self.path, record))

    @property
    def sentence(self) -> str:
        return f"`{self.path}` is at or before it"


@dataclass(frozen=True)
class Where(Condition):
    """A rule of its own."""

    test: Callable[[Any, Record], bool]
    words: str

    def keeps(self, asked: Any, record: Record) -> bool:
        return self.test(asked, record)

    @property
    def sentence(self) -> str:
        return self.words


@dataclass(frozen=True)
class Noted(Condition):
    """The list stays as it is: the member acts elsewhere, or on nothing a description can hold."""

    words: str

    def keeps(self, asked: Any, record: Record) -> bool:  # noqa: ARG002 - the others look at them
        return True

    @property
    def sentence(self) -> str:
        return self.words


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

    def keeps(self, asked: Any, record: Record) -> bool:
        return all(self._holds(one, record) for one in asked)

    def _holds(self, asked: Mapping[str, Any], record: Record) -> bool:
        given = {name.lower(): value for name, value in asked.items()}
        name, wanted = str(given.get("name", given.get("key"))), listed(given.get("values", []))
        found = [_text(one) for one in values(self._path(name), record)]
        return any(self._matches(str(pattern), one) for pattern in wanted for one in found)

    def _path(self, name: str) -> str:
        if self.tags and name.startswith("tag:"):
            return f"{self.tags}[?Key=='{name[4:]}'].Value"
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


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.strftime("%Y-%m-%dT%H:%M:%S.000Z") if hasattr(value, "strftime") else str(value)


@cache
def _wildcard(pattern: str) -> re.Pattern[str]:
    """`*` is any text, `?` at most one character, a backslash takes their meaning away."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    meaning = {"*": ".*", "?": ".?"}
    return re.compile(
        "".join(meaning.get(part) or re.escape(part.removeprefix("\\") or part) for part in parts), re.DOTALL
    )
