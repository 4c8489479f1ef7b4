"""Safeguards are tested for: taking one away turns a named test red.

Each mutation is made in a copy of lambda/; the named test runs against that copy, in a process of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.mutations import MUTATIONS, Mutation, UnboundMutation

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

PASSED, FAILED = 0, 1
"""Exit statuses of pytest; anything else means that it could not run what it was asked to."""


def run_tests(source_root: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests against another copy of lambda/ instead of the checkout's."""
    search_path = " ".join(str(path) for path in (source_root, ROOT / "tool-lambda", ROOT / "layer", ROOT))
    options = ["-q", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]
    return subprocess.run(  # noqa: S603 - this interpreter, on tests of this checkout
        [sys.executable, "-m", "pytest", *options, "-o", f"pythonpath={search_path}", *tests],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def source_root(tmp_path: Path) -> Path:
    """A copy of lambda/ to be edited."""
    copy = tmp_path / "lambda"
    shutil.copytree(ROOT / "lambda", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_given_no_mutation_then_every_named_test_passes_on_the_copy(source_root: Path) -> None:
    """Otherwise a red test would prove nothing."""
    answer = run_tests(source_root, *sorted({mutation.test for mutation in MUTATIONS}))

    assert answer.returncode == PASSED, answer.stdout + answer.stderr


PLAYED = MUTATIONS if os.environ.get("RELIABILITY") == "full" else MUTATIONS[::4]


@pytest.mark.parametrize("mutation", PLAYED, ids=lambda mutation: mutation.name.replace(" ", "-"))
def test_given_a_safeguard_taken_away_then_its_test_turns_red(mutation: Mutation, source_root: Path) -> None:
    mutation.apply(source_root)

    answer = run_tests(source_root, mutation.test)

    assert answer.returncode == FAILED, f"{mutation.test} does not notice:\n{answer.stdout}{answer.stderr}"
    assert "1 failed" in answer.stdout


def test_given_a_source_that_has_moved_on_then_the_mutation_says_so(source_root: Path) -> None:
    gone = Mutation("a safeguard of old", "triage/domain/claim.py", "no such line", "", "anything")

    with pytest.raises(
        UnboundMutation, match=r"a safeguard of old: its text occurs 0 times in lambda/triage/domain"
    ):
        gone.apply(source_root)
