"""Kernel switches the standard library has no call for. Each may be refused: protection is weaker then, not gone.

Used in the parent only: loading ctypes in the process that forks the code would hand the code a way to call any
C function past Python's audit events.
"""

from __future__ import annotations

import ctypes
import os

# linux/prctl.h
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38

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


def _prctl(option: int, value: int) -> str:
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError) as error:
        return f"off: {error}"
    # A varargs function: the widths of the unused arguments must be given.
    arguments = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    if prctl(ctypes.c_int(option), *arguments) == 0:
        return ON
    return f"off: the kernel refused it ({os.strerror(ctypes.get_errno())})"
