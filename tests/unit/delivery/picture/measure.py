"""What labels and signs of a drawing take, measured for tests."""

from __future__ import annotations

from triage.delivery.picture.drawing import Drawing
from triage.delivery.picture.flags import LANE, SIGN, Flag
from triage.delivery.picture.lettering import Box, width


def boxes(drawing: Drawing) -> list[Box]:
    """Every sign, every flag's words and every label."""
    words = (words_box(flag) for flag in drawing.flags)
    labels = (label.box for label in (*drawing.ticks, *drawing.notes) if label.text)
    return [*map(sign_box, drawing.flags), *(box for box in words if box), *labels]


def sign_box(flag: Flag) -> Box:
    """What the sign takes."""
    return Box(flag.x - SIGN, flag.middle - SIGN, flag.x + SIGN, flag.middle + SIGN)


def words_box(flag: Flag) -> Box | None:
    """What the words take; ``None`` without any."""
    if not flag.words:
        return None
    extent = width(flag.words, flag.font)
    left = flag.words_at - extent if flag.leftwards else flag.words_at
    return Box(left, flag.middle - LANE / 2, left + extent, flag.middle + LANE / 2)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have an area in common."""
    beside = one.right <= other.left or other.right <= one.left
    return not (beside or one.bottom <= other.top or other.bottom <= one.top)
