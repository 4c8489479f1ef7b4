"""The sandbox behind the ToolRunner port, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.errors import CliError, ExitCode
from cli.sandboxed import readable
from triage.domain.errors import ToolUnavailable
from triage.ports import ToolReply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.credentials import Credentials
    from triage.ports import ToolCall

_PROGRAM = Path(__file__).with_name("program.py")
#: Without them code could read files, change them, or ask AWS for what the session may not.
_REQUIRED = ("process", "audit", "operations", "landlock", "seccomp", "zygote_memory", "parent_memory")
_CANARY = "a developer's secret"
_PROBE = """
try:
    result = open(inputs["path"]).read()
except OSError as error:
    result = type(error).__name__
"""
_WHAT_TO_DO = (
    "Nothing a model wrote is run on this machine then. Use Python 3.12 or newer on Linux 6.7 or newer, as a user "
    "that is not root; or say --first-look-only, which needs none of it."
)


class SandboxedTools:
    """Runs one call at a time.

    Args:
        identity: ARN of whoever the session acts for; its account is the only one that may be asked about.
        session: gives the capped credentials, which live long enough for one call.
    """

    def __init__(
        self,
        identity: str,
        region: str,
        timeout_s: int,
        session: Callable[[], Credentials],
        endpoint_url: str | None,
    ) -> None:
        self._timeout_s = timeout_s
        self._session = session
        self._one_at_a_time = threading.Lock()
        self._scratch = tempfile.TemporaryDirectory(prefix="alarm-triage-")
        told = {
            "identity": identity,
            "region": region,
            "timeout_s": timeout_s,
            "endpoint_url": endpoint_url,
            "readable": readable.readable_paths(),
        }
        path = json.dumps(readable.import_path())
        start = f"import sys, runpy; sys.path[:0] = {path}; runpy.run_path({str(_PROGRAM)!r}, run_name='__main__')"
        self._process = subprocess.Popen(  # noqa: S603 - this repository's own program
            [readable.interpreter(), "-B", "-I", "-c", start, json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": self._scratch.name, **_libraries()},
            cwd="/",
        )

    def check(self) -> None:
        """Try what must not be possible, before anything of a model's is run.

        Raises:
            CliError: a layer is missing, or code in the sandbox could read what is the developer's alone.
        """
        with tempfile.TemporaryDirectory(prefix="alarm-triage-canary-") as folder:
            canary = Path(folder, "credentials")
            canary.touch(0o600)
            canary.write_text(_CANARY)
            reply = self._exchange({"code": _PROBE, "inputs": {"path": str(canary)}, "timeout_s": 10})
        missing = {name: reply["guard"].get(name, "off: unknown") for name in _REQUIRED}
        off = [f"{name} is {state}" for name, state in missing.items() if state != "on"]
        if reply["status"] == "refused":
            raise CliError(f"the sandbox runs nothing: {reply['error']}. {_WHAT_TO_DO}", ExitCode.UNSAFE)
        if off:
            raise CliError(f"the sandbox is not whole: {'; '.join(off)}. {_WHAT_TO_DO}", ExitCode.UNSAFE)
        if reply["status"] != "ok" or reply["result"] != "PermissionError":
            raise CliError(
                f"code in the sandbox could read a file of yours ({reply['status']}). {_WHAT_TO_DO}",
                ExitCode.UNSAFE,
            )

    def run(self, call: ToolCall) -> ToolReply:
        """Run the code.

        Raises:
            ToolUnavailable: it did not run, or nobody knows whether it did.
        """
        event = {
            "code": call.code,
            "inputs": dict(call.inputs),
            "purpose": call.purpose,
            "timeout_s": call.timeout_s,
            "investigation_id": call.investigation_id,
            "account_id": call.account_id,
            "region": call.region,
        }
        try:
            reply = self._exchange(event)
        except CliError as error:
            raise ToolUnavailable(f"no session for the code: {error}") from error
        return ToolReply(**{**reply, "evidence": tuple(reply["evidence"])})

    def close(self) -> None:
        """End the process; what it started ends with it."""
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._scratch.cleanup()

    def _exchange(self, event: Mapping[str, Any]) -> dict[str, Any]:
        with self._one_at_a_time:
            session = self._session()
            message = {
                "event": event,
                "remaining_seconds": float(self._timeout_s),
                "credentials": {
                    "access_key_id": session.access_key_id,
                    "secret_access_key": session.secret_access_key,
                    "session_token": session.session_token,
                    "expires_at": session.expires_at.isoformat(),
                },
            }
            if self._process.stdin is None or self._process.stdout is None:
                raise ToolUnavailable("the sandbox was closed")
            try:
                self._process.stdin.write(json.dumps(message).encode() + b"\n")
                self._process.stdin.flush()
                line = self._process.stdout.readline()
                reply: dict[str, Any] = json.loads(line)
            except (OSError, ValueError) as error:
                raise ToolUnavailable("the sandbox process ended") from error
            return reply


def _libraries() -> dict[str, str]:
    """Where an interpreter with a libpython of its own finds it."""
    folder = readable.library_folder()
    return {"LD_LIBRARY_PATH": folder} if folder else {}
