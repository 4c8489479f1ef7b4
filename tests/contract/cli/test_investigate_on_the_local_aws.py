"""`investigate` as a developer who is not root runs it, against a local AWS with a scripted model."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.errors import ExitCode
from tests.contract.cli.conftest import ALARM, Place

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cli")]


def folder(out: Path) -> Path:
    [found] = out.iterdir()
    return found


@pytest.fixture
def out() -> Iterator[Path]:
    """A folder that whoever runs the command may write to."""
    with tempfile.TemporaryDirectory(prefix="reports-") as made:
        Path(made).chmod(0o777)
        yield Path(made)


def test_a_model_investigates_in_the_sandbox_and_its_report_is_written_and_replayed(
    place: Place, out: Path
) -> None:
    words = ("--alarm", ALARM, "--role-arn", place.role_arn, "--out", str(out))
    code, shown, progress = place.command("investigate", *words)

    assert code == ExitCode.OK, progress
    assert "dynamodb:PutItem" in shown
    assert "capped to reading" in progress
    assert "run_python" in progress
    report = json.loads((folder(out) / "report.json").read_text())
    assert report["report"]["origin"] == "model"
    assert report["report"]["root_cause"]["category"] == "permission_denied"
    assert {file.name for file in folder(out).iterdir()} == {
        "report.md", "report.html", "report.json", "transcript.jsonl.gz"
    }  # fmt: skip

    code, shown, progress = place.command("replay", str(folder(out)))

    assert code == ExitCode.OK, progress
    assert "called run_python" in shown
    assert "the same report" in shown


def test_the_history_of_the_account_is_played_through_the_module(place: Place) -> None:
    code, shown, told = place.command("backtest", "--days", "30", "--json")

    assert code == ExitCode.OK, told
    assert json.loads(shown)["total"]["investigations"] == 1
