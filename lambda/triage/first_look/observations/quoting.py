"""Verbatim lines of a section: what a fact is cited by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from triage.first_look.lines import text_of
from untrusted import make_visible, redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.document import Section

_LENGTHS = (400, 60, 24)
"""A line is looked for by all of a fragment, else by its beginning: a secret inside it is hidden differently."""

MOST_CHARACTERS = 300
"""A citation is a pointer, not the page."""


EVENT = "the event"
"""What stands for a section in quotes of the event itself."""


@dataclass(frozen=True)
class Quote:
    """Words of a section's evidence text.

    Attributes:
        section: the section's id.
        text: a line of it, or a part of one.
    """

    section: str
    text: str


@dataclass(frozen=True)
class Quoter:
    """Finds the lines of one section."""

    section: Section

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The section's text as evidence holds it, white space as one blank."""
        return _as_evidence(text_of(self.section))

    def quotes(self, *fragments: object) -> tuple[Quote, ...]:
        """The first line that holds all fragments, from the first of them on; empty when there is none."""
        wanted = [clean(str(fragment)) for fragment in fragments if str(fragment).strip()]
        for length in _LENGTHS:
            found = tuple(self._found([fragment[:length] for fragment in wanted]))[:1] if wanted else ()
            if found:
                return found
        return ()

    def _found(self, wanted: list[str]) -> Iterator[Quote]:
        for line in self.lines:
            if all(fragment in line for fragment in wanted):
                yield Quote(self.section.id, excerpt(line, wanted[0]))


@lru_cache(maxsize=128)
def _as_evidence(text: str) -> tuple[str, ...]:
    """Lines as they become evidence: without secrets, with what hides made visible."""
    return tuple(flat(line) for line in make_visible(redact(text)).splitlines())


@lru_cache(maxsize=2048)
def clean(text: str) -> str:
    """Text on one line, without secrets, with what hides made visible: as a report may repeat it."""
    return flat(make_visible(redact(text)))


def flat(text: str) -> str:
    """Text on one line, blanks as one."""
    return " ".join(text.split())


def excerpt(line: str, fragment: str) -> str:
    """A whole line, or of a long one what begins with the fragment."""
    whole = line.removeprefix("- ")
    if len(whole) <= MOST_CHARACTERS:
        return whole
    start = max(0, whole.find(fragment))
    return whole[start : start + MOST_CHARACTERS].rstrip()
