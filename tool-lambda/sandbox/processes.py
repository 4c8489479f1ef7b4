"""Finds the direct children of this process. Nothing else may ever be signalled."""

from __future__ import annotations

import os
from pathlib import Path


def direct_children() -> set[int]:
    """Process ids of this process's children, those that ended and were not yet waited for included."""
    mine = os.getpid()
    return {int(entry.name) for entry in Path("/proc").iterdir() if _is_child(entry, mine)}


def _is_child(entry: Path, parent: int) -> bool:
    if not entry.name.isdigit():
        return False
    try:
        # Field 4 of proc_pid_stat(5), counted from the last parenthesis: a process may name itself anything.
        return int((entry / "stat").read_bytes().rpartition(b")")[2].split()[1]) == parent
    except (OSError, IndexError, ValueError):
        return False  # it ended meanwhile
