"""Starts Python programs of this repository the way Lambda runs them: as a user who is not root.

As root (a container, CI) the program runs as uid 65534. That user often can neither start the interpreter
(one below a 0700 home folder) nor read the checkout; whatever it cannot read is copied to a readable folder
first. As anybody else the program simply runs as that user. `isolated` adds its own process, network and
mount namespaces, so that hostile code can signal and reach nothing of the machine.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from local_aws.functions import interpreter

NOBODY = 65534
_ROOT = Path(__file__).resolve().parent.parent
_SOURCES = ("tool-lambda", "layer", "tests/programs")
# What the Lambda runtime and the layer provide.
_PACKAGES = (
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "cronsim",
    "dateutil",
    "jinja2",
    "jmespath",
    "markupsafe",
    "s3transfer",
    "six.py",
    "typing_extensions.py",
    "urllib3",
)
_SITE_PACKAGES = Path(str(__import__("botocore").__file__)).parent.parent
_NAMESPACES = ("unshare", "--pid", "--net", "--fork", "--mount-proc", "--kill-child")


class CannotIsolate(RuntimeError):
    """This machine offers no namespaces to a test."""


def start(
    program: str, *arguments: str, isolated: bool, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program from tests/programs with its standard input and output as pipes.

    Args:
        program: Its file name.
        arguments: Its arguments.
        isolated: Whether it gets namespaces of its own; it reaches no network then, loopback included.
        variables: Environment variables it gets besides the few every program needs.

    Raises:
        CannotIsolate: `isolated` was asked for and the machine refuses namespaces.
    """
    executable, libraries, path = _python()
    libraries = libraries | {"TMPDIR": _temporary_folder()}
    bootstrap = (
        f"import sys, runpy; sys.path[:0] = {json.dumps(path)}; sys.argv[:] = sys.argv[1:]; "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    program_file = next(str(Path(entry, program)) for entry in path if Path(entry, program).exists())
    command = [*_as_nobody(), executable, "-B", "-I", "-c", bootstrap, program_file, *arguments]
    if isolated:
        command = [*_isolation(), *command]
    return subprocess.Popen(  # noqa: S603 - this repository's own programs
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", **libraries, **(variables or {})},
        cwd="/",
    )


def run_module(
    module: str, *arguments: str, sources: Sequence[str], variables: Mapping[str, str], cwd: str = "/"
) -> subprocess.CompletedProcess[str]:
    """Run a module of the checkout to its end, as `python -m` does.

    Args:
        sources: Folders of the checkout it needs, beside each other as they are there.
        variables: Environment variables it gets besides the few every program needs.
    """
    executable, libraries, _ = _python()
    libraries = libraries | {"TMPDIR": _temporary_folder()}
    path = [_beside_each_other(tuple(sources)), _readable_packages()]
    start = (
        f"import sys, runpy; sys.path[:0] = {json.dumps(path)}; "
        f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
    )
    return subprocess.run(  # noqa: S603 - this repository's own modules
        [*_as_nobody(), executable, "-B", "-I", "-c", start, *arguments],
        env={"PATH": os.defpath, "LANG": "C.UTF-8", **libraries, **variables},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@functools.cache
def _beside_each_other(sources: tuple[str, ...]) -> str:
    if all(_is_readable(_ROOT / source) for source in sources):
        return str(_ROOT)
    checkout = _copies() / "checkout"
    for source in sources:
        shutil.copytree(_ROOT / source, checkout / source, ignore=shutil.ignore_patterns("__pycache__"))
    interpreter.make_readable(checkout)
    return str(checkout)


def check_isolation() -> None:
    """Find out whether programs can be isolated here.

    Raises:
        CannotIsolate: They cannot.
    """
    _isolation()
    _python()


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program started here, with everything in its namespaces."""
    _close(process.stdin)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _close(process.stdout)


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        stream.close()


@functools.cache
def _isolation() -> tuple[str, ...]:
    """The command in front; probed once."""
    # Without root only a user namespace gives the right to make the others; the user stays the same in it.
    prefix = _NAMESPACES if os.geteuid() == 0 else (*_NAMESPACES, "--map-current-user")
    try:
        subprocess.run([*prefix, "true"], check=True, capture_output=True, timeout=20)  # noqa: S603 - fixed command
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotIsolate(f"no namespaces here: {' '.join(prefix)} failed: {error}") from error
    return prefix


def _as_nobody() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs")


def _temporary_folder() -> str:
    """A temporary folder for one program: what lies in it at the end, it left there."""
    folder = tempfile.TemporaryDirectory(prefix="unprivileged-")
    _KEPT_UNTIL_EXIT.append(folder)
    if os.geteuid() == 0:
        os.chown(folder.name, NOBODY, NOBODY)
    return folder.name


_KEPT_UNTIL_EXIT: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def _python() -> tuple[str, dict[str, str], list[str]]:
    """Executable, variables it needs, and import path, all readable by the unprivileged user."""
    running = interpreter.probe(Path(sys.executable))
    if running is None:
        raise RuntimeError(f"{sys.executable} is not a CPython that can be started")
    if os.geteuid() == 0 and not interpreter.usable_by(running, NOBODY):
        running = interpreter.staged(running, _copies())
    sources = [_readable(_ROOT / source) for source in _SOURCES]
    return str(running.executable), running.variables, [*sources, _readable_packages()]


@functools.cache
def _copies() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="readable-")
    _KEPT_UNTIL_EXIT.append(folder)
    Path(folder.name).chmod(0o755)
    return Path(folder.name)


def _readable(folder: Path) -> str:
    if _is_readable(folder):
        return str(folder)
    copy = _copies() / folder.name
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
    interpreter.make_readable(copy)
    return str(copy)


def _readable_packages() -> str:
    if _is_readable(_SITE_PACKAGES):
        return str(_SITE_PACKAGES)
    copy = _copies() / "site-packages"
    copy.mkdir()
    for name in _PACKAGES:
        source = _SITE_PACKAGES / name
        if source.is_dir():
            shutil.copytree(source, copy / name)
        elif source.exists():
            shutil.copy2(source, copy / name)
    interpreter.make_readable(copy)
    return str(copy)


def _is_readable(folder: Path) -> bool:
    """Whether everybody may enter and read a folder; the modes of its contents are those of a checkout."""
    if os.geteuid() != 0:
        return True
    return all(entry.stat().st_mode & 0o001 for entry in (folder, *folder.parents)) and bool(
        folder.stat().st_mode & 0o004
    )
