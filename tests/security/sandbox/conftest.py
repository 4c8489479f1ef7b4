"""A running tool service per module: real processes, unprivileged."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.sandbox_host import SandboxHost
from tests.unprivileged import CannotIsolate


def open_host(*arguments: str) -> SandboxHost:
    """Start an isolated service; where the machine refuses namespaces, skip, and fail in CI."""
    try:
        return SandboxHost(*arguments, isolated=True)
    except CannotIsolate as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def tool() -> Iterator[SandboxHost]:
    """A tool service shared by the tests of a module: calls leave no state."""
    host = open_host()
    yield host
    host.close()
