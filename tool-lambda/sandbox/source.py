"""Parses the code of a call and tells what it imports."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

#: File name of the code in tracebacks.
FILE_NAME = "<investigation>"
#: Name the value of a last expression is kept under.
LAST_VALUE = "__last_value__"


@dataclass(frozen=True, slots=True)
class Parsed:
    """Code ready to run, or the error that keeps it from running.

    Attributes:
        text: The source, for tracebacks.
        code: Compiled code, or None when it does not compile.
        error: What the compiler said, or None.
        imports: Modules the source imports anywhere, each with whether it was loaded already.
    """

    text: str
    code: CodeType | None
    error: BaseException | None
    imports: dict[str, bool]


def parse(text: str) -> Parsed:
    """Compile the source so that the value of a last expression is kept."""
    try:
        tree = ast.parse(text, FILE_NAME)
        imports = _imports(tree)
        _keep_last_value(tree)
        code = compile(tree, FILE_NAME, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        # ValueError: null bytes and lone surrogates; the rest: nesting or size beyond the compiler.
        return Parsed(text, None, error, {})
    return Parsed(text, code, None, imports)


def _keep_last_value(tree: ast.Module) -> None:
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        target = ast.copy_location(ast.Name(LAST_VALUE, ast.Store()), last)
        tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)


def _imports(tree: ast.Module) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        found |= {name: name in sys.modules for name in names}
    return found
