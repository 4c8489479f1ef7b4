"""What a model may send as a report, and what it is told when it sends something else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.errors import InvalidReport
from triage.domain.report import Category, Citation, Confidence, Risk, Severity
from triage.domain.report_schema import REPORT_SCHEMA, parse_report


def a_submission(**overrides: Any) -> dict[str, Any]:
    """The smallest complete submission."""
    return {
        "headline": "prod-api-handler is denied dynamodb:GetItem",
        "summary": "Every invocation fails.",
        "severity": "CRITICAL",
        "disposition": "incident",
        "root_cause": {
            "statement": "The role lacks dynamodb:GetItem.",
            "category": "permission_denied",
            "confidence": "CONFIRMED",
            "citations": [{"evidence": "E2", "quote": "not authorized to perform: dynamodb:GetItem"}],
        },
        "impact": {"statement": "All requests fail.", "affected_resources": ["prod-api-handler"]},
        "findings": [{"statement": "47 errors.", "citations": [{"evidence": "E2", "quote": "47 times"}]}],
        "immediate_actions": [{"title": "Allow GetItem", "risk": "LOW", "command": "aws iam …", "minutes": 2}],
    } | overrides


def test_a_complete_submission_becomes_a_report() -> None:
    report = parse_report(a_submission())

    assert report.severity is Severity.CRITICAL
    assert report.root_cause.category is Category.PERMISSION_DENIED
    assert report.root_cause.confidence is Confidence.CONFIRMED
    assert report.root_cause.citations == (Citation("E2", "not authorized to perform: dynamodb:GetItem"),)
    assert report.immediate_actions[0].risk is Risk.LOW
    assert report.immediate_actions[0].minutes == 2


def test_every_required_field_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(InvalidReport) as caught:
        parse_report({})

    named = " ".join(caught.value.problems)
    for field in ("headline", "summary", "severity", "disposition", "root_cause", "impact"):
        assert field in named


@pytest.mark.parametrize(
    ("overrides", "path"),
    [
        ({"severity": "URGENT"}, "severity"),
        ({"root_cause": "it broke"}, "root_cause"),
        ({"findings": [{"statement": 3, "citations": []}]}, "findings[0].statement"),
        ({"findings": [{"statement": "x", "citations": [{"evidence": "E1"}]}]}, "findings[0].citations[0].quote"),
        ({"timeline": [{"event": "x"}]}, "timeline[0].at"),
        ({"immediate_actions": [{"title": "x", "risk": "none"}]}, "immediate_actions[0].risk"),
    ],
)
def test_a_wrong_field_is_named_by_its_path(overrides: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidReport) as caught:
        parse_report(a_submission(**overrides))

    assert any(problem.startswith(path) for problem in caught.value.problems), caught.value.problems


def test_deviations_with_one_obvious_reading_are_read() -> None:
    submission = a_submission(severity="critical", prevention="- Test the role\n- Alarm earlier")
    submission["findings"] = json.dumps(submission["findings"])
    submission["root_cause"]["citations"][0]["evidence"] = "e2"

    report = parse_report(submission)

    assert report.severity is Severity.CRITICAL
    assert report.findings[0].statement == "47 errors."
    assert report.prevention == ("Test the role", "Alarm earlier")
    assert report.root_cause.citations[0].evidence_id == "E2"


def test_a_flood_is_cut_instead_of_kept() -> None:
    report = parse_report(a_submission(prevention=["x" * 100_000] * 1_000))

    assert sum(len(item) for item in report.prevention) <= 40 * 4_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(REPORT_SCHEMA["properties"])), JSON))
def test_junk_is_a_report_or_a_list_of_problems(junk: dict[str, Any]) -> None:
    try:
        parse_report(a_submission(**junk))
    except InvalidReport as error:
        assert error.problems
        assert all(problem for problem in error.problems)


def test_the_schema_and_the_parser_ask_for_the_same_fields() -> None:
    for field in REPORT_SCHEMA["required"]:
        submission = a_submission()
        del submission[field]
        if field in ("findings", "immediate_actions"):
            assert parse_report(submission).headline
        else:
            with pytest.raises(InvalidReport, match=field):
                parse_report(submission)
