"""The function `evidence(title, output)` the code finds pre-imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sandbox import jsonsafe

if TYPE_CHECKING:
    from collections.abc import Callable


class WriteLine(Protocol):
    """Writes one line of the report."""

    def __call__(self, **line: Any) -> None: ...


def recorder(write: WriteLine, max_bytes: int) -> Callable[..., None]:
    """Make the function. It writes at once, so that what was recorded survives a time-out."""

    def evidence(title: object, output: object = None) -> None:
        """Record a finding under a title; `output` may be any value."""
        value = jsonsafe.bounded(output, max_bytes)
        entry = {"title": jsonsafe.bounded(str(title), 500).value, "output": value.value}
        write(evidence=entry, omitted_bytes=value.omitted_bytes)

    return evidence
