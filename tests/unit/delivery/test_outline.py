"""What a report says about the alarm, row by row, and how its claims stand in it."""

from __future__ import annotations

import pytest

from tests.builders import a_citation, a_report, a_root_cause, a_signal, an_investigation
from triage.delivery.outline import sections, signal_facts
from triage.domain.report import Derivation, Finding
from triage.domain.signal import Band, Contributor, Query, QueryLanguage, Signal


def row(signal: Signal, label: str) -> str | None:
    """The value of a row, ``None`` where there is none."""
    return next((fact.value for fact in signal_facts(signal) if fact.label == label), None)


def test_a_metric_alarm_has_no_rows_about_other_kinds_of_alarm() -> None:
    labels = {fact.label for fact in signal_facts(a_signal())}

    assert labels == {"Alarm", "State", "Since", "Account", "Region", "Metric", "Reason", "Description"}


def test_a_composite_alarm_lists_the_alarms_that_triggered_it() -> None:
    assert (
        row(a_signal(children=("orders errors", "orders\nlatency")), "Triggered by")
        == "orders errors, orders latency"
    )


@pytest.mark.parametrize(
    ("contributor", "shown"),
    [
        (
            Contributor("6d44", {"TableName": "orders", "Operation": "PutItem"}),
            "TableName=orders, Operation=PutItem",
        ),
        (Contributor("6d44"), "6d44"),
    ],
)
def test_a_contributor_is_known_by_its_attributes_or_else_its_id(contributor: Contributor, shown: str) -> None:
    assert row(a_signal(contributor=contributor), "Contributor") == shown


@pytest.mark.parametrize(
    ("band", "shown"),
    [
        (Band(0.020599444741798756, 0.3006915352732461, 0.0), "at least 0.0206 and at most 0.3007; measured 0"),
        (Band(None, 45628.4, 1_234_567.8), "at most 45,628; measured 1,234,568"),
        (Band(-5.0, None, None), "at least -5"),
    ],
)
def test_an_anomaly_says_what_was_expected_and_what_was_measured(band: Band, shown: str) -> None:
    assert row(a_signal(band=band), "Expected") == shown


def test_a_query_alarm_shows_what_it_runs_and_where() -> None:
    signal = a_signal(query=Query(QueryLanguage.LOGS, "filter level = 'ERROR'\n| stats count(*)", ("/a", "/b")))

    assert row(signal, "CloudWatch Logs query") == "filter level = 'ERROR' | stats count(*)"
    assert row(signal, "Log groups") == "/a, /b"
    assert row(a_signal(query=Query(QueryLanguage.PROMQL, "up < 1")), "PromQL query") == "up < 1"


def test_a_change_whose_actions_are_suppressed_says_so() -> None:
    assert row(a_signal(suppressed_by="WaitPeriod (deploy)"), "Suppressed by") == "WaitPeriod (deploy)"


def test_what_does_not_fit_the_cause_and_what_would_decide_stand_below_it() -> None:
    cause = a_root_cause(contradictions=(a_citation(quote="served 200 OK"),), missing=("The trail of today.",))

    (section,) = [
        each for each in sections(an_investigation(report=a_report(root_cause=cause))) if each.key == "root-cause"
    ]

    assert [(entry.lead, entry.text) for entry in section.entries[1:]] == [
        ("Does not fit", "served 200 OK"),
        ("Would decide, could not be read", "The trail of today."),
    ]


def test_a_number_that_was_computed_says_how() -> None:
    finding = Finding("94 % failed.", derivations=(Derivation("94 %", "47 / 50 * 100"),))

    (section,) = [
        each for each in sections(an_investigation(report=a_report(findings=(finding,)))) if each.key == "findings"
    ]

    assert section.entries[0].note == "Computed: 94 % = 47 / 50 * 100."
