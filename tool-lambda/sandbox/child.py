"""The child: confine itself, read the request, run the code, report. One process, one call.

Protocol on the report descriptor, one JSON object a line. Everything up to and including `guard` is written before
the code starts and can be trusted; what follows comes from a process the code controls.

    {"imports": [...], "guard": {...}}
    {"evidence": {...}}                    any number
    {"stopped": "reason"}                  written by the audit hook as its last act
    {"done": {"error": ..., "result": ..., "omitted_bytes": ...}}
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, NoReturn

from sandbox import audit, confine, evidence, execute, jsonsafe, layers, source

#: The child failed before the code was started.
EXIT_BROKEN = 70
#: Largest line the child writes for a result or a piece of evidence, in bytes of JSON.
MAX_VALUE_BYTES = 256 * 1024


class Report:
    """Writes whole lines to the report descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, **line: Any) -> None:
        """Write one JSON object as a line."""
        data = memoryview(json.dumps(line).encode() + b"\n")
        while data:
            data = data[os.write(self._descriptor, data) :]


def main(request: int, output: int, report: int) -> NoReturn:
    """Run one call in this process and end it. Never returns, and runs no exit handlers of the code."""
    report = confine.arrange_descriptors(request, output, report)
    lines = Report(report)
    order = _read_request()
    limits = None if layers.LIMITS in order["without"] else order["limits"]
    guard = confine.confine(order["environment"], order["scratch"], limits)
    parsed = source.parse(order["code"])
    module = execute.prepare(order["inputs"], evidence.recorder(lines.write, MAX_VALUE_BYTES))
    guard[layers.AUDIT] = _watch(order)
    lines.write(imports=parsed.imports, guard=guard)
    lines.write(done=_outcome(parsed, module, order["grace_seconds"]))
    os._exit(0)


def _outcome(parsed: source.Parsed, module: Any, grace_seconds: float) -> dict[str, Any]:
    ending = execute.run(parsed, module)
    value = jsonsafe.bounded(ending.value, MAX_VALUE_BYTES)
    execute.join_threads(grace_seconds)
    sys.stdout.flush()
    return {
        "error": ending.error,
        "result": value.value,
        "omitted_bytes": value.omitted_bytes + ending.omitted_bytes,
    }


def _watch(order: dict[str, Any]) -> str:
    if layers.AUDIT in order["without"]:
        return layers.LEFT_OUT
    endpoint = order["endpoint"]
    audit.install(order["scratch"], tuple(endpoint) if endpoint else None, confine.REPORT_DESCRIPTOR)
    return layers.ON


def _read_request() -> dict[str, Any]:
    """The request was put on standard input; the code finds an empty standard input instead."""
    with open(0, "rb", closefd=False) as stream:
        stream.seek(0)
        order: dict[str, Any] = json.load(stream)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return order
