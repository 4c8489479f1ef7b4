"""Changes as evidence writes them: ``60 -> 10``, ``old: a, new: b``, ``was 60, now 10``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A number may have a unit, a word has none: in "state OK -> ALARM" it is OK that became ALARM.
_VALUE = (
    r"""["'`]?(?:(?P<{of}_number>-?\d+(?:,\d{{3}})*(?:\.\d+)?)(?![\w.:-]{{0,80}}[\w:])(?:\s?%|\s[A-Za-z]{{1,10}}\b)?"""
    r"""|(?P<{of}_word>[\w./:@-]{{1,80}}))["'`]?"""
)
MAX_AROUND = 60
_OLD = r"\b(?:old|previous|prior|former|before|was|original)_?(?:value|state|version|status|image)?\b"
_NEW = r"\b(?:new|current|now|after|is now|updated)_?(?:value|state|version|status|image)?\b"
_IS = r"""["']?\s*[:=]?\s*"""
_ARROW = r"(?:->|=>|→)"
_FORMS = (
    # Each may overlap the next: "1 -> 2 -> 3".
    re.compile(rf"{_VALUE.format(of='old')}\s?{_ARROW}\s?(?={_VALUE.format(of='new')})"),
    re.compile(
        rf"{_OLD}{_IS}{_VALUE.format(of='old')}[^;|]{{0,40}}?{_NEW}{_IS}(?={_VALUE.format(of='new')})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_NEW}{_IS}{_VALUE.format(of='new')}[^;|]{{0,40}}?{_OLD}{_IS}(?={_VALUE.format(of='old')})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\bwas\s{_VALUE.format(of='old')}\suntil\s[^;|]{{0,40}}?,\s(?={_VALUE.format(of='new')}\s(?:since|now|then|after)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_VALUE.format(of='new')}(?:\s[a-z]{{1,12}})?,?\s"
        rf"(?:instead of|rather than)\s(?={_VALUE.format(of='old')})",
        re.IGNORECASE,
    ),
    re.compile(rf"{_VALUE.format(of='new')}\sreplaced\s(?={_VALUE.format(of='old')})", re.IGNORECASE),
    re.compile(rf"\bfrom\s{_VALUE.format(of='old')}\sto\s(?={_VALUE.format(of='new')})", re.IGNORECASE),
)


@dataclass(frozen=True)
class Change:
    """Two values of one thing, in order, without case and marks around them.

    Attributes:
        about: what stands around them in the line.
    """

    old: str
    new: str
    about: str = field(default="", compare=False)

    @property
    def sign(self) -> int:
        """1 where a number grew, -1 where it became less, 0 for anything else."""
        try:
            old, new = float(self.old), float(self.new)
        except ValueError:
            return 0
        return (new > old) - (new < old)


def changes_in(line: str) -> Iterator[Change]:
    """Every change that a line writes as one."""
    for form in _FORMS:
        for found in form.finditer(line):
            old, new = (_plain(found[f"{of}_number"] or found[f"{of}_word"]) for of in ("old", "new"))
            if old and new and old != new:
                yield Change(old, new, _around(line, found))


def _around(line: str, found: re.Match[str]) -> str:
    """The words next to a change, up to the next separator: one line may tell several."""
    before = re.split(r"[;,|.]\s", line[max(0, found.start() - MAX_AROUND) : found.start()])[-1]
    after = re.split(r"[;,|.]\s", line[found.end() : found.end() + MAX_AROUND])[0]
    return f"{before} {after}"


def _plain(value: str) -> str:
    plain = value.strip(" .,:;-").casefold().replace(",", "")
    return plain.removesuffix(".0").removesuffix("%").strip()
