"""The tool function: one call with all its isolation, and the first call of a new function instance."""

from __future__ import annotations

import json
from typing import Any

from bench import Row, unpacked
from scripts.packages import compiled
from tests import unprivileged

_CALL = "tool call, isolation on"
_COLD_START = "tool function, cold start: import and first call"
_FIRST_CLIENT = "first client of a call"
_FIRST_CLIENT_TARGET = "reported"
_CALL_TARGET = "<= 2 x"
_COLD_START_TARGET = "<= 1.5 x"
_TARGETS = {
    _CALL: _CALL_TARGET,
    _FIRST_CLIENT: _FIRST_CLIENT_TARGET,
    _COLD_START: _COLD_START_TARGET,
}


def rows() -> list[Row]:
    """Measure in an unprivileged process, as the sandbox refuses root; without one the rows say why not."""
    try:
        measured = _measure()
    except (OSError, RuntimeError, ValueError) as error:
        return [
            Row(what, "skipped", "-", None, target, f"no unprivileged process here: {error}")
            for what, target in _TARGETS.items()
        ]
    return [
        _row(_CALL, measured["call"], _CALL_TARGET, "floor: fork, run print(1), read the pipe, wait; medians"),
        _row(
            _FIRST_CLIENT,
            measured["first_client"],
            _FIRST_CLIENT_TARGET,
            "floor: the same line in a fresh process, boto3 imported; inside, the service model is loaded already",
        ),
        _row(
            _COLD_START,
            measured["cold_start"],
            _COLD_START_TARGET,
            "floor: import boto3 and make the same clients; medians of fresh processes",
        )
        if compiled.possible()
        else Row(_COLD_START, "skipped", "-", None, _COLD_START_TARGET, compiled.WRONG_PYTHON),
    ]


def _measure() -> Any:
    with unpacked.packages() as laid_out:
        process = unprivileged.start("tool_bench.py", laid_out.tool, laid_out.layer, isolated=False)
        try:
            output, _ = process.communicate(timeout=300)
        finally:
            unprivileged.stop(process)
    if process.returncode != 0:
        raise RuntimeError(f"the measuring process failed with exit code {process.returncode}")
    return json.loads(output)


def _row(what: str, milliseconds: dict[str, float], target: str, note: str) -> Row:
    value, floor = milliseconds["value"], milliseconds["floor"]
    return Row(what, f"{value:.1f} ms", f"{floor:.1f} ms", value / floor, target, note)
