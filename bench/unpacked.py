"""The packages as a function finds them: built, unpacked, and with nothing beside them but the runtime's boto3."""

from __future__ import annotations

import io
import sys
import sysconfig
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import build

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOTO3 = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Folders on the import path of a function.

    Attributes:
        triage: The package of the triage, investigator and notice functions.
        tool: The package of the tool function.
        layer: What the layer adds.
        runtime: The standard library, and boto3 with what it needs.
    """

    triage: str
    tool: str
    layer: str
    runtime: tuple[str, ...]


@contextmanager
def packages() -> Iterator[Unpacked]:
    """The packages of this checkout, in folders that everybody may read, until the end."""
    with tempfile.TemporaryDirectory(prefix="unpacked-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        for name, content in build.build().items():
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(folder / name)
        yield Unpacked(
            triage=str(folder / "triage.zip"),
            tool=str(folder / "tool.zip"),
            layer=str(folder / "dependencies.zip" / "python"),
            runtime=(*_standard_library(), str(_boto3(folder / "boto3"))),
        )


def _standard_library() -> list[str]:
    folders = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")}
    return [
        entry
        for entry in sys.path
        if {Path(entry).resolve(), Path(entry).resolve().parent} & folders and "-packages" not in entry
    ]


def _boto3(folder: Path) -> Path:
    """A folder with boto3 and what it needs, of all the packages beside it."""
    folder.mkdir()
    installed = Path(str(__import__("boto3").__file__)).parent.parent
    for name in _BOTO3:
        (folder / name).symlink_to(installed / name)
    return folder
