"""Hostile code gets nothing, harms nothing that follows, and every guard is shown to be what stops it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_host import SandboxHost, open_host

pytestmark = pytest.mark.slow

HOSTILE: dict[str, dict[str, Any]] = {
    f"{snippet['class']}: {snippet['name']}": snippet
    for snippet in tomllib.loads(Path(__file__).with_name("hostile.toml").read_text("utf-8"))["snippet"]
}
STOPPED_BY_THE_HOOK = [name for name, snippet in HOSTILE.items() if snippet["control"] == "audit"]
NOTHING_LEFT = {"processes": 0, "children": 1, "files": []}


@pytest.fixture(scope="module")
def unwatched() -> Iterator[SandboxHost]:
    """The same service without the audit hook."""
    host = open_host("audit", "seccomp", "landlock", "zygote_memory")
    yield host
    host.close()


@pytest.fixture(scope="module", params=["kernel-helps", "kernel-refuses"])
def watched(request: pytest.FixtureRequest) -> Iterator[SandboxHost]:
    """The service as deployed, with and without the kernel's optional switches."""
    host = open_host(request.param)
    yield host
    host.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_gets_nothing_and_the_next_call_is_clean(watched: SandboxHost, name: str) -> None:
    snippet = HOSTILE[name]

    reply = watched.call(snippet["code"], timeout_s=2)
    following = watched.call(snippet.get("next", "print('CLEAN')"))

    assert "ESCAPED" not in reply["stdout"]
    assert "forged" not in str(reply["result"])
    assert following["stdout"] == "CLEAN\n"
    assert watched.leftovers() == NOTHING_LEFT


@pytest.mark.parametrize("name", STOPPED_BY_THE_HOOK)
def test_without_the_hook_it_gets_through(unwatched: SandboxHost, name: str) -> None:
    assert unwatched.call("1")["guard"]["audit"].startswith("off: ")

    reply = unwatched.call(HOSTILE[name]["code"], timeout_s=2)

    assert "ESCAPED" in reply["stdout"]
    assert unwatched.leftovers() == NOTHING_LEFT


def test_what_was_stopped_says_why(watched: SandboxHost) -> None:
    reply = watched.call("print('before')\nos.system('true')")

    assert (reply["status"], reply["stdout"]) == ("killed", "before\n")
    assert reply["error"] == "the sandbox ended the code: starting a process"
