"""A report of checkov is clean only when something was looked at and nothing was hidden."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.infrastructure import problems


def report(**changes: Any) -> dict[str, Any]:
    """A clean report with changes: counts of the summary, or lists of results."""
    summary = {"passed": 3, "failed": 0, "skipped": 0, "parsing_errors": 0}
    results: dict[str, Any] = {"failed_checks": [], "skipped_checks": []}
    for name, value in changes.items():
        (summary if name in summary else results)[name] = value
    return {"summary": summary, "results": results}


def skipped(comment: str | None) -> dict[str, Any]:
    """A skipped check."""
    return {"resource": "aws_x.y", "check_id": "CKV_1", "check_result": {"suppress_comment": comment}}


def test_a_clean_report_has_no_problem() -> None:
    assert problems(report(skipped_checks=[skipped("A demo is looked at the same day")])) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parsing_errors": 1}, "1 files could not be parsed"),
        ({"passed": 0}, "looked at nothing"),
        ({"skipped_checks": [skipped(None)]}, "skipped without a reason"),
        (
            {
                "failed_checks": [
                    {
                        "file_path": "/queue.tf",
                        "file_line_range": [3, 9],
                        "check_id": "CKV_2",
                        "check_name": "Encrypt it",
                        "resource": "aws_sqs_queue.q",
                    }
                ]
            },
            "/queue.tf:3 CKV_2 Encrypt it: aws_sqs_queue.q",
        ),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], words: str) -> None:
    [problem] = problems(report(**changes))
    assert words in problem
