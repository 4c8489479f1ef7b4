"""Compiled files beside the sources of a package, so that a cold start does not compile: /var/task is read-only.

They are of the kind that Python holds against its source at every import (PEP 552, checked hash): a file made from
another source is not run. That this source compiles to this code is checked here, before the file ships.
"""

from __future__ import annotations

import _imp
import marshal
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from scripts.packages import same_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

WRONG_PYTHON: Final = (
    f"this is {sys.implementation.name} {sys.version.split()[0]}; only CPython 3.13, which Lambda runs, compiles"
    " sources as Lambda would"
)
"""Why nothing can be compiled here, where that is so."""

OTHER_CODE: Final = f"holds other code than CPython {sys.version.split()[0]} compiles its source to"
"""What is wrong with a compiled file whose header is right."""

_LAMBDA_TAG = "cpython-313"
# Of every 3.13.x, candidates of the first release aside (importlib/_bootstrap_external.py).
_LAMBDA_MAGIC = (3571).to_bytes(2, "little") + b"\r\n"
_CHECKED_HASH = (0b11).to_bytes(4, "little")
# Later versions of the format mark objects that were shared when they were written, which varies from one process
# to the next. This one holds nothing but values, and every Python reads it.
_MARSHAL_VERSION = 2


def possible() -> bool:
    """Whether this Python compiles as Lambda's does."""
    return sys.implementation.cache_tag == _LAMBDA_TAG and MAGIC_NUMBER == _LAMBDA_MAGIC


def beside(source: str) -> str:
    """Where Python looks for the compiled file of a source file; both are paths inside a package."""
    path = PurePosixPath(source)
    return str(path.parent / "__pycache__" / f"{path.stem}.{_LAMBDA_TAG}.pyc")


def of(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """The compiled files of source files, each by path inside the package.

    Raises:
        RuntimeError: This is not the Python of Lambda.
    """
    if not possible():
        raise RuntimeError(WRONG_PYTHON)
    return {beside(name): _header(source) + _written(_compile(name, source)) for name, source in sources.items()}


def objection(name: str, source: bytes, compiled: bytes) -> str | None:
    """What is wrong with a compiled file, or None.

    Without the Python of Lambda only what precedes the code can be judged.

    Args:
        name: Path of the source file inside the package.
    """
    if compiled[:4] != _LAMBDA_MAGIC:
        return "was not compiled by Python 3.13"
    if compiled[4:8] != _CHECKED_HASH:
        return "would be imported without a look at its source (its flags are not those of a checked hash)"
    if compiled[:16] != _header(source):
        return "was compiled from another source"
    if possible() and not _is_code_of(name, source, compiled[16:]):
        return OTHER_CODE
    return None


def _header(source: bytes) -> bytes:
    # importlib.util.source_hash would take the magic number of the Python that runs here.
    return _LAMBDA_MAGIC + _CHECKED_HASH + _imp.source_hash(int.from_bytes(_LAMBDA_MAGIC, "little"), source)


def _compile(name: str, source: bytes) -> CodeType:
    # Python replaces the file name by the full path when it imports.
    return compile(source, name, "exec", dont_inherit=True, optimize=0)


def _written(code: CodeType) -> bytes:
    return marshal.dumps(code, _MARSHAL_VERSION)


def _is_code_of(name: str, source: bytes, written: bytes) -> bool:
    expected = _compile(name, source)
    if written == _written(expected):
        return True
    try:
        code = marshal.loads(written)  # noqa: S302 - compared, never run
        # What is written in no other way than here hides nothing that reading it drops.
        return _written(code) == written and same_code.is_same(code, expected)
    except Exception:  # whatever cannot even be read is not the code of its source
        return False
