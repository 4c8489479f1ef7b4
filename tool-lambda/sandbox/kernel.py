"""Kernel switches the standard library has no call for. Each may be refused: protection is weaker then, not gone.

Never imported by the process that forks the code: with ctypes loaded there, the code would find a way to call any
C function past Python's audit events. The tool process uses it directly, the zygote through `hardening`.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import seccomp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# linux/prctl.h
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38

# Its number, and what it is told: see the manual page seccomp(2).
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER = 1
#: Without it, older kernels slow the whole process down against a side channel that is none here.
_FILTER_FLAG_SPEC_ALLOW = 4

# linux/landlock.h; the numbers are the same on every machine.
_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446
_CREATE_VERSION = 1
_RULE_PATH_BENEATH, _RULE_NET_PORT = 1, 2
#: The first version that knows ports. Before it there is little the audit hook and file modes do not do.
_NETWORK_VERSION, _SCOPE_VERSION = 4, 6
_EXECUTE, _WRITE_FILE, _REFER, _TRUNCATE = 1 << 0, 1 << 1, 1 << 13, 1 << 14
_READ_FILE, _READ_DIRECTORY = 1 << 2, 1 << 3
_REMOVE = 1 << 4 | 1 << 5  # directories, files
_MAKE = 1 << 7 | 1 << 8  # directories, regular files
_MAKE_SPECIAL = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12  # devices, sockets, pipes, links
_CHANGE = _WRITE_FILE | _REMOVE | _MAKE | _REFER | _TRUNCATE
_BIND_TCP, _CONNECT_TCP = 1, 2
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3

ON = "on"


def hide_memory() -> str:
    """Keep other processes of this uid from reading this process's memory and environment under /proc."""
    return _prctl(_PR_SET_DUMPABLE, 0)


def adopt_orphans() -> str:
    """Become the parent of descendants whose own parent ends, so that none outlives a call unseen.

    The setting is per process, lost on fork and kept on exec (prctl(2), PR_SET_CHILD_SUBREAPER).
    """
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def refuse_new_privileges() -> str:
    """Make set-uid programs powerless in this process and all its descendants."""
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def filter_calls(untouchable: Iterable[int]) -> str:
    """Refuse, in this process and all its descendants, the system calls code of a call has no use for.

    Args:
        untouchable: Process ids, and process group ids as negative numbers, that may not be signalled.
    """
    try:
        program = seccomp.program(platform.machine(), untouchable)
    except seccomp.UnknownMachine as unknown:
        return f"off: {unknown}"
    return install_filter(program)


def install_filter(program: bytes) -> str:
    """Install a filter program; it needs `refuse_new_privileges` first."""
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    return _call(_SECCOMP[platform.machine()], _SET_MODE_FILTER, _FILTER_FLAG_SPEC_ALLOW, head)


def restrict_to(directory: str, ports: Iterable[int], readable: Collection[str] = ()) -> str:
    """Let this process and its descendants change files below a directory only, and connect to TCP ports only.

    With a new enough kernel they can also signal nobody outside and reach no abstract Unix socket.

    Args:
        readable: what else they may read, files and directories; everything where nothing is named.
    """
    version = _raw_call(_LANDLOCK_CREATE, None, 0, _CREATE_VERSION)
    if version < 0:
        return _refused()
    if version < _NETWORK_VERSION:
        return f"off: this kernel's Landlock (version {version}) knows no ports"
    rules = _ruleset(version, _READ_FILE | _READ_DIRECTORY if readable else 0)
    if rules < 0:
        return _refused()
    try:
        reading = _READ_FILE | _READ_DIRECTORY if readable else 0
        states = [
            _allow_below(rules, directory, _CHANGE | reading),
            _allow_below(rules, os.devnull, _WRITE_FILE | _TRUNCATE | reading & _READ_FILE),
        ]
        states += [_allow_below(rules, path, reading if Path(path).is_dir() else _READ_FILE) for path in readable]
        states += [
            _call(_LANDLOCK_ADD_RULE, rules, _RULE_NET_PORT, struct.pack("QQ", _CONNECT_TCP, port), 0)
            for port in ports
        ]
        return next((state for state in states if state != ON), None) or _call(_LANDLOCK_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _ruleset(version: int, reading: int) -> int:
    scoped = _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if version >= _SCOPE_VERSION else 0
    fields = (_EXECUTE | _MAKE_SPECIAL | _CHANGE | reading, _BIND_TCP | _CONNECT_TCP, scoped)
    # An older kernel refuses a longer structure than it knows only if the rest is not zero.
    return _raw_call(_LANDLOCK_CREATE, struct.pack("QQQ", *fields), 24, 0)


def _allow_below(rules: int, path: str, access: int) -> str:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        return _call(_LANDLOCK_ADD_RULE, rules, _RULE_PATH_BENEATH, struct.pack("=Qi", access, descriptor), 0)
    finally:
        os.close(descriptor)


def _prctl(option: int, value: int) -> str:
    try:
        prctl = _c_library().prctl
    except (OSError, AttributeError) as error:
        return f"off: {error}"
    # A varargs function: the widths of the unused arguments must be given.
    arguments = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    return ON if prctl(ctypes.c_int(option), *arguments) == 0 else _refused()


def _call(number: int, *arguments: int | bytes | None) -> str:
    return ON if _raw_call(number, *arguments) == 0 else _refused()


def _raw_call(number: int, *arguments: int | bytes | None) -> int:
    """syscall(2): integers are passed as words, bytes as a pointer to them."""
    words = [ctypes.c_long(word) if isinstance(word, int) else ctypes.c_char_p(word) for word in arguments]
    result: int = _c_library().syscall(ctypes.c_long(number), *words)
    return result


def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _refused() -> str:
    return f"off: the kernel refused it ({os.strerror(ctypes.get_errno())})"
