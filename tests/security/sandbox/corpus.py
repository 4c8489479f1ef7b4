"""Hostile code, a file per threat: what it does, and which layers stop it.

`layers` lists layers each of which stops the snippet alone; with all of them left out it must get through.
`system` says what of the operating system stops it, where nothing can be left out. `residual` says why it gets
through, and what stops it then. Code prints ESCAPED only where it got what it wanted.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).with_name("hostile")


@dataclass(frozen=True)
class Snippet:
    """One hostile call.

    Attributes:
        threat: Threat class.
        name: What it tries, unique in its class.
        code: Python source; prints ESCAPED where it got through.
        layers: Layers each of which stops it; empty when the operating system does.
        system: What of the operating system stops it.
        residual: Why it gets through all the same, and what stops it then.
        next: Code of the following call; prints CLEAN if nothing of this one reached it.
        printed: What it prints before it is stopped, and must not be lost.
        truncated: Whether the reply must say that something was left out.
        status_not: A status the reply may not have.
        seconds: Time it may take.
    """

    threat: str
    name: str
    code: str
    layers: tuple[str, ...] = ()
    system: str = ""
    residual: str = ""
    next: str = "print('CLEAN')"
    printed: str = ""
    truncated: bool = False
    status_not: str = ""
    seconds: float = 1.0

    def __str__(self) -> str:
        return f"{self.threat}: {self.name}"


def hostile() -> list[Snippet]:
    """The whole corpus."""
    return [
        Snippet(threat=file.stem, **raw | {"layers": tuple(raw.get("layers", ()))})
        for file in sorted(_FOLDER.glob("*.toml"))
        for raw in tomllib.loads(file.read_text(encoding="utf-8"))["snippet"]
    ]
