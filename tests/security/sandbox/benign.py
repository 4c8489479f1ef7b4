"""Code of the kind models write, and what it must print and give."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sandbox_host import SandboxHost

_FILE = Path(__file__).parents[2] / "contract" / "tool" / "benign.toml"
INPUTS = {"names": ["a", "b"], "code": "__import__('os')"}


@dataclass(frozen=True)
class Benign:
    """One call that must work.

    Attributes:
        name: What it does.
        code: Python source.
        result: Value it gives.
        stdout: What it prints, or "*" for anything.
    """

    name: str
    code: str
    result: Any = None
    stdout: str = ""


def benign() -> list[Benign]:
    """The whole corpus."""
    return [Benign(**raw) for raw in tomllib.loads(_FILE.read_text(encoding="utf-8"))["snippet"]]


def run(host: SandboxHost, code: str, result: object, stdout: str) -> list[str]:
    """Run the code; what went otherwise than it should, in words."""
    reply = host.call(code, inputs=INPUTS)
    wrong = []
    if (reply["status"], reply["error"]) != ("ok", None):
        wrong.append(f"{reply['status']}: {str(reply['error'])[-200:]}")
    if stdout not in (reply["stdout"], "*"):
        wrong.append(f"printed {reply['stdout'][:120]!r}")
    if reply["result"] != result:
        wrong.append(f"gave {str(reply['result'])[:120]}")
    return wrong
