"""`feedback` against DynamoDB semantics (moto)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli import feedback
from cli.arguments import parser
from cli.errors import CliError, ExitCode
from cli.screen import Screen
from tests.builders import a_remembered, a_signal
from triage.aws.memory import DynamoMemory
from triage.domain.memory import Verdict, alarm_key, keys_of
from triage.domain.report import Category

REMEMBERED = a_remembered()
LATER = datetime.now(UTC) + timedelta(days=30)


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[DynamoMemory]:
    """A Tracker that remembers an investigation, in an account with one such table."""
    for name, value in {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(tmp_path))  # no terraform
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with mock_aws():
        made = a_table("shop-triage-tracker")
        made.remember(REMEMBERED, keys_of(a_signal(), Category.PERMISSION_DENIED), LATER)
        yield made


def a_table(name: str) -> DynamoMemory:
    client: Any = boto3.client("dynamodb", region_name="eu-west-1")
    keys = (("pk", "HASH"), ("sk", "RANGE"))
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    return DynamoMemory(name, client)


def given(*words: str) -> str:
    out = io.StringIO()
    assert feedback.run(parser().parse_args(["feedback", *words]), Screen(out, io.StringIO())) == ExitCode.OK
    return out.getvalue()


def test_the_verdict_reaches_the_next_investigation_of_the_alarm(tracker: DynamoMemory) -> None:
    shown = given(REMEMBERED.investigation_id, "wrong", "--note", "it was the cache")

    now = datetime.now(UTC)
    [found] = tracker.newest(alarm_key(a_signal()), "9", 5, now)
    assert found.feedback is not None
    assert (found.feedback.verdict, found.feedback.note) == (Verdict("wrong"), "it was the cache")
    assert "arn:aws" in found.feedback.by
    assert REMEMBERED.cause in shown
    assert "noted as wrong" in shown


def test_an_investigation_nobody_remembers_is_not_found(tracker: DynamoMemory) -> None:
    with pytest.raises(CliError, match="no investigation") as missing:
        given("20200101T000000Z-0000000000", "right")

    assert missing.value.code == ExitCode.NOT_FOUND
    assert "shop-triage-tracker in eu-west-1" in str(missing.value)


def test_two_trackers_have_to_be_told_apart(tracker: DynamoMemory) -> None:
    a_table("other-triage-tracker")

    with pytest.raises(CliError, match="2 could be it: other-triage-tracker, shop-triage-tracker"):
        given(REMEMBERED.investigation_id, "right")

    assert "noted as right" in given(REMEMBERED.investigation_id, "right", "--table", "shop-triage-tracker")


def test_the_output_of_terraform_names_the_table(
    tracker: DynamoMemory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    a_table("other-triage-tracker")
    terraform = tmp_path / "terraform"
    terraform.write_text(
        '#!/bin/sh\necho \'{"triage": {"value": {"dynamodb_table_name": "shop-triage-tracker"}}}\'\n',
        encoding="utf-8",
    )
    terraform.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    assert "in shop-triage-tracker" in given(REMEMBERED.investigation_id, "right")
