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
    return [one for one in found if one is not None] if isinstance(found, list) else [found]


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
        foreign: Whether the member names another thing than the same member of a declared `when` does.
    """

    default: Any = None
    missing: tuple[str, str] | None = None
    forwarded: bool = False
    foreign: bool = False

    def check(self, asked: Any) -> None:
        """Refuse what cannot be applied, before any record is looked at.

        Raises:
            AwsError: The value is one of these.
        """

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
    path: str = ""
    checks: Callable[[Any], object] | None = None

    def check(self, asked: Any) -> None:
        if self.checks:
            self.checks(asked)

    def keeps(self, asked: Any, record: Record) -> bool:
        return self.test(asked, record)

    @property
    def sentence(self) -> str:
        return self.words


@dataclass(frozen=True)
class Only(Condition):
    """Only one value is applied; it leaves the list as it is."""

    value: Any
    code: str = "ValidationException"

    def check(self, asked: Any) -> None:
        if asked != self.value:
            raise AwsError(self.code, f"This local AWS does not apply {asked!r} here; it applies {self.value!r}.")

    def keeps(self, asked: Any, record: Record) -> bool:  # noqa: ARG002 - the others look at them
        return True

    @property
    def sentence(self) -> str:
        return f"only `{self.value}` is applied"


@dataclass(frozen=True)
class Noted(Condition):
    """The list stays as it is: the member acts elsewhere, or on nothing a description can hold."""

    words: str

    def keeps(self, asked: Any, record: Record) -> bool:  # noqa: ARG002 - the others look at them
        return True

    @property
    def sentence(self) -> str:
        return self.words
