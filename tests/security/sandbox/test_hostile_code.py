"""Hostile code gets nothing, harms nothing that follows, and every guard is shown to be what stops it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.sandbox_host import SandboxHost, open_host
from tests.security.sandbox import proof
from tests.security.sandbox.attack import attack
from tests.security.sandbox.corpus import Snippet, hostile
from tests.unprivileged import CannotIsolate, check_isolation

pytestmark = pytest.mark.slow

CORPUS = hostile()
THREATS = {
    *("execution", "credentials", "guard-tampering", "exfiltration", "aws-writes", "aws-data"),
    *("resource-exhaustion", "termination", "state-leaks", "leftovers", "protocol-forgery", "output"),
}


@pytest.fixture(scope="module", autouse=True)
def _namespaces() -> None:
    """Hostile code runs in namespaces of its own or not at all; without them CI fails."""
    try:
        check_isolation()
    except CannotIsolate as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="module", params=["kernel-helps", proof.REFUSING])
def sandbox(request: pytest.FixtureRequest) -> Iterator[proof.Sandbox]:
    """The service as deployed, with and without the kernel's optional switches."""
    opened = proof.Sandbox(*({request.param} & {proof.REFUSING}))
    yield opened
    opened.close()


def test_every_threat_has_six_snippets_each_with_a_reason_to_be_held() -> None:
    by_threat = {threat: [each for each in CORPUS if each.threat == threat] for threat in THREATS}

    assert {each.threat for each in CORPUS} == THREATS
    assert {threat: len(each) for threat, each in by_threat.items() if len(each) < 6} == {}
    assert [str(each) for each in CORPUS if sum(map(bool, (each.layers, each.system, each.residual))) != 1] == []


@pytest.mark.parametrize("snippet", CORPUS, ids=str)
def test_hostile_code_gets_nothing_and_the_next_call_is_clean(sandbox: proof.Sandbox, snippet: Snippet) -> None:
    if proof.REFUSING in sandbox.without and not proof.holds_when_refused(snippet):
        pytest.skip("only the kernel stops it")

    gained = sandbox.attack(snippet)

    assert bool(gained) == bool(snippet.residual), gained


# Of each group; `make test-security` tries them all.
MOST = 100 if os.environ.get("SANDBOX") == "full" else 2


@pytest.mark.parametrize(
    ("without", "snippets"),
    [
        pytest.param(without, group[:MOST], id=",".join(without))
        for without, group in proof.controls(CORPUS).items()
    ],
)
def test_without_its_layers_it_gets_through(without: tuple[str, ...], snippets: list[Snippet]) -> None:
    opened = proof.Sandbox(*without)
    try:
        stopped = [str(snippet) for snippet in snippets if not opened.attack(snippet)]
    finally:
        opened.close()

    assert stopped == []


def test_what_was_stopped_says_why() -> None:
    host = open_host()
    try:
        reply = host.call("print('before')\nos.system('true')")
    finally:
        host.close()

    assert (reply["status"], reply["stdout"]) == ("killed", "before\n")
    assert reply["error"] == "the sandbox ended the code: starting a process"


def test_the_judge_sees_what_gets_through(tool: SandboxHost) -> None:
    harmless = Snippet(threat="execution", name="nothing", code="pass", system="nothing to stop")
    loud = Snippet(threat="execution", name="loud", code="print('ESCAPED')", system="nothing stops it")

    assert attack(tool, harmless) == []
    assert attack(tool, loud) == ["ESCAPED"]
