"""Confines the child before the code runs: descriptors, environment, limits."""

from __future__ import annotations

import fcntl
import os
import resource
import sys
import tempfile

from sandbox import layers

_HIGHEST_DESCRIPTOR = 256
#: Files the code may have open at a time.
OPEN_FILES = 128
#: Highest number the limit on open files allows: code that closes low numbers by habit leaves it alone.
REPORT_DESCRIPTOR = OPEN_FILES - 1


def arrange_descriptors(request: int, output: int, report: int) -> int:
    """Leave exactly four: the request as standard input, output twice, and the report. Returns the report's."""
    os.setpgid(0, 0)
    # Lifted first, so that no target number is still needed as a source.
    sources = [fcntl.fcntl(number, fcntl.F_DUPFD, OPEN_FILES) for number in (request, output, output, report)]
    for target, source in zip((0, 1, 2, REPORT_DESCRIPTOR), sources, strict=True):
        os.dup2(source, target)
    os.closerange(3, REPORT_DESCRIPTOR)
    os.closerange(REPORT_DESCRIPTOR + 1, _HIGHEST_DESCRIPTOR)
    # Line by line: what was printed before a kill is in the pipe already.
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = sys.stdout
    return REPORT_DESCRIPTOR


def confine(environment: dict[str, str], scratch: str, limits: dict[str, int] | None) -> dict[str, str]:
    """Give the process its own environment, directory and limits; returns the state of each layer.

    Without limits it gets none: only to show what they are good for.
    """
    os.environ.clear()
    os.environ.update(environment, HOME=scratch, TMPDIR=scratch)
    os.chdir(scratch)
    os.umask(0o077)
    tempfile.tempdir = scratch
    return {layers.PROCESS: layers.ON, layers.LIMITS: layers.LEFT_OUT if limits is None else _set_limits(limits)}


def _set_limits(limits: dict[str, int]) -> str:
    refused = []
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(number)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(number, (ceiling, ceiling))
        except (OSError, ValueError) as error:
            refused.append(f"{name} ({error})")
    return f"off: refused for {', '.join(refused)}" if refused else layers.ON
