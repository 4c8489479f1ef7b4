"""Times relative to now, wherever a document holds them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evals.templates import Setting, TemplateError, offset

SETTING = Setting("123456789012", "eu-west-1", datetime(2026, 11, 21, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{now}}", "2026-11-21T03:02:00Z"),
        ("{{-95m}}", "2026-11-21T01:27:00Z"),
        ("{{ -2d3h }}", "2026-11-19T00:02:00Z"),
        ("{{+10m|alarm}}", "2026-11-21T03:12:00.000+0000"),
        ("{{-1m|reason}}", "21/11/26 03:01:00"),
        ("{{now|composite}}", "Saturday 21 November, 2026 03:02:00 UTC"),
        ("{{-1m|epoch}}", "1795230060"),
        ("{{-1m|epoch_ms}}", "1795230060000"),
        ("{{-1d|date}} {{-1d|clock}}", "2026-11-20 03:02"),
        ("arn:aws:sns:{{region}}:{{account}}:topic", "arn:aws:sns:eu-west-1:123456789012:topic"),
        ("no template", "no template"),
    ],
)
def test_a_template_becomes_what_it_stands_for(template: str, expected: str) -> None:
    assert SETTING.fill(template) == expected


def test_every_text_of_a_document_is_filled_keys_included() -> None:
    filled = SETTING.fill({"{{account}}": [{"at": "{{now}}"}, 7, None, True]})

    assert filled == {"123456789012": [{"at": "2026-11-21T03:02:00Z"}, 7, None, True]}


@pytest.mark.parametrize("template", ["{{yesterday}}", "{{-5}}", "{{-5m|iso8601}}", "{{account|clock}}"])
def test_a_template_that_means_nothing_is_quoted(template: str) -> None:
    with pytest.raises(TemplateError) as error:
        SETTING.fill(template)

    assert template in str(error.value)


@pytest.mark.parametrize(
    ("text", "distance"),
    [
        ("now", timedelta()),
        ("-90s", timedelta(seconds=-90)),
        ("+1d2h3m", timedelta(days=1, hours=2, minutes=3)),
        ("95m", None),
        ("-m", None),
        ("", None),
    ],
)
def test_a_distance_has_a_sign_and_units(text: str, distance: timedelta | None) -> None:
    assert offset(text) == distance


@pytest.mark.parametrize(
    "now",
    [datetime(2026, 11, 21, 3, 2, 1, tzinfo=UTC), datetime(2026, 11, 21, 3, 2)],  # noqa: DTZ001 - the point
)
def test_now_is_a_whole_minute_in_utc(now: datetime) -> None:
    with pytest.raises(ValueError, match="whole minute in UTC"):
        Setting("123456789012", "eu-west-1", now)
