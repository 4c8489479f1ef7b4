"""What the sandbox may read of a developer's machine: Python, the packages, and how names are looked up."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SOURCES = ("tool-lambda", "layer")

_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/usr/share/ca-certificates"),
    *("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/localtime", "/etc/ld.so.cache"),
    *("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services"),
    *("/dev/urandom", "/dev/random", "/dev/zero"),
)


def import_path() -> list[str]:
    """Where the sandbox imports from: its sources and the installed packages, the checkout itself not."""
    return [*(str(CHECKOUT / name) for name in SOURCES), *_packages()]


def readable_paths() -> list[str]:
    """Every existing file and directory that may be read, links resolved: the kernel judges what they lead to."""
    python = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), library_folder() or ""]
    found = {Path(each).resolve() for each in (*import_path(), *python, *_SYSTEM) if os.access(each, os.R_OK)}
    return sorted(map(str, found))


def _packages() -> list[str]:
    botocore = __import__("botocore").__file__
    assert botocore is not None  # noqa: S101 - botocore is a regular package
    return [str(Path(botocore).parent.parent)]


def library_folder() -> str | None:
    """Where libpython lies, for an interpreter that has one."""
    folder = os.environ.get("LD_LIBRARY_PATH") or sysconfig.get_config_var("LIBDIR")
    return folder if sysconfig.get_config_var("Py_ENABLE_SHARED") and isinstance(folder, str) else None


def interpreter() -> str:
    """The executable behind a virtual environment."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)
