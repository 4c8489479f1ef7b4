"""Arithmetic that a report states and code repeats: four operations, a few functions, no names.

An expression says how a number of a claim follows from the evidence: ``47 / 50 * 100``,
``minutes("02:58:10", "03:02:00")``, ``count("Task timed out")``. Whatever it is made of must be cited.
"""

from __future__ import annotations

import ast
import math
import operator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CHARACTERS = 200
MAX_NODES = 60
UNIT_FACTORS: frozenset[float] = frozenset(
    {7, 24, 60, 100, 1000, 1024, 3600, 86_400, 1_000_000, 1_048_576, 1_073_741_824}
)
"""Numbers that turn one unit into another; they need no evidence as a factor or a divisor."""
_WHOLES: frozenset[float] = frozenset({1, 100})
"""What a share is taken away from: ``1 - 0.94``."""

_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SECONDS_IN = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0}
_FUNCTIONS: dict[str, Callable[..., float]] = {"round": round, "abs": abs, "min": min, "max": max}
FUNCTIONS = ("round", "abs", "min", "max", "count", *_SECONDS_IN)


class InvalidExpression(ValueError):
    """The expression cannot be computed, or holds something that is not cited; the message says what."""


class Cited(Protocol):
    """What an expression may be made of."""

    def has_number(self, value: float) -> bool:
        """Whether the cited evidence states this number."""

    def seconds_between(self, start: str, end: str) -> float | None:
        """Seconds between two times of the cited evidence; ``None`` when it does not state one of them."""

    def occurrences(self, text: str) -> int:
        """How often the text occurs in the cited evidence."""


def evaluate(expression: str, cited: Cited, implied: frozenset[float] = frozenset()) -> float:
    """The value of an expression over cited evidence.

    Args:
        implied: factors and divisors that the evidence does not state and needs not: how many values it lists.

    Raises:
        InvalidExpression: it is not arithmetic, is too long, divides by zero or states what is not cited.
    """
    if len(expression) > MAX_CHARACTERS:
        raise InvalidExpression(f"is longer than {MAX_CHARACTERS} characters")
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InvalidExpression("is no arithmetic expression") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise InvalidExpression("has too many parts")
    evaluation = _Evaluation(cited, UNIT_FACTORS | implied)
    try:
        value = evaluation.value_of(tree)
    except (ZeroDivisionError, OverflowError, TypeError) as error:
        raise InvalidExpression(f"cannot be computed: {error}") from None
    if not math.isfinite(value):
        raise InvalidExpression("has no finite value")
    if not evaluation.used_evidence:
        raise InvalidExpression("uses no number of the cited evidence")
    return value


class _Evaluation:
    def __init__(self, cited: Cited, factors: frozenset[float]) -> None:
        self._cited = cited
        self._factors = factors
        self.used_evidence = False

    def value_of(self, node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.value_of(node.operand)
        if isinstance(node, ast.Call):
            return self._call(node)
        if _is_number(node):
            return self._cited_number(node)
        raise InvalidExpression(f"may hold numbers, + - * / and {', '.join(FUNCTIONS)}, nothing else")

    def _operation(self, node: ast.BinOp) -> float:
        operation = _OPERATIONS.get(type(node.op))
        if operation is None:
            raise InvalidExpression("may only add, subtract, multiply and divide")
        scales = isinstance(node.op, ast.Mult | ast.Div)
        left_is_free = _is_number(node.left, self._factors if scales else _WHOLES) and not isinstance(
            node.op, ast.Add | ast.Div
        )
        right_is_free = scales and _is_number(node.right, self._factors)
        left = self._constant(node.left) if left_is_free else self.value_of(node.left)
        right = self._constant(node.right) if right_is_free else self.value_of(node.right)
        return operation(left, right)

    def _call(self, node: ast.Call) -> float:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if node.keywords or not node.args or name not in FUNCTIONS:
            raise InvalidExpression(f"may call {', '.join(FUNCTIONS)}, nothing else")
        if name in _FUNCTIONS:
            values = [self.value_of(argument) for argument in node.args[: 1 if name == "round" else None]]
            return float(_FUNCTIONS[name](*values, *_digits(node) if name == "round" else ()))
        texts = [_text(argument) for argument in node.args]
        return self._count(texts) if name == "count" else self._between(texts) / _SECONDS_IN[name]

    def _count(self, texts: list[str]) -> float:
        found = self._cited.occurrences(texts[0]) if len(texts) == 1 and len(texts[0].strip()) > 1 else 0
        if not found:
            raise InvalidExpression("count needs one text of the cited evidence")
        self.used_evidence = True
        return float(found)

    def _between(self, texts: list[str]) -> float:
        seconds = self._cited.seconds_between(*texts) if len(texts) == 2 else None
        if seconds is None:
            raise InvalidExpression("a difference needs two times of the cited evidence, the earlier one first")
        self.used_evidence = True
        return seconds

    def _cited_number(self, node: ast.expr) -> float:
        value = self._constant(node)
        if not self._cited.has_number(value):
            raise InvalidExpression(f"uses {value:g}, which the cited evidence does not state")
        self.used_evidence = True
        return value

    @staticmethod
    def _constant(node: ast.expr) -> float:
        return float(ast.literal_eval(node))


def _is_number(node: ast.expr, among: frozenset[float] | None = None) -> bool:
    if (
        not isinstance(node, ast.Constant)
        or isinstance(node.value, bool)
        or not isinstance(node.value, int | float)
    ):
        return False
    return among is None or node.value in among


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise InvalidExpression("count, seconds, minutes and hours take texts of the evidence, in quotation marks")


def _digits(node: ast.Call) -> tuple[int, ...]:
    """The second argument of ``round``: how many digits, which needs no evidence."""
    if len(node.args) == 1:
        return ()
    digits = node.args[1]
    if len(node.args) == 2 and isinstance(digits, ast.Constant) and digits.value in range(7):
        return (int(str(digits.value)),)
    raise InvalidExpression("round takes a number and how many digits to keep")
