"""A rule: how one operation answers from records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.declared.conditions import Condition
from local_aws.declared.state import Place

Identity = tuple[str | Callable[[Mapping[str, Any]], Any], ...]
Prepare = Callable[[dict[str, Any], datetime], dict[str, Any]]
Made = Callable[[Mapping[str, Any], Place], list[dict[str, Any]]]
Finish = Callable[[Mapping[str, Any], list[Mapping[str, Any]]], Mapping[str, Any]]

ALL = "*"
"""All members, of an operation that reads data rather than descriptions."""


@dataclass(frozen=True)
class Page:
    """How an operation pages.

    Attributes:
        size: Records in a page when the request does not say.
        most: Most the request may ask for; the same as `size` when None.
        least: Fewest the request may ask for.
        limit, cursor, following, more: Members for the size, the token, the next token and whether there is a next
            page; from botocore's paginators when empty.
        after: JMESPath of the value that is the token itself, for operations that go on after a name.
    """

    size: int
    most: int | None = None
    least: int = 1
    limit: str = ""
    cursor: str = ""
    following: str = ""
    more: str = ""
    after: str = ""


@dataclass(frozen=True)
class Parent:
    """What a list is a list of: the cluster of tasks, the function of aliases.

    Attributes:
        member: Request member that names it.
        operation: Operation that describes it.
        by: Member of that operation that takes the name; the same as `member` when empty.
        missing: Code and message when it does not exist and the emulator has no error of its own.
    """

    member: str
    operation: str
    by: str = ""
    missing: tuple[str, str] | None = None


@dataclass(frozen=True)
class Alias:
    """Another name of the thing asked for, which a second operation knows.

    Attributes:
        member: Request member that may hold the alias.
        operation: Operation that lists aliases.
        known_as: JMESPath from its record to the alias.
        gives: JMESPath from its record to the name.
    """

    member: str
    operation: str
    known_as: str
    gives: str


@dataclass(frozen=True)
class Rule:
    """How an operation answers.

    Attributes:
        operation: As the API names it.
        holds: Dotted path of the records in the output; empty when the whole output is the record.
        members: What each member of the request does. One that is neither here nor a paging member is refused.
        identity: JMESPaths or functions whose values make two records the same thing; a declared one then
            overrides the real one member by member.
        of: Operation whose records are shown; the operation's own when empty.
        inner: Member that holds the records one level deeper (instances of reservations).
        reads: JMESPath from a list element of the emulator to a record, where the list holds names.
        shows: JMESPath from a record to a list element, where the list holds names.
        one: Whether the answer is one record rather than a list.
        missing: Code and message when one record was asked for and does not exist.
        hides: Members of a record that are shown only when the request's `include` (or what `includes` names)
            names the key.
        order: JMESPath the list is ordered by, `-` before it for the latest first.
        reverse: Member and value that turn the order round.
        page: How it pages; None for everything at once.
        emulated: Whether the emulator's own answer is part of it.
        hydrate: Operations by which the emulator lists and describes them, and the member that takes the names,
            where its own answer to the operation would not do.
        tells: Members the emulator is told whatever the request says, so that it leaves nothing out.
        parent: What has to exist for an empty list to be an answer.
        alias: Where another name is looked up, if nothing has the one asked for.
        otherwise: The record of a parent that exists while nothing else is known of it.
        made: Works the records out from the request, where there is nothing to declare.
        prepare: Turns members into others before the conditions look at them.
        finish: Further output members by dotted path, from the prepared request and the records of the page.
        undeclared: Code and message when there is nothing at all, where AWS would always have something.
    """

    operation: str
    holds: str
    members: Mapping[str, Condition] = field(default_factory=dict)
    identity: Identity = ()
    of: str = ""
    inner: str = ""
    reads: str = ""
    shows: str = ""
    one: bool = False
    missing: tuple[str, str] | None = None
    hides: Mapping[str, str] = field(default_factory=dict)
    includes: str = "include"
    order: str = ""
    reverse: tuple[str, Any] | None = None
    page: Page | None = None
    emulated: bool = True
    hydrate: tuple[str, str, str] | None = None
    tells: Mapping[str, Any] = field(default_factory=dict)
    parent: Parent | None = None
    alias: Alias | None = None
    otherwise: Mapping[str, Any] | None = None
    made: Made | None = None
    prepare: Prepare | None = None
    finish: Finish | None = None
    undeclared: tuple[str, str] | None = None

    @property
    def kind(self) -> str:
        """The operation whose records it shows."""
        return self.of or self.operation


@dataclass(frozen=True)
class Service:
    """The rules of one service.

    Attributes:
        name: As boto3 names it.
        refusal: The error code for what cannot be applied: the service's code for a wrong parameter.
        rules: Its operations.
        needs: Code and message while nothing at all of the service is declared; None where nothing is an answer.
        trusted: Members of operations without a rule which the emulator applies by itself, by operation; `ALL` for
            those that read data.
    """

    name: str
    refusal: str
    rules: tuple[Rule, ...]
    needs: tuple[str, str] | None = None
    trusted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def rule(self, operation: str) -> Rule | None:
        """The rule of an operation."""
        return next((one for one in self.rules if one.operation == operation), None)

    def operations_of(self, kind: str) -> dict[str, Rule]:
        """The operations that show the same records."""
        return {one.operation: one for one in self.rules if one.kind == kind}
