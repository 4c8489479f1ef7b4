"""What was declared, per account, region, service and operation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Place:
    """An account and a region: where a client looks."""

    account: str
    region: str


@dataclass(frozen=True)
class Document:
    """One declared answer.

    Attributes:
        operation: Operation it was declared under.
        answer: Output members.
        when: Input members it answers; empty for a list that is about everything.
    """

    operation: str
    answer: Mapping[str, Any]
    when: Mapping[str, Any] = field(default_factory=dict)


class Declared:
    """The declared documents of all places."""

    def __init__(self) -> None:
        self._documents: dict[tuple[Place, str], list[Document]] = defaultdict(list)

    def add(self, place: Place, service: str, documents: Iterable[Document]) -> None:
        """Add documents after those already there; later ones win."""
        self._documents[place, service].extend(documents)

    def of(self, place: Place, service: str, operations: Iterable[str]) -> list[Document]:
        """The documents of some operations, in the order in which they were declared."""
        wanted = frozenset(operations)
        return [one for one in self._documents.get((place, service), ()) if one.operation in wanted]

    def anything(self, place: Place, service: str) -> bool:
        """Whether anything of a service was declared."""
        return bool(self._documents.get((place, service)))

    def clear(self) -> None:
        """Forget everything."""
        self._documents.clear()
