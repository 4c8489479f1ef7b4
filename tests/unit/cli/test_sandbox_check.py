"""The sandbox is tried before anything of a model's runs in it, and refuses when a layer is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cli.errors import CliError, ExitCode
from cli.sandboxed.tools import SandboxedTools

WHOLE = dict.fromkeys(
    (
        "process",
        "limits",
        "audit",
        "operations",
        "landlock",
        "seccomp",
        "zygote_memory",
        "parent_memory",
        "orphans",
    ),
    "on",
)
CONTAINED = {"status": "ok", "result": "PermissionError", "error": None, "guard": WHOLE}


class Answering(SandboxedTools):
    """A sandbox that answers every call alike."""

    def __init__(self, reply: Mapping[str, Any]) -> None:
        self.reply = dict(reply)

    def _exchange(self, event: Mapping[str, Any]) -> dict[str, Any]:
        return self.reply


def refusal(**reply: Any) -> str:
    with pytest.raises(CliError) as refused:
        Answering(CONTAINED | reply).check()
    assert refused.value.code == ExitCode.UNSAFE
    assert "--first-look-only" in str(refused.value)
    return str(refused.value)


def test_a_whole_sandbox_is_fine() -> None:
    Answering(CONTAINED).check()


@pytest.mark.parametrize("layer", ["process", "audit", "operations", "landlock", "seccomp", "parent_memory"])
def test_a_missing_layer_is_named(layer: str) -> None:
    assert f"{layer} is off: the kernel refused it" in refusal(guard=WHOLE | {layer: "off: the kernel refused it"})


def test_a_layer_nobody_reports_counts_as_missing() -> None:
    assert "landlock is off: unknown" in refusal(guard={name: "on" for name in WHOLE if name != "landlock"})


def test_a_file_that_can_be_read_is_a_refusal() -> None:
    assert "could read a file of yours" in refusal(result="a developer's secret")


def test_a_call_that_was_stopped_instead_proves_nothing() -> None:
    assert "(killed)" in refusal(status="killed", result=None)


def test_root_is_refused() -> None:
    assert "runs nothing: user id 0" in refusal(status="refused", error="user id 0")
