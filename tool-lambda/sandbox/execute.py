"""Runs the parsed code as the main module, the way Python runs a script."""

from __future__ import annotations

import builtins
import linecache
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from sandbox import names, source

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_ERROR_CHARACTERS = 24_000
#: A script that touches none of them leaves `result` unset.
_UNSET = object()


@dataclass(frozen=True, slots=True)
class Ending:
    """How the code ended.

    Attributes:
        value: What it produced.
        error: The traceback or reason of its failure, or None.
        omitted_bytes: Bytes left out of the error.
    """

    value: Any
    error: str | None
    omitted_bytes: int = 0


def prepare(inputs: dict[str, Any], record_evidence: Callable[..., None]) -> ModuleType:
    """Make the main module of the call: documented names, `inputs` and `evidence`."""
    main = ModuleType("__main__")
    vars(main).update(names.bound_names(), inputs=inputs, evidence=record_evidence)
    names.tell_helpers(inputs)
    vars(main)["__builtins__"] = builtins
    sys.modules["__main__"] = main  # dataclasses, pickle and typing look a class's module up here
    sys.argv = [source.FILE_NAME]
    return main


def run(parsed: source.Parsed, main: ModuleType) -> Ending:
    """Execute the code. Whatever it raises becomes text; SystemExit ends it as it ends a script."""
    lines = parsed.text.splitlines(keepends=True)
    linecache.cache[source.FILE_NAME] = (len(parsed.text), None, lines, source.FILE_NAME)
    if parsed.code is None:
        return _failed(None, parsed.error)
    try:
        exec(parsed.code, vars(main))  # noqa: S102 - running the code is what this process was made for
    except SystemExit as leaving:
        return Ending(_value(main), _exit_error(leaving))
    except BaseException as error:
        return _failed(_value(main), error)
    return Ending(_value(main), None)


def join_threads(grace_seconds: float) -> None:
    """Give threads the code started a moment to finish, as the interpreter's own exit would; then they die."""
    deadline = time.monotonic() + grace_seconds
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))


def _value(main: ModuleType) -> Any:
    """What the code named `result`, or else the value of its last expression."""
    chosen = vars(main).get("result", _UNSET)
    return vars(main).get(source.LAST_VALUE) if chosen is _UNSET else chosen


def _exit_error(leaving: SystemExit) -> str | None:
    """sys.exit(), sys.exit(0) and sys.exit(None) mean success; anything else is the reason of a failure."""
    code = leaving.code
    return None if code is None or (type(code) is int and code == 0) else f"SystemExit: {_text_of(code)}"


def _text_of(value: object) -> str:
    try:
        return str(value)[:_MAX_ERROR_CHARACTERS]
    except BaseException:
        return f"<{type(value).__name__} whose str() failed>"


def _failed(value: Any, error: BaseException | None) -> Ending:
    text = _describe(error)
    if len(text) <= _MAX_ERROR_CHARACTERS:
        return Ending(value, text)
    half = _MAX_ERROR_CHARACTERS // 2
    omitted = len(text[half:-half].encode("utf-8", "replace"))
    return Ending(value, f"{text[:half]}\n[{omitted} bytes left out]\n{text[-half:]}", omitted)


def _describe(error: BaseException | None) -> str:
    """The traceback as Python prints it, without the frames of the sandbox."""
    if error is None:
        return "the code did not compile"
    error.__traceback__ = _own_frames(error.__traceback__)
    try:
        return "".join(traceback.format_exception(error))
    except BaseException:
        return f"{type(error).__name__} (its traceback could not be printed)"  # no memory left, or __str__ raised


def _own_frames(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the first frame of the code on; for a syntax error there is none."""
    while trace is not None and trace.tb_frame.f_code.co_filename != source.FILE_NAME:
        trace = trace.tb_next
    return trace
