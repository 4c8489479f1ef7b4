"""The script behind every make target: which Python it takes, and when it makes an environment again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local_aws.process import CHECKOUT

pytestmark = pytest.mark.slow

IDENTITY = "import os, sys; print(os.path.realpath(sys._base_executable), sys.version.split()[0])"


def identity(python: str | Path) -> str:
    """The installation behind an interpreter."""
    answer = subprocess.run([python, "-c", IDENTITY], capture_output=True, text=True, check=False)  # noqa: S603
    return answer.stdout.strip()


def interpreters() -> dict[str, str]:
    """Pythons of this machine that can make environments, by installation."""
    names = ["python3.11", "python3.12", "python3.13", "python3.14"]
    places = [shutil.which(name) for name in names] + [sys._base_executable]  # type: ignore[attr-defined]
    check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    usable = [
        place
        for place in places
        if place and subprocess.run([place, "-c", check], capture_output=True, check=False).returncode == 0  # noqa: S603
    ]
    return {identity(place): place for place in usable}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The script, in a checkout that needs no packages."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(CHECKOUT / "scripts" / "bootstrap.sh", tmp_path / "scripts")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "local.txt").write_text("")
    return tmp_path


def bootstrap(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if name != "PYTHON"}
    return subprocess.run(  # noqa: S603 - this checkout's own script
        ["/bin/sh", str(checkout / "scripts" / "bootstrap.sh"), "demo"],
        env=plain | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("named", ["/nonexistent/python", "/bin/true", "/bin/false", "no-such-python"])
def test_given_a_python_that_cannot_be_used_then_one_sentence_says_so_and_no_other_is_taken(
    checkout: Path, named: str
) -> None:
    answer = bootstrap(checkout, PYTHON=named)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == (
        f"bootstrap: PYTHON={named} is no Python from 3.11 on with venv: name another one, or leave it out\n"
    )
    assert not (checkout / ".cache").exists()


def test_given_another_python_then_the_environment_is_made_again_and_kept_where_none_is_named(
    checkout: Path,
) -> None:
    found = list(interpreters().items())
    if len(found) < 2:
        pytest.skip("this machine has one Python")
    made = checkout / ".cache" / "venv-demo" / "bin" / "python"
    for wanted, python in found[:2]:
        answer = bootstrap(checkout, PYTHON=python)
        assert (answer.returncode, "Making" in answer.stderr) == (0, True), answer.stderr
        assert identity(made) == wanted
    for again in ({"PYTHON": found[1][1]}, {}):
        answer = bootstrap(checkout, **again)
        assert (answer.returncode, answer.stderr) == (0, "")
    assert identity(made) == found[1][0]
