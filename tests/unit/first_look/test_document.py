"""The toolbox's document crossed a boundary: what is not of its form is refused or left out, never believed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from triage.domain.briefing import Effort
from triage.first_look.document import FirstLook, UnreadableFirstLook, moment, read


def a_document(**overrides: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "version": 1,
        "window": {"text": "2026-11-21T00:00:00Z/2026-11-21T03:05:00Z", "onset": "2026-11-21T02:13:00+00:00"},
        "sections": [
            {"id": "alarm", "title": "The alarm", "helper": "describe_alarm", "data": {"times_in_alarm": 1}},
            {"id": "health", "title": "AWS Health", "helper": "health_events", "gap": "late: no answer"},
        ],
        "totals": {"api_calls": 38, "log_bytes": 110_848, "seconds": 5.3},
    }
    return document | overrides


def test_a_document_is_read_whole() -> None:
    look = read(a_document())

    assert look.onset == datetime(2026, 11, 21, 2, 13, tzinfo=UTC)
    assert look.window == "2026-11-21T00:00:00Z/2026-11-21T03:05:00Z"
    assert look.effort == Effort(38, 110_848, 5.3)
    assert [(section.id, section.gap) for section in look.sections] == [
        ("alarm", ""),
        ("health", "late: no answer"),
    ]


def test_answers_are_found_by_helper_the_alarms_own_resource_first() -> None:
    sections = [
        {
            "id": "logs:worker",
            "helper": "log_errors",
            "data": {"lines": 3},
            "lead": {"about": "ecs a/worker", "hop": 1},
        },
        {"id": "logs", "helper": "log_errors", "data": {"lines": 9}},
        {"id": "logs:late", "helper": "log_errors", "gap": "late"},
    ]

    found = read(a_document(sections=sections)).of("log_errors")

    assert [section.id for section in found] == ["logs", "logs:worker"]
    assert found[1].lead is not None
    assert found[1].lead.about == "ecs a/worker"


@pytest.mark.parametrize("document", [None, "text", [], {}, {"version": 2}], ids=repr)
def test_what_is_no_first_look_is_refused_with_what_it_is(document: object) -> None:
    with pytest.raises(UnreadableFirstLook, match="the first look"):
        read(document)


def test_parts_of_an_unexpected_type_are_left_out() -> None:
    look = read(
        a_document(sections=["x", {"id": "a", "data": [1], "asked": "?", "lead": 3}], totals=None, window=3)
    )

    assert look.onset is None
    assert look.effort == Effort(0, 0, 0.0)
    assert [(section.id, dict(section.data), section.lead) for section in look.sections] == [("a", {}, None)]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-11-21T02:13:00Z", datetime(2026, 11, 21, 2, 13, tzinfo=UTC)),
        ("2026-11-21T03:13:00+01:00", datetime(2026, 11, 21, 2, 13, tzinfo=UTC)),
        ("2026-11-21T02:13:00", datetime(2026, 11, 21, 2, 13, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_times_are_utc(written: object, read_as: datetime | None) -> None:
    assert moment(written) == read_as


def test_a_look_without_sections_has_no_answers() -> None:
    assert FirstLook(gap="no time").of("breach") == ()
