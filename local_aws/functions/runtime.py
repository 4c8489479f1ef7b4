"""What Lambda's Python runtime itself provides: the interpreter, the runtime interface client and boto3.

Installed from requirements/runtime.txt (hashes required) into a folder of its own, never into the
environment of the local AWS, so that a function sees exactly what it would see on Lambda.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local_aws.functions import interpreter as interpreters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.functions.interpreter import Interpreter

LOCK = Path(__file__).resolve().parents[2] / "requirements" / "runtime.txt"

UNPRIVILEGED_UID = 65534
"""`nobody` on Linux: who a function runs as when the local AWS itself runs as root."""


class RuntimeSetupError(RuntimeError):
    """The packages of the function runtime could not be installed."""


@dataclass(frozen=True)
class Runtime:
    """A ready function runtime.

    Attributes:
        interpreter: The Python functions run on.
        site: Folder holding awslambdaric and boto3.
        uid: User the functions run as.
        description: One line for people about the interpreter.
    """

    interpreter: Interpreter
    site: Path
    uid: int
    description: str


def function_uid() -> int:
    """The user functions run as: nobody for root, otherwise the user itself (who cannot become another)."""
    return UNPRIVILEGED_UID if os.getuid() == 0 else os.getuid()


def prepare_runtime(cache_dir: Path, found: Interpreter | None = None) -> Runtime:
    """Make the function runtime ready, reusing what is already in the cache.

    Args:
        cache_dir: Folder to keep the runtime in; every user must be able to traverse it when run as root.
        found: The interpreter to use; the nearest to Lambda's when left out.

    Raises:
        NoInterpreterError: No Python from 3.11 on was found.
        RuntimeSetupError: pip could not install the locked packages.
    """
    cache_dir.mkdir(parents=True, exist_ok=True)
    source = found or interpreters.find()
    uid = function_uid()
    with _alone(cache_dir):
        site = _site(cache_dir, source)
        running = source if interpreters.usable_by(source, uid) else interpreters.staged(source, cache_dir)
    if not interpreters.usable_by(running, uid):
        raise RuntimeSetupError(
            f"User {uid}, who runs the functions, cannot start {running.executable}: use a state folder that every"
            " user can traverse (--state), for example below /var/tmp."
        )
    return Runtime(interpreter=running, site=site, uid=uid, description=source.describe())


@contextmanager
def _alone(cache_dir: Path) -> Iterator[None]:
    """Of several servers that start at once, one makes what all of them need; the others wait for it."""
    with (cache_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # it ends with the file, or with the process
        yield


def _site(cache_dir: Path, source: Interpreter) -> Path:
    """The installed packages, in a folder named after the lock and the interpreter's ABI."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    target = cache_dir / f"site-{source.minor[0]}{source.minor[1]}-{platform.machine()}-{digest}"
    if target.is_dir():
        return target
    work = cache_dir / f".site-{uuid.uuid4().hex[:8]}"
    command = [*_pip(source), "--target", str(work), "--require-hashes", "--no-deps", "-r", str(LOCK)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        shutil.rmtree(work, ignore_errors=True)
        raise RuntimeSetupError(
            f"Installing {LOCK.name} for {source.describe()} failed:\n"
            + (answer.stderr or answer.stdout).strip()[-2000:]
        )
    interpreters.make_readable(work)
    try:
        work.rename(target)
    except OSError:  # another process installed the same lock meanwhile
        shutil.rmtree(work, ignore_errors=True)
    return target


def _pip(source: Interpreter) -> list[str]:
    """The installer at hand: this environment's pip driving the other interpreter, or uv."""
    quiet = ["--disable-pip-version-check", "--quiet", "--no-input", "--no-cache-dir", "--only-binary", ":all:"]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", str(source.executable), "install", *quiet]
    uv = shutil.which("uv")
    if uv is None:
        raise RuntimeSetupError(
            f"Neither pip (for {sys.executable}) nor uv was found: create the environment with `python -m venv`,"
            " which brings pip."
        )
    return [uv, "pip", "install", "--python", str(source.executable), "--quiet", "--only-binary", ":all:"]
