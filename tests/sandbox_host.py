"""The tool's sandbox in an unprivileged process, for tests: requests in, replies out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests import unprivileged
from tests.unprivileged import CannotIsolate

#: Longer than any call a test makes, so that the request's own limit decides.
_REMAINING_SECONDS = 60.0


class SandboxHost:
    """One running tool service. `isolated` puts it into its own process and network namespaces."""

    def __init__(self, *arguments: str, isolated: bool, endpoint_url: str | None = None) -> None:
        variables = {"AWS_ENDPOINT_URL": endpoint_url} if endpoint_url else {}
        self._process = unprivileged.start("tool_service.py", *arguments, isolated=isolated, variables=variables)

    def call(self, code: str, **request: Any) -> dict[str, Any]:
        """Run code and return the reply."""
        reply: dict[str, Any] = self.exchange({"code": code, **request})["reply"]
        return reply

    def exchange(self, event: Any, remaining_seconds: float = _REMAINING_SECONDS) -> dict[str, Any]:
        """Send a request as it is; returns the reply and what the log says about it."""
        answer: dict[str, Any] = self._ask({"event": event, "remaining_seconds": remaining_seconds})
        return answer

    def kill_zygote(self) -> list[int]:
        """Kill what the service started, as the kernel's memory killer would."""
        killed: list[int] = self._ask({"order": "kill-children"})
        return killed

    def leftovers(self) -> dict[str, Any]:
        """Number of other processes in the namespace, and files in the temporary directory."""
        found: dict[str, Any] = self._ask({"order": "leftovers"})
        return found

    def close(self) -> None:
        """End the service."""
        unprivileged.stop(self._process)

    def _ask(self, message: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the tool service ended: no call may ever do that"
        return json.loads(line)


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
