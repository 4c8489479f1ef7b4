"""Lines of plain text for small screens: wrapped prose, aligned facts, links on lines of their own."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.delivery.outline import Fact

WIDTH = 78
_LABEL = 15


def wrapped(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    """The text in lines of at most ``WIDTH`` characters; a single longer word (an ARN) is not broken.

    Args:
        text: its own line ends are kept, empty lines are not.
        first: what the first line starts with.
        rest: what every further line starts with.
    """
    lines = [line for line in text.splitlines() if line.strip()] or [""]
    for number, line in enumerate(lines):
        yield from textwrap.wrap(
            line,
            WIDTH,
            initial_indent=first if number == 0 else rest,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip()]


def facts(rows: Sequence[Fact]) -> Iterator[str]:
    """Label and value in two columns."""
    for row in rows:
        yield from wrapped(row.value, f"{row.label:<{_LABEL}}", " " * _LABEL)


def link(label: str, url: str) -> Iterator[str]:
    """The label on one line, the address alone on the next: mail clients then make a link of all of it."""
    yield from wrapped(label + ":")
    yield url
