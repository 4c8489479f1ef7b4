"""A rule that breaks on what it reads costs what it would have said, never the report."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from tests.builders import a_signal
from tests.fakes import RecordedTelemetry
from triage.app.interpret_first_look import InterpretFirstLook
from triage.domain.report import Category, Origin
from triage.first_look import rules as conclusions
from triage.first_look.document import FirstLook, read
from triage.first_look.reading import Reading
from triage.first_look.report import report_of

LOOK = read(
    {
        "version": 1,
        "window": {"onset": "2026-11-21T02:13:00+00:00"},
        "sections": [
            {
                "id": "metric",
                "title": "The metric",
                "helper": "breach",
                "data": {
                    "name": "Errors",
                    "reading": "0 → 47 Errors/min at 02:13 UTC, still high",
                    "onset": "2026-11-21T02:13:00Z",
                    "series": {"from": "2026-11-21T02:11:00Z", "step_s": 60, "values": [0, 0, 47, 46]},
                },
            }
        ],
        "totals": {},
    }
)


def broken(*_: Any) -> NoReturn:
    raise KeyError("a rule that expected something else")


def test_what_the_rules_find_reaches_briefing_chart_and_report() -> None:
    telemetry = RecordedTelemetry()
    interpret = InterpretFirstLook(telemetry)

    chart = interpret.chart(Reading(a_signal(), LOOK))
    report = interpret.report(Reading(a_signal(), LOOK), ("E2",), "no model was asked", 0)

    [gathered] = interpret.briefing(Reading(a_signal(), LOOK)).gathered
    assert gathered.output.startswith("name: Errors")
    assert chart is not None
    assert chart.values == (0, 0, 47, 46)
    assert report.origin is Origin.FIRST_LOOK
    assert telemetry.counts == {}


@pytest.mark.parametrize("rules", ["suggestions", "chart_of", "report_of"])
def test_rules_that_break_are_counted_and_leave_the_rest(monkeypatch: pytest.MonkeyPatch, rules: str) -> None:
    original = report_of
    monkeypatch.setattr(conclusions, rules, broken)
    if rules == "report_of":
        # Broken by what was found, not by the event.
        monkeypatch.setattr(
            conclusions,
            "report_of",
            lambda reading, *rest: broken() if reading.look.sections else original(reading, *rest),
        )
    telemetry = RecordedTelemetry()
    interpret = InterpretFirstLook(telemetry)

    briefing = interpret.briefing(Reading(a_signal(), LOOK))
    interpret.chart(Reading(a_signal(), LOOK))
    report = interpret.report(Reading(a_signal(), LOOK), ("E2",), "no model was asked", 0)

    assert len(briefing.gathered) == 1
    assert report.root_cause.category in set(Category)
    assert telemetry.counts == {"FirstLooksNotInterpreted": 1}


def test_without_a_look_the_report_says_what_the_event_says() -> None:
    report = InterpretFirstLook(RecordedTelemetry()).report(
        Reading(a_signal(), FirstLook(gap="timeout")), (), "no model", 0
    )

    assert "No first look: timeout." in report.gaps
    assert a_signal().reason in report.summary
