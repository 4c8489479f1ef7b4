"""Small packages, and ways to say something else in their compiled files."""

from __future__ import annotations

import marshal
from collections.abc import Callable
from types import CodeType

import pytest

from scripts.packages import compiled

needs_lambda_python = pytest.mark.skipif(not compiled.possible(), reason=compiled.WRONG_PYTHON)

HEADER = 16
"""Bytes before the code: magic number, flags, hash of the source (PEP 552)."""

NAME = "shop/orders.py"

SOURCE = b'''"""Orders."""

LIMIT = 1


def total(prices):
    result = 0
    for price in prices:
        result += price
    return result if result > LIMIT else 1
'''


def compiled_file(source: bytes = SOURCE) -> bytes:
    """The compiled file of a source file."""
    [(_, content)] = compiled.of({NAME: source}).items()
    return content


def code_in(file: bytes) -> CodeType:
    """The code a compiled file holds."""
    code: CodeType = marshal.loads(file[HEADER:])  # noqa: S302 - what was written here
    return code


def with_code(file: bytes, code: CodeType) -> bytes:
    """A compiled file with its header as it was and other code behind it."""
    return file[:HEADER] + marshal.dumps(code, 2)


def with_function(code: CodeType, change: Callable[[CodeType], CodeType]) -> CodeType:
    """A module's code with each of its functions changed."""
    constants = (change(item) if isinstance(item, CodeType) else item for item in code.co_consts)
    return code.replace(co_consts=tuple(constants))
