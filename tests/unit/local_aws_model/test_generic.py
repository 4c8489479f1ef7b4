"""The script is generic: no name of the demo, and so no answer, is written in the model server."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "demo"
MODEL = ROOT / "local_aws" / "model"
_QUOTED = re.compile(r"\"([^\"\n]*)\"")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_/][A-Za-z0-9]+)+|[A-Z][a-z]+(?:[A-Z][a-z]+)+")
_ATTRIBUTE = re.compile(r"^\s*(\w*name\w*|identifier|default)\s*=\s*(.+)$", re.MULTILINE)


def names_in_terraform(text: str) -> set[str]:
    """Names given to resources: the fixed parts of every ``…name… = "…"``."""
    values = (part for match in _ATTRIBUTE.finditer(text) for part in _QUOTED.findall(match[2]))
    fixed = (re.sub(r"\$\{[^}]*\}", " ", value) for value in values)
    return {name for value in fixed for name in _NAME.findall(value)}


def strings_of(path: Path) -> list[str]:
    """Every literal of a Python file that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def names_known(names: set[str]) -> dict[str, str]:
    """Which of the names occur in the model server, and where."""
    texts = {path.name: "\n".join(strings_of(path)) for path in MODEL.rglob("*.py")}
    return {
        name: file
        for name in names
        for file, text in texts.items()
        if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
    }


def test_the_demo_names_things_the_script_does_not_know() -> None:
    if not DEMO.is_dir():
        pytest.skip("there is no demo/ in this checkout")
    names = {name for path in DEMO.rglob("*.tf") for name in names_in_terraform(path.read_text(encoding="utf-8"))}

    assert names, "demo/*.tf names nothing: this test looks in the wrong place"
    # Dimension names and metric names are AWS's own words; both sides must use them.
    assert set(names_known(names)) <= {"FunctionName", "TableName", "QueueName"}


def test_the_reader_of_names_finds_them() -> None:
    terraform = (
        'resource "aws_lambda_function" "f" {\n  function_name = "${var.prefix}orders-writer"\n  timeout = 3\n}'
    )

    assert names_in_terraform(terraform) == {"orders-writer"}


def test_a_name_that_is_known_would_be_found() -> None:
    assert names_known({"put-role-policy"}) == {"put-role-policy": "actions.py"}
