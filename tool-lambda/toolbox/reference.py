"""The reference of the helpers for the model: signatures and what they answer, from their docstrings.

`python -m toolbox.reference` writes it to standard output.
"""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING

import toolbox

if TYPE_CHECKING:
    from collections.abc import Callable

_ARGUMENT = re.compile(r"^ {4}(\w+): (.+(?:\n {8}\S.*)*)", re.MULTILINE)
#: What is taken where an argument is left out is explained once for all.
_UNLESS = re.compile(r"(?:^|[;,.] )[^;,.]*\bunless given\b")
#: Explained once for all.
_USUAL = frozenset({"start", "end", "most"})


def reference() -> str:
    """One entry for each helper, after what holds for all of them."""
    _, _, general = (inspect.getdoc(toolbox) or "").partition("\n\n")
    return "\n".join([" ".join(general.split()), *(entry(helper) for helper in toolbox.HELPERS)])


def entry(helper: Callable[..., object]) -> str:
    """A helper: `name(arguments)`: what it answers. Arguments that are not obvious are explained."""
    text = inspect.getdoc(helper) or ""
    says, _, arguments = text.partition("\n\nArgs:\n")
    meanings = [
        (name, _UNLESS.sub("", " ".join(meaning.split())).strip(" .;"))
        for name, meaning in _ARGUMENT.findall(arguments)
        if name not in _USUAL
    ]
    explained = [f"{name}: {meaning}" for name, meaning in meanings if meaning]
    told = f" ({'; '.join(explained)})" if explained else ""
    return f"- {helper.__name__}({_parameters(helper)}): {' '.join(says.split())}{told}"


def _parameters(helper: Callable[..., object]) -> str:
    """Names with their defaults; types would say less than they cost."""
    return ", ".join(
        parameter.name
        if parameter.default is inspect.Parameter.empty
        else f"{parameter.name}={parameter.default!r}"
        for parameter in inspect.signature(helper).parameters.values()
        if parameter.name not in _USUAL
    )


if __name__ == "__main__":
    sys.stdout.write(reference() + "\n")
