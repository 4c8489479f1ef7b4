"""What a signature is: a shape of trouble, and the hypothesis it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from triage.first_look.observations.facts import Origin
from triage.first_look.signatures.naming import Named, named
from untrusted import instructions_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from triage.domain.report import Category, Disposition
    from triage.first_look.change_kinds import Kin
    from triage.first_look.observations.facts import Change, Complaint, Scene
    from triage.first_look.observations.quoting import Quote


LOOPBACK = r"(?:\b127\.\d+\.\d+\.\d+|\blocalhost\b|\[::1\]|\bunix:/)"
"""Addresses of the host itself: what does not answer there is no dependency."""


class Depth(IntEnum):
    """How much of the way from symptom to cause a hypothesis goes."""

    SYMPTOM = 0
    """It says that something fails: a time-out, a 5XX. Whatever explains it is the better answer."""
    EFFECT = 1
    """It names a mechanism that usually has a reason of its own: no free connection, no answer of a dependency."""
    CAUSE = 2
    """It explains itself: access denied, a certificate that has expired."""


@dataclass(frozen=True)
class Candidate:
    """A hypothesis before it is weighed.

    Attributes:
        signature: whose it is.
        statement: one sentence without its full stop; never more than the evidence shows.
        headline: the same in a few words.
        weight: how telling the evidence is by itself, 0 to 1.
        about: the resource that suffers.
        names: names by which a change may mention what is blamed.
        since: when it began; ``None`` where that is not known.
        quotes: the words it rests on.
        speaks_for, speaks_against: in a few words each.
        last_resort: whether it counts only where nothing else reads the same error.
        direct: whether an error says it, rather than figures that fit.
        disposition: what the alarm turned out to be, where the hypothesis decides that.
        kin: kinds of changes that can bring it about, the likeliest first.
        complaint: the error it rests on, if any.
        change: the change it consists in, if any.
        consequences: signatures of what follows from it, and so is not the cause.
    """

    signature: str
    category: Category
    statement: str
    headline: str
    weight: float
    depth: Depth
    about: str = ""
    names: frozenset[str] = frozenset()
    since: datetime | None = None
    quotes: tuple[Quote, ...] = ()
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    direct: bool = True
    last_resort: bool = False
    disposition: Disposition | None = None
    kin: tuple[Kin, ...] = ()
    complaint: Complaint | None = None
    change: Change | None = None
    consequences: frozenset[str] = frozenset()
    hop: int = 0
    named: Named = field(default_factory=Named)


class Signature(Protocol):
    """A known shape of trouble."""

    @property
    def name(self) -> str:
        """Short and unique."""

    @property
    def category(self) -> Category:
        """Kind of cause it stands for."""

    @property
    def looks_like(self) -> str:
        """What it is known by, for people."""

    def find(self, scene: Scene) -> Iterable[Candidate]:
        """Hypotheses it has for a scene."""


@dataclass(frozen=True)
class Finder:
    """A signature known by something else than the wording of an error."""

    name: str
    category: Category
    looks_like: str
    find: Callable[[Scene], Iterable[Candidate]]


_DEFAULTS = {
    "who": "it",
    "action": "what it asks for",
    "on": "",
    "op": "",
    "host": "a dependency",
    "name": "something",
    "user": "",
    "after": "",
    "what": "not usable",
    "code": "5XX",
    "target": "what it calls",
    "missing": "a resource that does not exist",
}


@dataclass(frozen=True)
class Shape:
    """A signature known by the wording of an error.

    Attributes:
        name: short and unique.
        category: kind of cause it stands for.
        looks_like: what it is known by, for people.
        wordings: regular expressions, case ignored; named groups of the one that is found fill in `says`.
        says: the statement. ``{about}`` complains, ``{who}`` is the principal or else the one who complains;
            ``{action}``, ``{op}``, ``{on}``, ``{host}``, ``{name}``, ``{user}``, … are what the message names.
        headline: the same, shorter.
        depth: how much it explains.
        weight: how telling it is, 0 to 1.
        kin: kinds of changes that can bring it about, the likeliest first.
        unless: wordings that look alike and mean something else.
        origins: who may complain; anybody where there are none.
    """

    name: str
    category: Category
    looks_like: str
    wordings: tuple[str, ...]
    says: str
    headline: str = field(kw_only=True)
    depth: Depth = field(default=Depth.CAUSE, kw_only=True)
    weight: float = field(default=0.8, kw_only=True)
    kin: tuple[Kin, ...] = field(default=(), kw_only=True)
    unless: str = field(default="", kw_only=True)
    origins: frozenset[Origin] = field(default=frozenset(), kw_only=True)

    @cached_property
    def _wanted(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(wording, re.IGNORECASE) for wording in self.wordings)

    @cached_property
    def _unwanted(self) -> re.Pattern[str] | None:
        return re.compile(self.unless, re.IGNORECASE) if self.unless else None

    def find(self, scene: Scene) -> Iterator[Candidate]:
        """One hypothesis for each complaint with such a wording."""
        for complaint in scene.complaints:
            found = self.matched(complaint)
            if found is not None:
                yield self._candidate(complaint, found)

    def matched(self, complaint: Complaint) -> re.Match[str] | None:
        """Where the wording occurs in a complaint that counts."""
        if (self.origins and complaint.origin not in self.origins) or not is_heard(complaint):
            return None
        if self._unwanted is not None and self._unwanted.search(complaint.text):
            return None
        return _found(self._wanted, complaint)

    def _candidate(self, complaint: Complaint, found: re.Match[str]) -> Candidate:
        made = named(complaint.text)
        groups = {key: value for key, value in found.groupdict().items() if value}
        parts = {**_parts(complaint, made), **groups}
        return Candidate(
            signature=self.name,
            category=self.category,
            statement=self.says.format_map(parts),
            headline=self.headline.format_map(parts),
            weight=self.weight,
            depth=self.depth,
            about=complaint.about,
            names=frozenset(each for each in {*made.all(), *groups.values()} if len(each) > 3),
            since=complaint.first,
            quotes=complaint.quotes,
            kin=self.kin,
            complaint=complaint,
            hop=complaint.hop,
            named=made,
        )


def _found(wanted: tuple[re.Pattern[str], ...], complaint: Complaint) -> re.Match[str] | None:
    """The first wording that occurs; the template where the sample was cut."""
    searched = (pattern.search(text) for text in (complaint.text, complaint.template) for pattern in wanted)
    return next((found for found in searched if found), None)


def is_heard(complaint: Complaint) -> bool:
    """Whether a complaint counts: log lines below a warning do not, nor does text that gives orders."""
    if complaint.origin is Origin.LOG and complaint.level not in ("error", "warning"):
        return False
    return not instructions_in(complaint.text)


def _parts(complaint: Complaint, made: Named) -> dict[str, str]:
    about = complaint.about or "the resource"
    target = made.resource or made.host
    missing = made.resource or made.gone
    given = {
        "about": about,
        "who": made.principal or about,
        "action": made.action or made.operation,
        "op": f" in {made.operation}" if made.operation else "",
        "on": f" on {made.resource}" if made.resource and made.resource != made.principal else "",
        "host": made.host or made.resource,
        "name": made.variable or made.quoted or made.resource or made.path,
        "target": target or "what it calls",
        "user": f" for user {made.user}" if made.user else "",
        "missing": f"{missing}, which does not exist" if missing else "",
    }
    return _DEFAULTS | {key: value for key, value in given.items() if value}


def signature(
    name: str, category: Category, looks_like: str
) -> Callable[[Callable[[Scene], Iterable[Candidate]]], Signature]:
    """Makes a signature of a function that finds hypotheses."""

    def made(find: Callable[[Scene], Iterable[Candidate]]) -> Signature:
        return Finder(name, category, looks_like, find)

    return made


def backed(candidate: Candidate, *reasons: str, quotes: Iterable[Quote] = ()) -> Candidate:
    """The candidate with more that speaks for it."""
    return replace(
        candidate,
        speaks_for=(*candidate.speaks_for, *reasons),
        quotes=tuple(dict.fromkeys((*candidate.quotes, *quotes))),
    )
