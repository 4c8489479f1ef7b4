"""Unpacked function code and layers, addressed by the hash of the very bytes that were uploaded."""

from __future__ import annotations

import hashlib
import io
import shutil
import threading
import uuid
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from local_aws.functions.interpreter import make_readable

if TYPE_CHECKING:
    from collections.abc import Sequence


class CodeStore:
    """A folder with one read-only tree per distinct zip, as /var/task and /opt are on Lambda."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def task(self, code: bytes) -> Path:
        """The unpacked function code."""
        return self._unpacked([code])

    def opt(self, layers: Sequence[bytes]) -> Path | None:
        """The layers unpacked over each other in order, as below /opt; None without layers."""
        return self._unpacked(layers) if layers else None

    def _unpacked(self, archives: Sequence[bytes]) -> Path:
        name = hashlib.sha256("".join(sha256(archive) for archive in archives).encode()).hexdigest()[:24]
        target = self._folder / name
        with self._lock:
            if not target.is_dir():
                work = self._folder / f".{uuid.uuid4().hex[:8]}"
                for archive in archives:
                    _extract(archive, work)
                make_readable(work)
                work.rename(target)
        return target

    def clear(self) -> None:
        """Remove every unpacked tree."""
        shutil.rmtree(self._folder, ignore_errors=True)


def sha256(code: bytes) -> str:
    """Hexadecimal SHA-256 of uploaded bytes."""
    return hashlib.sha256(code).hexdigest()


def _extract(archive: bytes, folder: Path) -> None:
    """Unpack with the modes stored in the zip, which zipfile itself drops (Lambda keeps them)."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        for member in zipped.infolist():
            path = Path(zipped.extract(member, folder))
            mode = (member.external_attr >> 16) & 0o777
            if mode and not path.is_dir():
                path.chmod(mode)
