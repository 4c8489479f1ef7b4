"""The private directory of one call: working directory, HOME and TMPDIR of the code, gone when the call ends."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import uuid
from pathlib import Path

#: Total the code may keep in files. Lambda's /tmp has 512 MiB unless configured otherwise.
QUOTA_BYTES = 256 * 1024 * 1024
#: Number of files and directories; bounds the cost of measuring and of removing.
QUOTA_ENTRIES = 20_000


def create_scratch() -> str:
    """Make a scratch directory only this uid can enter, under the system's temporary directory."""
    return tempfile.mkdtemp(prefix="call-")


def over_quota(directory: str) -> str | None:
    """Say which quota the directory exceeds, or None.

    Counts disk blocks, so a sparse file weighs what it occupies. A file unlinked while still open is not seen:
    the per-file and open-file limits bound those.
    """
    used = entries = 0
    pending = [directory]
    while pending:
        try:
            with os.scandir(pending.pop()) as listing:
                for entry in listing:
                    entries += 1
                    used += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entries > QUOTA_ENTRIES:
                        return f"more than {QUOTA_ENTRIES} files in the scratch directory"
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        except FileNotFoundError:
            continue  # removed while being looked at
        except OSError as error:
            return f"the scratch directory cannot be measured: {error.strerror}"
    return f"more than {QUOTA_BYTES >> 20} MiB in the scratch directory" if used > QUOTA_BYTES else None


def remove_scratch(directory: str) -> None:
    """Remove a scratch directory, however its contents were arranged. Never follows a link out of it.

    What cannot be removed stays: the answer to the call is worth more than a clean directory.
    """
    with contextlib.suppress(OSError):
        _remove_flattened(Path(directory))


def _remove_flattened(directory: Path) -> None:
    """Remove a tree that may be too deep for paths or recursion, or whose directories refuse entry.

    Every directory found is lifted to the top before it is emptied, so no path ever has more than two parts.
    """
    directory.chmod(stat.S_IRWXU)
    while entries := list(directory.iterdir()):
        for entry in entries:
            _remove_entry(entry, directory)
    directory.rmdir()


def _remove_entry(entry: Path, top: Path) -> None:
    if not _is_directory(entry):
        entry.unlink()
        return
    entry.chmod(stat.S_IRWXU)
    for child in list(entry.iterdir()):
        if _is_directory(child):
            child.chmod(stat.S_IRWXU)  # moving a directory writes to it
            child.rename(top / uuid.uuid4().hex)
        else:
            child.unlink()
    entry.rmdir()


def _is_directory(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)
