"""The same incident under other names, at another hour, or without the evidence that decides it.

A right verdict follows the change; one that was learnt by heart does not.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.truth import Decisive

_WORDS = ("alder", "birch", "cedar", "dunes", "ember", "fjord", "grove", "heron", "inlet", "kelp", "larch", "mesa")

_ID = re.compile(r"([a-z]{1,8}-)([0-9a-f]{8,17})")
"""Resource ids such as i-0abc…: renamed within their alphabet, or nothing would take them."""

KINDS = ("rename", "shift", "without")

SHIFT = timedelta(days=-1, hours=-7, minutes=-13)
"""Another day and another hour, still within what logs and metrics accept."""


@dataclass(frozen=True)
class Perturbation:
    """A change to a scenario; the empty one changes nothing.

    Attributes:
        names: Old to new.
        shift: Added to now.
        without: Evidence to leave out.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    shift: timedelta = timedelta()
    without: tuple[Decisive, ...] = ()

    def rename(self, value: Any) -> Any:
        """A value with every name in its text changed, longer names first."""
        if not self.names:
            return value
        if isinstance(value, str):
            return self._pattern.sub(lambda match: self.names[match[0]], value)
        if isinstance(value, bytes):
            return self._rename_bytes(value)
        if isinstance(value, Mapping):
            return {self.rename(key): self.rename(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.rename(item) for item in value]
        return value

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True)))

    def _rename_bytes(self, value: bytes) -> bytes:
        """Text is renamed; a zip is left alone."""
        try:
            return str(self.rename(value.decode())).encode()
        except UnicodeDecodeError:
            return value

    def drops(self, item: Any) -> bool:
        """Whether an event or resource is evidence to leave out."""
        text = item if isinstance(item, str) else json.dumps(item, default=str)
        return any(re.search(pattern, text) for one in self.without for pattern in one.remove)

    def drops_metric(self, namespace: str, name: str) -> bool:
        """Whether a metric is evidence to leave out."""
        return any(f"{namespace}:{name}" in one.remove_metrics for one in self.without)

    def kept(self, document: Any) -> Any:
        """A state document without the list items that are to be left out: the innermost that hold it, no more."""
        if isinstance(document, Mapping):
            return {key: self.kept(value) for key, value in document.items()}
        if isinstance(document, list):
            smaller = [self.kept(item) for item in document]
            return [item for item in smaller if not self._droppable(item)]
        return document

    def _droppable(self, item: Any) -> bool:
        return isinstance(item, Mapping | str) and self.drops(item)


def check(kinds: Sequence[str]) -> None:
    """Refuse a kind nobody knows.

    Raises:
        ValueError: It names the kind and those there are.
    """
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"PERTURB: {', '.join(sorted(unknown))} unknown; write any of {', '.join(KINDS)}.")


def make(kinds: Sequence[str], names: Sequence[str], decisive: Sequence[Decisive]) -> Perturbation:
    """The perturbation of these kinds.

    Raises:
        ValueError: A kind nobody knows.
    """
    check(kinds)
    return Perturbation(
        {name: renamed(name) for name in names} if "rename" in kinds else {},
        SHIFT if "shift" in kinds else timedelta(),
        tuple(decisive) if "without" in kinds else (),
    )


def renamed(name: str) -> str:
    """Another name of the same kind, always the same one."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    if match := _ID.fullmatch(name):
        return match[1] + digest[: len(match[2])]
    word = f"{_WORDS[int(digest[:4], 16) % len(_WORDS)]}{digest[4:8]}"
    return word.capitalize() if name[:1].isupper() else word
