"""Which lines of a log are of one error: by what all of them say word for word, and by the own frames. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolbox.logs.stack_traces import own_frames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ROWS = re.compile(r"[\r\n]+")
#: What is no literal part of a line: what varies, what was redacted, and characters that JSON or patterns escape.
_APART = re.compile(r"<\*>|\[redacted:[^\]]*\]|[\"\\]| \| ")
_MOST_TERMS = 3
_LEAST_LETTERS = 3
_ENOUGH_LETTERS = 12
#: CloudWatch Logs takes filter patterns of up to 1,024 characters.
_LONGEST_TERM = 160
_LINE_NUMBER = re.compile(r":\d+(?= |$)")
_REQUEST = re.compile(
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b1-[0-9a-f]{8}-[0-9a-f]{24}\b|\b[0-9a-f]{32}\b|"
    r"(?i:(?:request|req|trace|correlation)[_-]?id\"?\s?[=:]\s?\"?)([\w-]{6,80})"
)


@dataclass(frozen=True, slots=True)
class ErrorLines:
    """The lines of one error.

    Attributes:
        group: Log group.
        terms: Text that every such line holds word for word, one row of it at most.
        frames: The application's own frames, nearest to the error first.
        rows: The same of each of its rows: containers write them one by one.
    """

    group: str
    terms: tuple[str, ...]
    frames: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of_signal(cls, signal: Mapping[str, Any]) -> ErrorLines | None:
        """The lines of the error that started an investigation; None for an alarm, or lines of nothing but ids."""
        log = signal.get("log")
        if not isinstance(log, dict):
            return None
        rows = terms_of_rows(str(log.get("template") or ""), str(log.get("sample") or ""))
        frames = tuple(str(each) for each in log.get("frames") or ())
        terms = max(rows, key=_letters, default=())
        return cls(str(log.get("log_group") or ""), terms, frames, rows) if terms else None

    @property
    def pattern(self) -> str:
        """The filter pattern that finds them: every term, exactly."""
        return " ".join(f'"{term}"' for term in self.terms)

    def holds(self, text: str) -> bool:
        """Whether a line is of this error: it says the same, in the same place of the application if it tells."""
        if not all(term in text for term in self.terms):
            return False
        own = own_frames(text) if self.frames else []
        if not own:
            return True
        here, wanted = [_place(each) for each in own], [_place(each) for each in self.frames]
        return here[0] in wanted or wanted[0] in here

    def is_row(self, text: str) -> bool:
        """Whether a line is one of them, or a row of one that says something by itself."""
        telling = (row for row in self.rows if _letters(row) >= _ENOUGH_LETTERS)
        return self.holds(text) or any(all(term in text for term in row) for row in telling)

    def shares_request(self, text: str, own: str) -> bool:
        """Whether another line is of the request of one of them, by an id in both."""
        ids = {found[1] or found[0] for found in _REQUEST.finditer(own[:4_000])}
        return any(each in text for each in ids)


def terms_of_rows(template: str, sample: str) -> tuple[tuple[str, ...], ...]:
    """What every line of a template holds word for word, for each row of a sample that holds any of it."""
    parts = [part for part in template.split(" | ") if not part.startswith("at ")] or [template]
    pieces = [" ".join(piece.split()) for part in parts for piece in _APART.split(part)]
    found = (_found_in(row, pieces) for row in _ROWS.split(sample))
    return tuple(terms for terms in found if _letters(terms) >= _LEAST_LETTERS)


def _found_in(row: str, pieces: list[str]) -> tuple[str, ...]:
    found = [term for piece in pieces for term in _as_written(piece, row)]
    ordered = sorted(dict.fromkeys(found), key=lambda term: -_letters((term,)))
    kept: list[str] = []
    for term in ordered:
        enough = _letters(tuple(kept)) >= _ENOUGH_LETTERS
        if not any(term in other for other in kept) and not (enough and _letters((term,)) < _ENOUGH_LETTERS):
            kept.append(term)
    return tuple(kept[:_MOST_TERMS])


def _as_written(piece: str, row: str) -> Iterator[str]:
    """The longest run of a piece's words that stands in a row as it is: a runtime may put its own between them."""
    words = piece.split()
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and " ".join(words[start : end + 1]) in row:
            end += 1
        text = " ".join(words[start:end])[:_LONGEST_TERM]
        if _letters((text,)) >= _LEAST_LETTERS:
            yield text
        start = max(end, start + 1)


def _letters(terms: tuple[str, ...]) -> int:
    return sum(character.isalpha() for term in terms for character in term)


def _place(frame: str) -> str:
    """A frame without its line number, which moves with every deployment, and without the name of its class."""
    file, _, name = _LINE_NUMBER.sub("", frame, count=1).partition(" in ")
    return f"{file} {name.rpartition('.')[2]}"
