"""The Python that runs the functions: 3.13 as on Lambda where it can be found, otherwise the nearest one.

A function runs as an unprivileged user, who often cannot read the interpreter (one installed below a
0700 home directory, for example). Such an interpreter is copied into a readable folder once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LAMBDA_VERSION = (3, 13)
"""The runtime the module deploys (`python3.13`)."""

OLDEST_VERSION = (3, 11)
"""The oldest Python the functions' code supports."""

_SYSTEM_PREFIXES = ("/usr/local", "/usr")

_PROBE = """
import json, sys, sysconfig
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "executable": getattr(sys, "_base_executable", None) or sys.executable,
    "stdlib": sysconfig.get_path("stdlib"),
    "shared_library": (sysconfig.get_config_var("Py_ENABLE_SHARED") or None)
        and sysconfig.get_config_var("INSTSONAME"),
    "library_dir": sysconfig.get_config_var("LIBDIR"),
    "implementation": sys.implementation.name,
}))
"""

_LEFT_OUT = shutil.ignore_patterns(
    "site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "config-*"
)


class NoInterpreterError(RuntimeError):
    """No usable Python was found on this machine."""


@dataclass(frozen=True)
class Interpreter:
    """A Python that was really started once.

    Attributes:
        executable: The real executable, never a shim or a virtual environment's link.
        version: Major, minor, micro.
        stdlib: Folder of the standard library.
        shared_library: Path of libpython where the executable needs one.
    """

    executable: Path
    version: tuple[int, int, int]
    stdlib: Path
    shared_library: Path | None = None

    @property
    def minor(self) -> tuple[int, int]:
        """Major and minor version, the part Lambda's runtime identifiers name."""
        return self.version[:2]

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables the executable needs: where its own libpython lies, if it has one."""
        return {"LD_LIBRARY_PATH": str(self.shared_library.parent)} if self.shared_library else {}

    @property
    def is_lambda_version(self) -> bool:
        """Whether this is the version the module deploys."""
        return self.minor == LAMBDA_VERSION

    def describe(self) -> str:
        """One line for people: the version and, when it is not Lambda's, that it is a substitute."""
        text = "Python " + ".".join(str(part) for part in self.version)
        if self.is_lambda_version:
            return text
        wanted = ".".join(str(part) for part in LAMBDA_VERSION)
        return f"{text} (Lambda runs {wanted}, which was not found here: nearest available used)"


def find(search_path: str | None = None, home: Path | None = None) -> Interpreter:
    """Find the interpreter nearest to Lambda's.

    Args:
        search_path: A PATH to search; the process's own by default.
        home: The home folder whose pyenv and uv installations are searched; the user's own by default.

    Raises:
        NoInterpreterError: Neither Python 3.13 nor another one from 3.11 on could be started.
    """
    path = os.environ.get("PATH", "") if search_path is None else search_path
    folder = Path.home() if home is None else home
    for minor in _by_nearness():
        for candidate in _candidates(minor, path, folder):
            found = probe(candidate)
            if found is not None and found.minor == minor:
                return found
    raise NoInterpreterError(
        "No Python from 3.11 on was found on PATH, in ~/.pyenv/versions or among uv's Pythons:"
        " install Python 3.13."
    )


def _by_nearness() -> list[tuple[int, int]]:
    """Lambda's version first, then by distance, the older of two equally distant ones first."""
    minors = range(OLDEST_VERSION[1], LAMBDA_VERSION[1] + 4)
    return [(3, minor) for minor in sorted(minors, key=lambda minor: (abs(minor - LAMBDA_VERSION[1]), minor))]


def _candidates(minor: tuple[int, int], search_path: str, home: Path) -> Iterator[Path]:
    name = f"python{minor[0]}.{minor[1]}"
    dotted = f"{minor[0]}.{minor[1]}"
    for folder in search_path.split(os.pathsep):
        if folder:
            yield Path(folder) / name
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{dotted}*/bin/{name}"), reverse=True)
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local" / "share" / "uv" / "python")
    yield from sorted(uv.glob(f"cpython-{dotted}*/bin/{name}"), reverse=True)
    yield from (Path(root) / "bin" / name for root in _SYSTEM_PREFIXES)
    if sys.version_info[:2] == minor:
        yield Path(sys.executable)


def probe(candidate: Path) -> Interpreter | None:
    """Start a candidate and ask who it is; None when it does not start (a shim of an absent version does not)."""
    if not os.access(candidate, os.X_OK):
        return None
    try:
        answer = subprocess.run(
            [str(candidate), "-I", "-c", _PROBE], capture_output=True, text=True, timeout=20, check=True
        )
        facts = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if facts["implementation"] != "cpython":
        return None
    library = facts["shared_library"]
    return Interpreter(
        executable=Path(facts["executable"]).resolve(),
        version=(facts["version"][0], facts["version"][1], facts["version"][2]),
        stdlib=Path(facts["stdlib"]),
        shared_library=Path(facts["library_dir"]) / library if library else None,
    )


def usable_by(interpreter: Interpreter, uid: int) -> bool:
    """Whether a user can start the interpreter; tried, since a folder's mode alone does not tell."""
    if uid == os.getuid():
        return True
    try:
        # Only root may switch users, and no other caller asks about another uid.
        subprocess.run(
            [str(interpreter.executable), "-I", "-S", "-c", "import encodings, json, ssl"],
            user=uid,
            group=uid,
            extra_groups=[],
            cwd="/",
            env={"PATH": os.defpath, **interpreter.variables},
            capture_output=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def staged(interpreter: Interpreter, folder: Path) -> Interpreter:
    """Copy an interpreter (standard library without tests and site-packages) where any user can read it.

    Args:
        interpreter: The one to copy.
        folder: A folder every user can traverse; the copy is kept and reused there.
    """
    name = "python-" + ".".join(str(part) for part in interpreter.version)
    target = folder / name
    copied = Interpreter(
        executable=target / "bin" / f"python{interpreter.minor[0]}.{interpreter.minor[1]}",
        version=interpreter.version,
        stdlib=target / "lib" / interpreter.stdlib.name,
        shared_library=target / "lib" / interpreter.shared_library.name if interpreter.shared_library else None,
    )
    if copied.executable.exists():
        return copied
    work = folder / f".{name}-{uuid.uuid4().hex[:8]}"
    (work / "bin").mkdir(parents=True)
    shutil.copy2(interpreter.executable, work / "bin" / copied.executable.name)
    shutil.copytree(interpreter.stdlib, work / "lib" / interpreter.stdlib.name, ignore=_LEFT_OUT)
    if interpreter.shared_library:
        shutil.copy2(interpreter.shared_library, work / "lib" / interpreter.shared_library.name)
    make_readable(work)
    try:
        work.rename(target)
    except OSError:  # another process was faster with the same copy
        shutil.rmtree(work, ignore_errors=True)
    return copied


def make_readable(folder: Path) -> None:
    """Let every user read (and enter) a folder, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))
