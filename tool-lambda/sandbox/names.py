"""The names a call finds already bound, as the product documents them for the model."""

from __future__ import annotations

import functools
import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import toolbox

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Bound as modules under their own names.
MODULES = (
    "base64",
    "bisect",
    "boto3",
    "botocore",
    "calendar",
    "collections",
    "copy",
    "csv",
    "dataclasses",
    "decimal",
    "difflib",
    "enum",
    "fnmatch",
    "fractions",
    "functools",
    "glob",
    "gzip",
    "hashlib",
    "heapq",
    "html",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "operator",
    "os",
    "platform",
    "pprint",
    "random",
    "re",
    "statistics",
    "string",
    "sys",
    "tarfile",
    "textwrap",
    "time",
    "toolbox",
    "traceback",
    "typing",
    "urllib",
    "uuid",
    "warnings",
    "zipfile",
    "zlib",
)

#: Bound as members of a module: `datetime` is the class, as `from datetime import datetime` gives it.
MEMBERS = {
    "datetime": ("datetime", "datetime"),
    "timedelta": ("datetime", "timedelta"),
    "timezone": ("datetime", "timezone"),
    "StringIO": ("io", "StringIO"),
    "BytesIO": ("io", "BytesIO"),
    "Counter": ("collections", "Counter"),
    "defaultdict": ("collections", "defaultdict"),
    "Decimal": ("decimal", "Decimal"),
    "ClientError": ("botocore.exceptions", "ClientError"),
}

#: Loaded so that attribute access works on the package alone, as in `urllib.parse.quote`.
_SUBMODULES = (
    "urllib.parse",
    "urllib.error",
    "collections.abc",
    "os.path",
    "botocore.exceptions",
    "toolbox.first_look",
)


def module_names() -> tuple[str, ...]:
    """Every module behind the bound names."""
    return (*MODULES, *_SUBMODULES, *sorted({module for module, _ in MEMBERS.values()}))


@functools.cache
def bound_names() -> Mapping[str, Any]:
    """The names and what they are bound to. Looked up once, in the zygote: every child has its own copy."""
    modules = {name: importlib.import_module(name) for name in MODULES}
    members = {
        name: getattr(importlib.import_module(module), member) for name, (module, member) in MEMBERS.items()
    }
    helpers = {helper.__name__: helper for helper in toolbox.HELPERS}
    return MappingProxyType(modules | members | helpers)


def tell_helpers(inputs: Mapping[str, Any]) -> None:
    """Let the helpers know which alarm a call is about, and since when, where its inputs say so."""
    signal = inputs.get("signal")
    if isinstance(signal, dict):
        own = inputs.get("own")
        toolbox.begin(signal, onset=inputs.get("onset"), own=own if isinstance(own, list) else ())
