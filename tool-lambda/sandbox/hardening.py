"""Turns the kernel's switches on for the zygote, and so for every child, without leaving ctypes in its memory.

The switches need ctypes, and a process with ctypes in it offers the code a way around the audit hook. So they are
thrown in a second interpreter of the same process, which is gone with all its modules before the first call. Up to
Python 3.11 the classes of ctypes would outlive it; there the switches stay off.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sandbox.layers import LANDLOCK, LEFT_OUT, SECCOMP, ZYGOTE_MEMORY

if TYPE_CHECKING:
    from sandbox.plan import Plan

_LAYERS = (ZYGOTE_MEMORY, LANDLOCK, SECCOMP)
_HTTPS, _NAME_SERVICE = 443, 53
_FIRST_CLEAN_VERSION = (3, 12)

_SCRIPT = """
import sys
sys.path[:] = {path!r}
from sandbox import hardening
hardening.throw_switches({plan!r}, {descriptor})
"""


def harden(plan: Plan) -> dict[str, str]:
    """Throw the switches for this process; returns the state of each layer."""
    if sys.version_info < _FIRST_CLEAN_VERSION:
        return dict.fromkeys(_LAYERS, "off: Python 3.11 would keep ctypes within reach of the code")
    readable, writable = os.pipe()
    try:
        _run_apart(_SCRIPT.format(path=sys.path, plan=json.dumps(asdict(plan)), descriptor=writable))
    except (
        Exception
    ) as error:  # an interpreter module of other names and habits: no layer is worth a dead function
        return dict.fromkeys(_LAYERS, f"off: {type(error).__name__}: {error}")
    finally:
        os.close(writable)
        with os.fdopen(readable, "rb") as answer:
            written = answer.read()
    with suppress(ValueError):
        states: dict[str, str] = json.loads(written)
        return states
    return dict.fromkeys(_LAYERS, "off: the second interpreter said nothing")


def throw_switches(plan: str, descriptor: int) -> None:
    """Runs in the second interpreter: throw the switches and write their states as JSON."""
    kernel = importlib.import_module("sandbox.kernel")
    told: dict[str, Any] = json.loads(plan)
    kernel.refuse_new_privileges()
    ports = [_HTTPS, _NAME_SERVICE, *([told["port"]] if told["port"] else [])]
    above = os.getppid()
    untouchable = {1, above, -os.getpgid(above), os.getpid(), -os.getpid()}
    switches = {
        ZYGOTE_MEMORY: kernel.hide_memory,
        LANDLOCK: lambda: kernel.restrict_to(told["directory"], ports, told["readable"]),
        SECCOMP: lambda: kernel.filter_calls(untouchable),  # last: it refuses some of the others
    }
    states = {name: LEFT_OUT if name in told["without"] else throw() for name, throw in switches.items()}
    os.write(descriptor, json.dumps(states).encode())


def _run_apart(script: str) -> None:
    try:
        interpreters: Any = importlib.import_module("_interpreters")
        identity, run = interpreters.create("legacy"), interpreters.exec
    except ImportError:  # its name until 3.12
        interpreters = importlib.import_module("_xxsubinterpreters")
        identity, run = interpreters.create(isolated=False), interpreters.run_string
    try:
        failure = run(identity, script)
    finally:
        interpreters.destroy(identity)
    if failure is not None:
        raise RuntimeError(failure.formatted)
