"""From a question to the Python that is sent: the question's module with what it uses of the prelude."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local_aws.model.backend import JsonObject

_FOLDER = Path(__file__).parent / "questions"
_SIGNAL_FIELDS = ("region", "name", "occurred_at", "metrics", "alarm_rule")
_TOOL_USE_ID = re.compile(r"tooluse_([a-z]+)_[0-9a-f]{12}")


@dataclass(frozen=True)
class Question:
    """One thing to find out.

    Attributes:
        key: name of its module in ``questions``.
        purpose: for the people who read the transcript.
        arguments: keyword arguments of the module's ``ask``, beside the signal.
    """

    key: str
    purpose: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def tool_use(self, signal: Mapping[str, Any]) -> JsonObject:
        """The ``toolUse`` block that asks it; its id says later which question a result answers."""
        code = self.code(signal)
        digest = hashlib.sha256(code.encode()).hexdigest()[:12]
        arguments = {"code": code, "purpose": self.purpose}
        return {"toolUseId": f"tooluse_{self.key}_{digest}", "name": "run_python", "input": arguments}

    def code(self, signal: Mapping[str, Any]) -> str:
        """Python that prints facts; it carries what it needs of the signal as data."""
        known = {name: signal.get(name) for name in _SIGNAL_FIELDS}
        if signal.get("log"):
            known["log_group"] = signal["log"]["log_group"]
        lines = [*_module_source(self.key), f"SIGNAL = json.loads({json.dumps(known)!r})"]
        arguments = f", **json.loads({json.dumps(dict(self.arguments))!r})" if self.arguments else ""
        return "\n".join([*lines, f"ask(SIGNAL{arguments})", ""])


def question_key(tool_use_id: str) -> str | None:
    """The key of the question whose tool use has this id, or ``None``."""
    match = _TOOL_USE_ID.fullmatch(tool_use_id)
    return match[1] if match else None


@dataclass(frozen=True)
class _Statement:
    source: str
    defines: frozenset[str]
    uses: frozenset[str]
    is_import: bool


@cache
def _module_source(key: str) -> tuple[str, ...]:
    """The module without its imports from the prelude, preceded by the parts of the prelude it needs."""
    own = [statement for statement in _statements(key) if "local_aws" not in statement.source]
    prelude = list(_statements("prelude"))
    needed = {"json"}.union(*(statement.uses for statement in own if not statement.is_import))
    while True:
        wider = needed.union(*(part.uses for part in prelude if part.defines & needed))
        if wider == needed:
            break
        needed = wider
    kept = [part for part in (*prelude, *own) if part.defines & needed or part in own]
    imports = dict.fromkeys(part.source for part in kept if part.is_import)
    body = [f"\n{part.source}" for part in kept if not part.is_import]
    return (*imports, *body)


def _statements(key: str) -> Iterator[_Statement]:
    source = (_FOLDER / f"{key}.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Expr):  # the docstring speaks to readers of this package
            continue
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        yield _Statement(
            source=ast.get_source_segment(source, node) or "",
            defines=frozenset(_defined(node)),
            uses=frozenset(names),
            is_import=isinstance(node, ast.Import | ast.ImportFrom),
        )


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
