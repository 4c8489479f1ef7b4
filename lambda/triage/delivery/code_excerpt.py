"""The few lines of a program that say what it asked: for short forms, where the whole of it is elsewhere."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from triage.delivery.outline import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LINE_CHARACTERS = 110

_IMPORT = re.compile(r"\s*(?:import|from)\s+[\w.]+")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_PREPARES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def telling_code(code: str, limit: int) -> tuple[str, ...]:
    """The lines that act, then those of the functions that they call, at most ``limit``.

    Imports, definitions, constants and docstrings only prepare the question. Text that is no Python, or does
    nothing at its top level, is shown from its first line that is no import.

    Returns:
        Lines of at most ``LINE_CHARACTERS`` characters; a last one says how many there are besides.
    """
    lines = code.splitlines()
    telling = _acting_lines(lines) or [line for line in lines if not _IMPORT.match(line)]
    chosen = [_shortened(line) for line in telling if line.strip()][:limit]
    left_out = len(lines) - len(chosen)
    return (*chosen, f"({counted(left_out, 'more line')})") if left_out else tuple(chosen)


def _acting_lines(lines: Sequence[str]) -> list[str]:
    """Lines of the statements that ask and of the functions that do it for them; none if this is no Python."""
    tree = _parsed("\n".join(lines))
    if tree is None:
        return []
    acting = [node for node in tree.body if not _only_prepares(node)]
    shown = (*acting, *_called(acting, tree))
    numbers = dict.fromkeys(number for node in shown for number in _line_numbers(node))
    return [lines[number - 1] for number in numbers]


def _parsed(code: str) -> ast.Module | None:
    """The code's tree; ``None`` for what Python refuses, whatever its reason: nesting, NUL, surrogates."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in somebody's code is no news for our log
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _only_prepares(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return _is_constant(node.targets, node.value)
    if isinstance(node, ast.AnnAssign):
        return _is_constant([node.target], node.value)
    return isinstance(node, _PREPARES)


def _is_constant(targets: Sequence[ast.expr], value: ast.expr | None) -> bool:
    """Whether a literal is assigned, or the names are those of constants (PEP 8)."""
    if value is None or isinstance(value, ast.Constant):
        return True
    return all(isinstance(target, ast.Name) and target.id.isupper() for target in targets)


def _called(acting: Sequence[ast.stmt], tree: ast.Module) -> Iterator[_Function]:
    """The functions of this code that the statements name: ``main()`` alone would tell nothing."""
    names = {inner.id for node in acting for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return (node for node in tree.body if isinstance(node, _Function) and node.name in names)


def _line_numbers(node: ast.stmt) -> Iterator[int]:
    """Every line of a statement; those of a function without its docstring."""
    told = range(0)
    if isinstance(node, _Function) and ast.get_docstring(node, clean=False) is not None:
        told = range(node.body[0].lineno, (node.body[0].end_lineno or node.body[0].lineno) + 1)
    return (number for number in range(node.lineno, (node.end_lineno or node.lineno) + 1) if number not in told)


def _shortened(line: str) -> str:
    line = line.rstrip()
    return line if len(line) <= LINE_CHARACTERS else f"{line[: LINE_CHARACTERS - 4]} ..."
