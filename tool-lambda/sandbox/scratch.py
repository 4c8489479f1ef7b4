"""The private directory of one call: working directory, HOME and TMPDIR of the code, gone when the call ends."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
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
        except OSError:
            continue  # vanished or made unreadable while the code runs; the next look sees what became of it
    return f"more than {QUOTA_BYTES >> 20} MiB in the scratch directory" if used > QUOTA_BYTES else None


def remove_scratch(directory: str) -> None:
    """Remove a scratch directory, however its contents were arranged. Never follows a link out of it."""
    shutil.rmtree(directory, ignore_errors=True)
    if Path(directory).is_dir():
        _remove_flattened(directory)


def _remove_flattened(directory: str) -> None:
    """Remove a tree too deep for paths or recursion, or one whose directories refuse entry.

    Every directory found is lifted to the top before it is emptied, so no path ever has more than two parts.
    """
    serial = 0
    for _ in range(2 * QUOTA_ENTRIES):
        found = next(iter(os.scandir(directory)), None)
        if found is None:
            break
        if not _is_directory(found.path):
            os.unlink(found.path)
            continue
        os.chmod(found.path, stat.S_IRWXU)
        for child in list(os.scandir(found.path)):
            if _is_directory(child.path):
                serial += 1
                os.chmod(child.path, stat.S_IRWXU)
                os.rename(child.path, os.path.join(directory, f".lifted-{serial}"))
            else:
                os.unlink(child.path)
        os.rmdir(found.path)
    os.rmdir(directory)


def _is_directory(path: str) -> bool:
    return stat.S_ISDIR(os.lstat(path).st_mode)
