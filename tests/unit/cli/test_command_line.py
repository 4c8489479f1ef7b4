"""The command line itself: help, and errors in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from botocore import exceptions as aws

from cli.arguments import parser
from cli.errors import CliError, ExitCode, explained
from cli.main import main
from tests.conftest import Golden

EXPECTED = Path(__file__).parent.parent.parent / "golden" / "expected" / "cli"
COMMANDS = ("", "investigate", "replay", "render", "feedback", "backtest")


@pytest.mark.skipif(sys.version_info[:2] != (3, 13), reason="each version of argparse words its usage differently")
@pytest.mark.parametrize("command", COMMANDS)
def test_help(
    command: str, golden: Golden, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "110")

    with pytest.raises(SystemExit) as left:
        parser().parse_args([*filter(None, [command]), "--help"])

    assert left.value.code == 0
    golden(EXPECTED / f"{command or 'alarm-triage'}.txt", capsys.readouterr().out)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["investigate"],
        ["investigate", "--alarm", "a", "--dry-run", "--first-look-only"],
        ["investigate", "--alarm", "a", "--max-usd", "nan"],
        ["backtest", "--days", "-1"],
        ["backtest", "--per-hour", "0"],
        ["feedback", "id", "maybe"],
        ["render", "report.json", "--as", "pdf"],
    ],
)
def test_a_wrong_command_line_is_refused_with_what_is_wrong(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parser().parse_args(words)

    assert left.value.code == ExitCode.USAGE
    assert "error:" in capsys.readouterr().err


def test_an_error_is_one_line_and_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", str(tmp_path / "missing")]) == ExitCode.NOT_FOUND
    assert capsys.readouterr().err == f"alarm-triage: there is no {tmp_path / 'missing'}\n"


def refused(code: str, message: str = "no") -> aws.ClientError:
    return aws.ClientError({"Error": {"Code": code, "Message": message}}, "DescribeAlarms")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (aws.NoCredentialsError(), ExitCode.ACCESS, "aws sso login"),
        (aws.ProfileNotFound(profile="prod"), ExitCode.ACCESS, "list-profiles"),
        (aws.NoRegionError(), ExitCode.USAGE, "--region"),
        (aws.EndpointConnectionError(endpoint_url="https://x"), ExitCode.AWS, "Is the region right"),
        (refused("ExpiredToken"), ExitCode.ACCESS, "expired"),
        (refused("InvalidClientTokenId"), ExitCode.ACCESS, "right profile"),
        (refused("AccessDenied", "not authorized to perform: s3:X on y"), ExitCode.ACCESS, "lack s3:X"),
        (refused("AccessDenied"), ExitCode.ACCESS, "the action behind DescribeAlarms"),
        (refused("Throttling"), ExitCode.AWS, "AWS refused DescribeAlarms"),
        (OSError("broken pipe"), ExitCode.AWS, "OSError: broken pipe"),
    ],
)
def test_what_aws_says_becomes_what_to_do(error: Exception, code: ExitCode, words: str) -> None:
    found = explained(error)

    assert isinstance(found, CliError)
    assert found.code == code
    assert words in str(found)
