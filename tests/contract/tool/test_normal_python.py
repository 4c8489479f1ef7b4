"""Code of the kind models write works as in any Python, and its values come back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.sandbox_host import SandboxHost

pytestmark = pytest.mark.slow

BENIGN = {
    snippet["name"]: snippet
    for snippet in tomllib.loads(Path(__file__).with_name("benign.toml").read_text("utf-8"))["snippet"]
}
INPUTS = {"names": ["a", "b"], "code": "__import__('os')"}

DOCUMENTED_NAMES = """
boto3 json csv base64 datetime timedelta time re string textwrap difflib fnmatch glob collections itertools
functools operator copy ipaddress hashlib urllib uuid math statistics random decimal fractions os sys platform
traceback warnings pprint enum dataclasses typing StringIO BytesIO gzip zlib tarfile zipfile
"""


@pytest.mark.parametrize("name", BENIGN)
def test_code_models_write_works(tool: SandboxHost, name: str) -> None:
    snippet = BENIGN[name]

    reply = tool.call(snippet["code"], inputs=INPUTS)

    assert (reply["status"], reply["error"]) == ("ok", None)
    assert snippet.get("stdout", "") in (reply["stdout"], "*")
    assert reply["result"] == snippet.get("result")


def test_all_documented_names_exist(tool: SandboxHost) -> None:
    reply = tool.call(f"[name for name in {DOCUMENTED_NAMES.split()!r} if name not in globals()]")

    assert reply["result"] == []


def test_imports_are_told_apart_in_the_log(tool: SandboxHost) -> None:
    facts = tool.exchange({"code": "import json, boto3\nimport sqlite3"})["log"]

    assert facts["imports_redundant"] == ["boto3", "json"]
    assert facts["imports_loaded"] == ["sqlite3"]


def test_evidence_is_collected_in_order(tool: SandboxHost) -> None:
    reply = tool.call("evidence('first', {'at': datetime(2026, 1, 1)})\nevidence('second', [1])")

    assert reply["evidence"] == [
        {"title": "first", "output": {"at": "2026-01-01T00:00:00"}},
        {"title": "second", "output": [1]},
    ]


def test_a_traceback_shows_the_right_line_and_only_the_codes_own_frames(tool: SandboxHost) -> None:
    reply = tool.call("def f(x):\n    return 1 / x\n\nprint('before')\nf(0)\n")

    assert reply["status"] == "error"
    assert reply["stdout"] == "before\n"
    lines = [line.strip() for line in reply["error"].splitlines() if set(line.strip()) - set("~^")]
    assert lines == [
        "Traceback (most recent call last):",
        'File "<investigation>", line 5, in <module>',
        "f(0)",
        'File "<investigation>", line 2, in f',
        "return 1 / x",
        "ZeroDivisionError: division by zero",
    ]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def f(:\n", "SyntaxError"),
        ("x = 'a", "line 1"),
        ("\0", "null bytes"),
        ("'\ud800'", "surrogates not allowed"),
        ("(" * 5000, "too many nested parentheses"),
        ("sys.exit(3)", "SystemExit: 3"),
        ("sys.exit('no data')", "SystemExit: no data"),
        ("def f(): f()\nf()", "RecursionError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("no_such_name", "NameError"),
        ("input()", "EOFError"),
        ("x = bytearray(1 << 40)", "MemoryError"),
        ("class E(Exception):\n    def __str__(self): raise SystemExit\nraise E()", "E"),
    ],
)
def test_code_that_fails_says_how(tool: SandboxHost, code: str, words: str) -> None:
    reply = tool.call(code)

    assert reply["status"] == "error"
    assert words in reply["error"]
    assert "sandbox/" not in reply["error"]
