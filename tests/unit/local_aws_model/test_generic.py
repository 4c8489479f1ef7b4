"""The script is generic: no name of the demo, and so no answer, is written in the model server."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "demo"
MODEL = ROOT / "local_aws" / "model"
WORDS_OF_AWS = {"FunctionName", "aws/lambda", "us-east-1"}
"""A dimension's name, the prefix of Lambda's log groups, where global services are: both sides must use them."""
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


def names_in_python(text: str) -> set[str]:
    """Names of the failing code: its functions, classes, settings, and the sentences it logs."""
    nodes = list(ast.walk(ast.parse(text)))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)} - {"handler"}
    written = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    settings = {text for text in written if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text)}
    return defined | settings | {text for text in written if text.count(" ") >= 3}


def test_the_demo_names_things_the_script_does_not_know() -> None:
    readers = {"*.tf": names_in_terraform, "*.py": names_in_python}
    found = {
        pattern: {name for path in DEMO.rglob(pattern) for name in read(path.read_text(encoding="utf-8"))}
        for pattern, read in readers.items()
    }

    assert all(found.values()), "demo/ names nothing: this test looks in the wrong place"
    known = names_known({name for names in found.values() for name in names})
    assert set(known) <= WORDS_OF_AWS, known


def test_the_reader_of_names_finds_them() -> None:
    terraform = (
        'resource "aws_lambda_function" "f" {\n  function_name = "${var.prefix}orders-writer"\n  timeout = 3\n}'
    )

    assert names_in_terraform(terraform) == {"orders-writer"}


def test_the_reader_of_code_finds_what_it_logs() -> None:
    code = (
        'import os\nTABLE = os.environ["STOCK_TABLE"]\ndef count_stock():\n    print("the stock is not counted")\n'
    )

    assert names_in_python(code) == {"STOCK_TABLE", "count_stock", "the stock is not counted"}


def test_a_name_that_is_known_would_be_found() -> None:
    assert names_known({"put-role-policy"}) == {"put-role-policy": "actions.py"}
