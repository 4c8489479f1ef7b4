"""Code that two releases of Python 3.13 compiled is the same; code that does something else is not.

The files in tests/fixtures/compiled are what a release made of the source beside them:
`marshal.dumps(compile(source, "comprehensions.py", "exec", dont_inherit=True, optimize=0), 2).hex()`.
"""

from __future__ import annotations

import dis
import marshal
from pathlib import Path
from types import CodeType

import pytest

from scripts.packages.same_code import is_same
from tests.unit.packages.builders import needs_lambda_python, with_function

pytestmark = needs_lambda_python

COMPILED = Path(__file__).resolve().parents[2] / "fixtures" / "compiled"
RELEASES = ("3.13.0", "3.13.18")
NAME = "comprehensions.py"


def compiled_by(release: str) -> CodeType:
    """What a release compiled from the source beside it."""
    written = bytes.fromhex((COMPILED / f"{release}.hex").read_text())
    code: CodeType = marshal.loads(written)  # noqa: S302 - a file of this repository
    return code


def compiled_here() -> CodeType:
    source = (COMPILED / f"{NAME}.txt").read_bytes()
    return compile(source, NAME, "exec", dont_inherit=True, optimize=0)


def code(source: str) -> CodeType:
    return compile(source, NAME, "exec", dont_inherit=True, optimize=0)


@pytest.mark.parametrize("release", RELEASES)
def test_given_another_release_then_its_code_is_that_of_the_source(release: str) -> None:
    assert is_same(compiled_by(release), compiled_here())
    assert is_same(compiled_here(), compiled_by(release))


def test_the_releases_do_differ() -> None:
    first, last = (compiled_by(release) for release in RELEASES)

    assert first != last


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 0.0", "x = -0.0"),
        ("x = (1, 2)", "x = (1, True)"),
        ("x = a + b", "x = a - b"),
        ("x = a", "y = a"),
        ("def f(a, b): return a", "def f(a, *, b): return a"),
        ("def f(a):\n  return a", "def f(a):\n\n  return a"),
        ("x = [y for y in z if y]", "x = [y for y in z if not y]"),
        ("x = list(y for y in z)", "x = list(y for y in iter(z))"),
        ("try:\n  f()\nexcept E: pass", "try:\n  f()\nexcept F: pass"),
        ("def f():\n  def g(): return 1\n  return g", "def f():\n  def g(): return 2\n  return g"),
    ],
)
def test_given_other_sources_then_their_code_is_not_the_same(one: str, other: str) -> None:
    assert is_same(code(one), code(one))
    assert not is_same(code(one), code(other))


def test_given_a_loop_whose_iterator_is_never_made_then_it_is_not_the_same() -> None:
    original = code("def f(rows):\n  for row in rows: print(row)")
    without = with_function(original, lambda function: replaced(function, "GET_ITER", "NOP"))

    assert not is_same(without, original)


def test_given_a_jump_elsewhere_then_it_is_not_the_same() -> None:
    original = code("def f(a):\n  if a: return b()\n  return c()")
    elsewhere = with_function(original, jumping_further)

    assert not is_same(elsewhere, original)


def test_given_another_range_of_handled_exceptions_then_it_is_not_the_same() -> None:
    original = code("def f(a):\n  try:\n    a()\n    b()\n  except E: pass")
    without = with_function(original, lambda function: function.replace(co_exceptiontable=b""))

    assert not is_same(without, original)


def replaced(function: CodeType, old: str, new: str) -> CodeType:
    """A function with every instruction of a name replaced."""
    changed = bytearray(function.co_code)
    for instruction in dis.get_instructions(function):
        if instruction.opname == old:
            changed[instruction.offset] = dis.opmap[new]
    assert changed != function.co_code
    return function.replace(co_code=bytes(changed))


def jumping_further(function: CodeType) -> CodeType:
    """A function whose first conditional jump leads two bytes further."""
    changed = bytearray(function.co_code)
    jump = next(found for found in dis.get_instructions(function) if found.opname.startswith("POP_JUMP"))
    changed[jump.offset + 1] += 1
    return function.replace(co_code=bytes(changed))
