"""Where documents lie: dated, browsable, safe in every tool, never twice the same."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_signal, an_investigation
from triage.delivery.archive_keys import folder, slug
from triage.delivery.archive_layout import documents
from triage.delivery.console_links import Links

SAFE_KEY = re.compile(r"reports/\d{4}/\d{2}/\d{2}/\d{6}Z_[A-Za-z0-9.-]+_[A-Za-z0-9.-]+")


def test_the_folder_names_date_time_alarm_and_investigation() -> None:
    assert folder(an_investigation()) == (
        "reports/2026/11/21/030205Z_lambda-high-error-rate_20261121T030205Z-0a1b2c3d4e"
    )


def test_the_date_is_utc_whatever_the_clock_says() -> None:
    started = datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert folder(an_investigation(started_at=started)).startswith("reports/2027/01/01/013000Z_")


@given(st.text(max_size=255))
def test_any_alarm_name_gives_a_safe_key_of_bounded_length(name: str) -> None:
    where = folder(an_investigation(signal=a_signal(name=name, subject="arn")))
    assert SAFE_KEY.fullmatch(where)
    assert len(where) < 200
    assert ".." not in where


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prod/api: errors (5xx)", "prod-api-errors-5xx"),
        ("../../etc/passwd", "etc-passwd"),
        ("订单服务", "alarm"),
        ("n" * 255, "n" * 60),
        ("", "alarm"),
    ],
)
def test_names_become_readable_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_alarms_whose_names_look_alike_in_the_same_second_do_not_collide() -> None:
    first = an_investigation(id="20261121T030205Z-aaaaaaaaaa", signal=a_signal(name="a/b"))
    second = an_investigation(id="20261121T030205Z-bbbbbbbbbb", signal=a_signal(name="a:b"))
    assert folder(first) != folder(second)


def test_a_report_has_four_documents_each_of_its_kind() -> None:
    found = {document.name: document for document in documents(an_investigation(), Links())}
    assert {name: document.content_type for name, document in found.items()} == {
        "report.md": "text/markdown; charset=utf-8",
        "report.html": "text/html; charset=utf-8",
        "report.json": "application/json",
        "transcript.jsonl.gz": "application/gzip",
    }
    assert found["report.md"].body.startswith(b"# ")
    assert found["report.html"].body.startswith(b"<!doctype html>")
    assert json.loads(found["report.json"].body)["schema_version"] == 1
    assert gzip.decompress(found["transcript.jsonl.gz"].body).count(b"\n") == 5
