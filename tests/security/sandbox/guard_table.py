"""Writes the denies of the investigator role, as Terraform renders them, where the sandbox reads them.

    python -m tests.security.sandbox.guard_table            write tool-lambda/sandbox/role_documents.json
    python -m tests.security.sandbox.guard_table --check    compare, write nothing

Needs Terraform with its provider, but no account.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.boundary.documents import render

TABLE = Path(__file__).resolve().parents[3] / "tool-lambda" / "sandbox" / "role_documents.json"


def table(documents: Mapping[str, str]) -> str:
    """Every unconditional deny of the documents, patterns grouped by service.

    Raises:
        ValueError: A statement has a form the sandbox's guard cannot judge; teach it that form first.
    """
    statements = [
        _statement(raw)
        for _, text in sorted(documents.items())
        for raw in json.loads(text)["Statement"]
        if "Condition" not in raw
    ]
    # What is denied by name comes first: its reason says more than that something is on no list.
    return json.dumps(sorted(statements, key=lambda each: bool(each["inverted"])), indent=1, sort_keys=True) + "\n"


def _statement(raw: Mapping[str, Any]) -> dict[str, Any]:
    if raw["Effect"] != "Deny":
        raise ValueError(f"statement {raw.get('Sid')} is no deny")
    patterns = _list(raw.get("Action", raw.get("NotAction")))
    services: dict[str, list[str]] = {}
    for pattern in sorted(patterns):
        prefix, _, name = pattern.partition(":")
        services.setdefault(prefix, []).append(name)
    statement: dict[str, Any] = {"sid": raw["Sid"], "inverted": "NotAction" in raw, "actions": services}
    paths = sorted(_path(raw["Sid"], resource) for resource in _list(raw["Resource"]) if resource != "*")
    return statement | ({"paths": paths} if paths else {})


def _path(sid: str, resource: str) -> str:
    """Path of an API Gateway resource: the only ARNs that can be told from a request alone."""
    service, separator, path = resource.partition("::/")
    if not separator or ":apigateway:" not in service:
        raise ValueError(f"statement {sid} depends on {resource}, which a request does not show")
    return "/" + path


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def main() -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description="Generate the sandbox's copy of the role's denies.")
    parser.add_argument("--check", action="store_true", help="compare with the committed file, write nothing")
    arguments = parser.parse_args()
    generated = table(render()["default"].denies)
    if not arguments.check:
        TABLE.write_text(generated, encoding="utf-8")
        return 0
    if TABLE.read_text(encoding="utf-8") == generated:
        return 0
    sys.stderr.write(f"{TABLE.name} is not what the module's policies say; run python -m {__spec__.name}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
