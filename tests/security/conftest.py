"""The documents every proof is about, and their report at the end of a run in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.credentials import session_policy
from scripts.boundary.documents import Rendered, render
from scripts.boundary.role import REGION
from tests.security.checks import Subject
from tests.security.proof import PROOFS

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter


@pytest.fixture(scope="session")
def rendered() -> dict[str, Rendered]:
    """Documents of each configuration, by the name of its run."""
    return render()


@pytest.fixture(scope="session")
def subjects(rendered: dict[str, Rendered]) -> dict[str, Subject]:
    """What the checks look at, by configuration."""
    return {name: Subject(one.denies, session_policy(REGION)) for name, one in rendered.items()}


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Print what was proven."""
    for title, lines in config.stash.get(PROOFS, {}).items():
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.line(line)
