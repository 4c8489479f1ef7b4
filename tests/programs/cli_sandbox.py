"""Starts the sandbox of the command line as an unprivileged user and tries it; prints one JSON object.

Argument: "contained", or "everything-readable" for the same sandbox without its rules about reading.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(_ROOT / name) for name in ("lambda", "tool-lambda", "layer")]

from cli.errors import CliError  # noqa: E402 - needs the source roots
from cli.sandboxed import readable  # noqa: E402
from cli.sandboxed.tools import SandboxedTools  # noqa: E402
from sandbox.credentials import Credentials  # noqa: E402
from triage.ports import ToolCall  # noqa: E402

_IDENTITY = "arn:aws:iam::123456789012:role/investigator"

_READ = """
def read(path):
    try:
        return open(path).read()
    except Exception as error:
        return type(error).__name__
result = [read(path) for path in inputs["paths"]]
"""
_KEYS = """
import boto3
keys = boto3.Session().get_credentials()
result = [keys.access_key == "ASIACAPPED", sorted(name for name in os.environ if name.startswith("AWS_"))]
"""


def main() -> None:
    """Try the sandbox."""
    if sys.argv[1] == "everything-readable":
        vars(readable)["readable_paths"] = lambda: ["/"]
    with tempfile.TemporaryDirectory() as home:
        secret = Path(home, "id_ed25519")
        secret.write_text("a key of the developer's")
        secret.chmod(0o600)
        print(json.dumps(_tried([str(secret), "/etc/passwd", __file__, "/etc/hosts"])))  # noqa: T201 - the output


def _tried(paths: list[str]) -> dict[str, Any]:
    later = datetime.now(UTC) + timedelta(hours=1)
    keys = Credentials("ASIACAPPED", "secret", "token", later)
    os.environ["AWS_ACCESS_KEY_ID"] = "AKIAADMINISTRATOR"
    tools = SandboxedTools(_IDENTITY, "eu-west-1", 60, lambda: keys, None)
    try:
        return {
            "checked": _checked(tools),
            "read": tools.run(_call(_READ, paths=paths)).result,
            "keys": tools.run(_call(_KEYS)).result,
            "elsewhere": tools.run(_call("result = 1", account_id="999999999999")).status,
        }
    finally:
        tools.close()


def _checked(tools: SandboxedTools) -> str:
    try:
        tools.check()
    except CliError as error:
        return str(error)
    return "contained"


def _call(code: str, account_id: str = "123456789012", **inputs: Any) -> ToolCall:
    return ToolCall(code, "try", "id", account_id, "eu-west-1", 20.0, inputs)


if __name__ == "__main__":
    main()
