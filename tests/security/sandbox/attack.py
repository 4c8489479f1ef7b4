"""Runs a hostile call against a sandbox and says by what it got through."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from sandbox.contract import MAX_REPLY_BYTES
from tests.sandbox_host import SandboxHost
from tests.security.sandbox.corpus import Snippet

#: Layers left out here and not in the sandbox: the time a call gets, and the process of its own for the next one.
BY_REQUEST = frozenset({"deadline", "process"})

_AMPLE_SECONDS = 25.0
_NOTHING_LEFT = {"processes": 0, "children": 1, "files": []}
_PLANTED = ("pLaNt3d", "T0kenT0ken", "cExhTnQzZC9TZWNyZXQ")


def attack(host: SandboxHost, snippet: Snippet, without: AbstractSet[str] = frozenset()) -> list[str]:
    """Run the snippet and the call that follows; what it got, in words, or nothing.

    Args:
        host: The sandbox, started without those layers of `without` that are its own.
        snippet: What to run.
        without: Layers left out.
    """
    code = f"{snippet.code}\n{snippet.next}" if "process" in without else snippet.code
    answer = host.exchange({"code": code, "timeout_s": _AMPLE_SECONDS if without else snippet.seconds})
    following = host.call(snippet.next)
    left = host.leftovers()
    gained = list(_gains(snippet, answer["reply"], answer["log"]))
    if following["stdout"] != "CLEAN\n":
        gained.append(f"the next call: {following['stdout'][:80]!r} {str(following['error'])[-120:]!r}")
    if left != _NOTHING_LEFT:
        gained.append(f"left behind: {left}")
    return gained


def _gains(snippet: Snippet, reply: dict[str, Any], log: dict[str, Any]) -> Iterator[str]:
    if "ESCAPED" in reply["stdout"]:
        yield next(line for line in reply["stdout"].splitlines() if "ESCAPED" in line)[:120]
    if "forged" in json.dumps([{**reply, "stdout": ""}, log]):
        yield "something forged was believed"
    if reply["status"] == snippet.status_not:
        yield f"status {snippet.status_not}"
    if snippet.printed not in reply["stdout"]:
        yield f"what was printed was lost: {reply['stdout'][:80]!r}"
    if snippet.truncated and not reply["truncated"]:
        yield "nothing says that output was left out"
    yield from _leaks(reply)


def _leaks(reply: dict[str, Any]) -> Iterator[str]:
    encoded = json.dumps(reply)
    if len(encoded) > MAX_REPLY_BYTES:
        yield f"a reply of {len(encoded)} bytes"
    if any(secret in encoded for secret in _PLANTED):
        yield "the session's credentials came out"
    if any(_is_invisible(character) for character in json.dumps(reply, ensure_ascii=False) + reply["stdout"]):
        yield "an invisible character came out"


def _is_invisible(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cf", "Cs"}
