"""Model-written code on a developer's machine: it reads no file of hers and has none of her credentials."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pytest

from tests import unprivileged
from tests.contract.cli.conftest import SOURCES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("cli"),
    pytest.mark.skipif(
        sys.version_info < (3, 12), reason="Landlock stays off before Python 3.12; the command refuses"
    ),
]


def tried(how: str) -> dict[str, Any]:
    done = unprivileged.run_module(
        "tests.programs.cli_sandbox", how, sources=(*SOURCES, "tests/programs"), variables={}
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    if "sandbox is not whole" in found["checked"] and os.environ.get("CI") != "true":
        pytest.skip(found["checked"])
    return found


def test_code_reads_nothing_of_the_developers_and_has_the_capped_session_only() -> None:
    found = tried("contained")

    assert found["checked"] == "contained"
    secret, passwd, test, hosts = found["read"]
    assert (secret, passwd, test) == ("PermissionError", "PermissionError", "PermissionError")
    assert "localhost" in hosts, "what looking names up needs can be read"
    key, names = found["keys"]
    assert key is True
    assert "AWS_PROFILE" not in names
    assert found["elsewhere"] == "refused"


def test_a_machine_on_which_code_could_read_files_is_refused() -> None:
    found = tried("everything-readable")

    assert "could read a file of yours" in found["checked"]
    assert found["read"][0] == "a key of the developer's"
