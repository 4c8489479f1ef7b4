"""Every snippet in every setting that says something about it, and whether it went as the corpus says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from sandbox.layers import KERNEL
from tests import unprivileged
from tests.sandbox_host import SandboxHost
from tests.security.sandbox.attack import BY_REQUEST, attack
from tests.security.sandbox.benign import benign, run
from tests.security.sandbox.corpus import Snippet, hostile

DEPLOYED = "held, all layers on"
REFUSED = "held, kernel refuses"
CONTROL = "through, its layers off"
ALONE = "held, one layer alone"
SETTINGS = (DEPLOYED, REFUSED, ALONE, CONTROL)
REFUSING = "kernel-refuses"
_SIDE_BY_SIDE = 3


@dataclass(frozen=True)
class Result:
    """One run.

    Attributes:
        group: Threat class, or that of benign code.
        name: Snippet.
        setting: One of SETTINGS.
        found: What was gained, or what went wrong; empty when nothing.
        counts: Whether it is counted in the table: held, or let through where that is the point.
        as_expected: Whether it went as the corpus says.
        residual: Why it is known to get through.
    """

    group: str
    name: str
    setting: str
    found: list[str]
    counts: bool
    as_expected: bool
    residual: str = ""


class Sandbox:
    """A sandbox with some layers left out, replaced after a call that gained something."""

    def __init__(self, *without: str) -> None:
        self.without = without
        self._host: SandboxHost | None = None

    def attack(self, snippet: Snippet) -> list[str]:
        """What the snippet got; see `attack`."""
        host = self._host or SandboxHost(*(name for name in self.without if name not in BY_REQUEST), isolated=True)
        self._host = host
        gained = attack(host, snippet, frozenset(self.without) - {REFUSING})
        if gained:
            self.close()
        return gained

    def run(self, code: str, result: object, stdout: str) -> list[str]:
        """What went wrong with code that should work."""
        self._host = self._host or SandboxHost(*self.without, isolated=True)
        return run(self._host, code, result, stdout)

    def close(self) -> None:
        """End the sandbox."""
        if self._host is not None:
            self._host.close()
            self._host = None


def prove() -> Iterator[Result]:
    """Run everything. Raises CannotIsolate where hostile code cannot be kept in namespaces of its own."""
    snippets = hostile()
    unprivileged.check_isolation()
    series = [
        partial(_all_held, DEPLOYED, (), snippets),
        partial(_all_held, REFUSED, (REFUSING,), [each for each in snippets if holds_when_refused(each)]),
        *(partial(_all_held, ALONE, without, group) for without, group in alone(snippets).items()),
        *(partial(_all_let_through, without, group) for without, group in controls(snippets).items()),
    ]
    # Much of the time is spent waiting for deadlines, so a few series run side by side.
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        for results in pool.map(lambda run: run(), series):
            yield from results


def holds_when_refused(snippet: Snippet) -> bool:
    """Whether something other than the kernel's layers stops it."""
    return not snippet.layers or not set(snippet.layers) <= KERNEL


def controls(snippets: list[Snippet]) -> dict[tuple[str, ...], list[Snippet]]:
    """Snippets by the layers to leave out so that they get through."""
    grouped: dict[tuple[str, ...], list[Snippet]] = defaultdict(list)
    for snippet in snippets:
        if snippet.layers:
            grouped[tuple(sorted(snippet.layers))].append(snippet)
    return grouped


def alone(snippets: list[Snippet]) -> dict[tuple[str, ...], list[Snippet]]:
    """Snippets several layers stop, by the layers to leave out so that one of them is alone."""
    grouped: dict[tuple[str, ...], list[Snippet]] = defaultdict(list)
    for snippet in snippets:
        for layer in snippet.layers if len(snippet.layers) > 1 else ():
            grouped[tuple(sorted(set(snippet.layers) - {layer}))].append(snippet)
    return grouped


def _all_held(setting: str, without: tuple[str, ...], snippets: list[Snippet]) -> list[Result]:
    with closing(Sandbox(*without)) as sandbox:
        held = [_held(sandbox, snippet, setting) for snippet in snippets]
        return [*held, *([] if setting is ALONE else _benign(sandbox, setting))]


def _all_let_through(without: tuple[str, ...], snippets: list[Snippet]) -> list[Result]:
    with closing(Sandbox(*without)) as sandbox:
        return [_let_through(sandbox, snippet) for snippet in snippets]


def _held(sandbox: Sandbox, snippet: Snippet, setting: str) -> Result:
    found = sandbox.attack(snippet)
    # A residual that is held is good news the corpus does not know yet: it is to be told there.
    as_expected = bool(found) == bool(snippet.residual)
    return Result(snippet.threat, str(snippet), setting, found, not found, as_expected, snippet.residual)


def _let_through(sandbox: Sandbox, snippet: Snippet) -> Result:
    found = sandbox.attack(snippet)
    return Result(snippet.threat, str(snippet), CONTROL, found, bool(found), bool(found))


def _benign(sandbox: Sandbox, setting: str) -> Iterator[Result]:
    for snippet in benign():
        found = sandbox.run(snippet.code, snippet.result, snippet.stdout)
        yield Result("(benign code works)", snippet.name, setting, found, not found, not found)
