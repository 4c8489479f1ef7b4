"""Answers tool requests line by line with the real sandbox, and tells what calls left behind.

Standard input: one JSON object a line, either {"event": ..., "remaining_seconds": n} or {"order": name}.
Standard output: one JSON object a line. Arguments: the names of layers to leave out, those of `sandbox.layers` and
of `_FORGO` below; and "kernel-refuses", which makes the kernel refuse every switch the sandbox asks it for.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox import kernel, reply, runner, scratch, seccomp, service
from sandbox.credentials import Credentials
from sandbox.processes import direct_children
from sandbox.runner import Outcome
from sandbox.service import ToolService, describe
from sandbox.wiring import build_service


class PlantedSessions:
    """Hands out recognisable credentials instead of asking STS."""

    def session(self, investigation_id: str | None, region: str, needed_seconds: float) -> Credentials:
        later = datetime.now(UTC) + timedelta(seconds=needed_seconds)
        return Credentials(
            access_key_id="ASIAPLANTEDCANARY001",
            secret_access_key="pLaNt3d/Secret+Access9Key0Of7This2Sessio",
            session_token="IQoJb3JpZ2luPlanted" + "T0ken" * 60,
            expires_at=later,
        )


def main() -> None:
    """Serve until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # nothing else may write where replies go
    wanted = set(sys.argv[1:])
    if "kernel-refuses" in wanted:
        _make_kernel_refuse()
    for name in wanted & _FORGO.keys():
        _FORGO[name]()
    served = _service(wanted - {"kernel-refuses"} - _FORGO.keys())
    for line in sys.stdin:
        replies.write(json.dumps(_respond(served, json.loads(line))) + "\n")


def _make_kernel_refuse() -> None:
    """A filter around this process and all it starts, as a platform has one that permits nothing of the kind."""
    calls = {"prctl": (157, 167), "seccomp": (317, 277), "landlock_create_ruleset": (444, 444)}
    kernel.refuse_new_privileges()
    state = kernel.install_filter(seccomp.refusing(platform.machine(), calls.values()))
    if state != "on":
        raise SystemExit(f"this machine cannot be made to refuse: {state}")


def _forgo_redaction() -> None:
    vars(reply).update(redact=lambda text, _: text, redact_value=lambda value, _: value)


def _forgo_visibility() -> None:
    vars(reply).update(make_visible=lambda text: text, make_visible_value=lambda value: value)


def _forgo_caps() -> None:
    plenty = 1 << 30
    vars(runner).update(HEAD_BYTES=plenty, _REPORT_BYTES=plenty)
    vars(reply).update(STDOUT_BYTES=plenty, RESULT_BYTES=plenty, EVIDENCE_BYTES=plenty)


def _believe(change: Callable[[Outcome], Outcome]) -> None:
    """Read the outcome as a less suspicious program would."""
    build, imports = service.build_reply, service.imports_of
    lines: list[dict[str, Any]] = []

    def believing(outcome: Outcome, *rest: Any) -> Any:
        believed = change(outcome)
        lines[:] = believed.lines
        return build(believed, *rest)

    vars(service).update(build_reply=believing, imports_of=lambda _: imports(lines))


def _lines_of_standard_output(outcome: Outcome) -> Outcome:
    printed = list(runner._lines(outcome.stdout.head))
    return replace(outcome, lines=[*printed, *outcome.lines])


def _last_line_first(outcome: Outcome) -> Outcome:
    return replace(outcome, lines=[line for line in reversed(outcome.lines) if "guard" in line])


def _good_ending(outcome: Outcome) -> Outcome:
    return replace(outcome, stopped=None, signal_name=None, exit_code=0)


_FORGO: dict[str, Callable[[], None]] = {
    "redaction": _forgo_redaction,
    "visibility": _forgo_visibility,
    "caps": _forgo_caps,
    "removal": lambda: vars(scratch).update(remove_scratch=lambda _: None),
    "quota": lambda: vars(scratch).update(over_quota=lambda _: None),
    "channel": lambda: _believe(_lines_of_standard_output),
    "first-line": lambda: _believe(_last_line_first),
    "ending": lambda: _believe(_good_ending),
}


def _service(without: set[str]) -> ToolService:
    environment = {
        "INVESTIGATOR_ROLE_ARN": "arn:aws:iam::123456789012:role/investigator",
        "AWS_REGION": "eu-west-1",
        "TOOL_TIMEOUT_SECONDS": "120",
    }
    environment |= {name: os.environ[name] for name in ("AWS_ENDPOINT_URL",) if name in os.environ}
    built = build_service(environment, without)
    return ToolService(built.settings, PlantedSessions(), built.runner, built.own_guard)


def _respond(served: ToolService, message: dict[str, Any]) -> Any:
    if "event" in message:
        answer = served.answer(message["event"], message["remaining_seconds"])
        return {"reply": answer.reply.as_dict(), "log": describe(answer)}
    return _ORDERS[message["order"]]()


def _kill_children() -> list[int]:
    children = sorted(direct_children())
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return children


def _leftovers() -> dict[str, Any]:
    """Processes beside this one and its zygote, in a process namespace of their own; and temporary files."""
    processes = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    beside = set(processes) - {os.getpid()} - direct_children()
    return {
        "processes": len(beside),
        "children": len(direct_children()),
        "files": [entry.name for entry in Path(tempfile.gettempdir()).iterdir()],
    }


_ORDERS = {"kill-children": _kill_children, "leftovers": _leftovers}

if __name__ == "__main__":
    main()
