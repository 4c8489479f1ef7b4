"""Whether two code objects say the same, although two releases of Python 3.13 compiled them.

3.13.0, 3.13.5 and 3.13.18 compile our sources to the same instructions but for one: 3.13.0 leaves out the
`GET_ITER` with which the others repeat, at each `for` of a comprehension, the one that made its iterator.
Nothing else changes with it but distances, so instructions are compared without it, and jumps by the instruction
they lead to.
"""

from __future__ import annotations

import dis
import marshal
from bisect import bisect_left
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_ATTRIBUTES = (
    "co_filename",
    "co_name",
    "co_qualname",
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_firstlineno",
    "co_names",
    "co_varnames",
    "co_cellvars",
    "co_freevars",
)


def is_same(one: CodeType, other: CodeType) -> bool:
    """Whether two code objects do the same, down to the functions inside them and the lines they name."""
    return (
        all(getattr(one, name) == getattr(other, name) for name in _ATTRIBUTES)
        and _instructions(one) == _instructions(other)
        and _same_constants(one.co_consts, other.co_consts)
    )


def _same_constants(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(
        is_same(one, other)
        if isinstance(one, CodeType) and isinstance(other, CodeType)
        # As they are written: 1, 1.0 and True are equal, and not the same.
        else marshal.dumps(one, 2) == marshal.dumps(other, 2)
        for one, other in zip(some, others, strict=True)
    )


def _instructions(code: CodeType) -> tuple[list[object], list[object]]:
    """The instructions with what they name, and the ranges of instructions with what handles their exceptions."""
    read = list(dis.get_instructions(code))
    kept = [
        instruction
        for place, instruction in enumerate(read)
        # The argument that an EXTENDED_ARG extends is already whole in the instruction that takes it.
        if instruction.opname != "EXTENDED_ARG" and not _repeats(read, place)
    ]
    offsets = [instruction.offset for instruction in kept]
    places: list[object] = [
        (
            instruction.opcode,
            bisect_left(offsets, instruction.argval) if instruction.opcode in dis.hasjrel else instruction.arg,
            instruction.positions,
        )
        for instruction in kept
    ]
    handlers: list[object] = [
        (
            *(bisect_left(offsets, offset) for offset in (entry.start, entry.end, entry.target)),
            entry.depth,
            entry.lasti,
        )
        for entry in dis.Bytecode(code).exception_entries  # type: ignore[attr-defined] # typeshed lacks it
    ]
    return places, handlers


def _repeats(instructions: Sequence[dis.Instruction], place: int) -> bool:
    """Whether an instruction makes an iterator of what is one already: the one that a comprehension goes over."""
    if instructions[place].opname != "GET_ITER" or place == 0:
        return False
    before = instructions[place - 1]
    return before.opname in {"GET_ITER", "SWAP"} or (before.opname == "LOAD_FAST" and before.argval == ".0")
