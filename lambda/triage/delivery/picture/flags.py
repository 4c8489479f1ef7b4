"""Flags: the numbered signs above the plot, one for each mark, and the words beside them.

No two signs and no two words overlap, no line of one flag runs through the words of another, and nothing leaves
the frame. The widest gap between the marks parts them: words left of it are written to the right and those right
of it to the left, all into the gap. On either side the outermost flag flies highest.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.delivery.picture.lettering import fitted, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.domain.chart import MarkKind

SIGN = 10.0
"""From the middle of a sign to its edge."""
LANE = 23.0
SPACE = 5.0
_FEWEST_LETTERS = 4


@dataclass(frozen=True)
class Pole:
    """A mark that is to get a flag.

    Attributes:
        x: where its moment is in the plot.
        words: beside its sign, as far as there is room.
    """

    x: float
    number: int
    kind: MarkKind
    words: str


@dataclass(frozen=True)
class Flag:
    """A sign and the words beside it.

    Attributes:
        lane: 0 is the highest.
        leftwards: whether the words end at the sign instead of beginning there.
        words: shortened to the room there is; empty without any.
    """

    x: float
    number: int
    kind: MarkKind
    lane: int
    leftwards: bool
    words: str
    font: float

    @property
    def middle(self) -> float:
        """Of the sign, from the top of the lanes."""
        return self.lane * LANE + LANE / 2

    @property
    def words_at(self) -> float:
        """Where the words begin, or end if they are written to the left."""
        return self.x - SIGN - SPACE if self.leftwards else self.x + SIGN + SPACE


@dataclass(frozen=True)
class _Field:
    """Room for one side's words, measured from its outer edge inwards.

    Attributes:
        edge: the outer one.
        depth: from the edge to where the other side's room begins.
        longest: that the words may be.
    """

    edge: float
    depth: float
    leftwards: bool
    longest: float
    font: float

    def inwards(self, x: float) -> float:
        """How far a position is from the outer edge."""
        return self.edge - x if self.leftwards else x - self.edge

    def wish(self, poles: Sequence[Pole], begin: float) -> float:
        """How far from ``begin`` inwards the words of these poles would go."""
        reach = (
            self.inwards(pole.x) + SIGN + SPACE + min(width(pole.words, self.font), self.longest) for pole in poles
        )
        return max(0.0, max(reach, default=0.0) - self.inwards(begin))


def flags(poles: Sequence[Pole], left: float, right: float, longest: float, font: float) -> tuple[Flag, ...]:
    """A flag for each pole.

    Args:
        left, right: the frame of the words.
        longest: that the words of one flag may be.
        font: its size.
    """
    ordered = sorted(poles, key=lambda pole: pole.x)
    cut = _widest_gap([left, *(pole.x for pole in ordered), right])
    outer, inner = ordered[:cut], ordered[cut:][::-1]
    to_the_right = _Field(left, right - left, leftwards=False, longest=longest, font=font)
    to_the_left = _Field(right, right - left, leftwards=True, longest=longest, font=font)
    begin = outer[-1].x if outer else left
    end = inner[-1].x if inner else right
    split = begin + _share(end - begin, to_the_right.wish(outer, begin), to_the_left.wish(inner, end))
    return (
        *_flown(outer, replace(to_the_right, depth=split - left)),
        *reversed(_flown(inner, replace(to_the_left, depth=right - split))),
    )


def lanes(flown: Sequence[Flag]) -> int:
    """How many lanes the flags take."""
    return max((flag.lane for flag in flown), default=-1) + 1


def _widest_gap(edges: Sequence[float]) -> int:
    """How many positions are left of the widest gap; the frame's edges are the first and the last one."""
    gaps = [after - before for before, after in itertools.pairwise(edges)]
    return gaps.index(max(gaps))


def _share(gap: float, left_wish: float, right_wish: float) -> float:
    """How much of a gap the left side gets: what it wishes if the right side then gets its wish or half of it."""
    if left_wish + right_wish <= gap:
        return left_wish + (gap - left_wish - right_wish) / 2
    return min(left_wish, max(gap / 2, gap - right_wish))


def _flown(poles: Sequence[Pole], field: _Field) -> list[Flag]:
    """Flags of one side, the outermost first."""
    found: list[Flag] = []
    reach: list[float] = []  # how far inwards the last flag of each lane goes
    for pole in poles:
        at = field.inwards(pole.x)
        lane = _lane(reach, at - SIGN - SPACE)
        begin = at + SIGN + SPACE
        words = _words(pole.words, min(field.longest, field.depth - begin), field.font)
        del reach[lane + 1 :]
        reach[lane:] = [begin + width(words, field.font) if words else at + SIGN]
        found.append(Flag(pole.x, pole.number, pole.kind, lane, field.leftwards, words, field.font))
    return found


def _lane(reach: Sequence[float], at: float) -> int:
    """The highest lane from which a line down to the plot meets no flag."""
    return next((lane for lane in range(len(reach)) if max(reach[lane:]) <= at), len(reach))


def _words(words: str, room: float, font: float) -> str:
    found = fitted(words, room, font)
    return found if found == words or len(found) >= _FEWEST_LETTERS else ""
