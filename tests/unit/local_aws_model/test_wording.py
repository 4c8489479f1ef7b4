"""What the script writes reads well: one of a thing, the time it was counted over, and first of all who judged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.local_aws_model import incidents
from tests.unit.local_aws_model.incidents import Incident, an_incident, dice, investigate, line

if TYPE_CHECKING:
    from collections.abc import Mapping


def report_of(incident: Incident) -> Mapping[str, Any]:
    return investigate(incident).report


def findings_of(incident: Incident) -> list[str]:
    return [finding["statement"] for finding in report_of(incident)["findings"]]


def counting(failing: int, calls: int, metric: str = "Errors", **facts: Any) -> Incident:
    """A function whose metrics add up to these."""
    base = an_incident(dice(41)).with_error("MemoryError")
    sums = [
        line("metric", name=name, sum=count, maximum=1, **facts)
        for name, count in ((metric, failing), ("Invocations", calls))
    ]
    return Incident(**vars(base) | {"printed": {**base.printed, "alarm": tuple(sums)}})


@pytest.mark.parametrize(
    ("failing", "calls", "statement"),
    [
        (1, 1, "The only invocation in the 2 hours up to the alarm failed."),
        (1, 9, "1 of 9 invocations in the 2 hours up to the alarm failed."),
        (9, 9, "All 9 invocations in the 2 hours up to the alarm failed."),
    ],
)
def test_impact_says_how_many_failed_and_over_which_time(failing: int, calls: int, statement: str) -> None:
    assert report_of(counting(failing, calls, hours=2))["impact"]["statement"] == statement


def test_a_time_that_is_not_known_is_not_told() -> None:
    assert report_of(counting(3, 9))["impact"]["statement"] == "3 of 9 invocations failed."


@pytest.mark.parametrize(
    ("throttled", "calls", "statement", "severity"),
    [
        (30, 90, "30 of 120 requests in the hour up to the alarm were throttled.", "HIGH"),
        (1, 9, "1 of 10 requests in the hour up to the alarm was throttled.", "MEDIUM"),
    ],
)
def test_a_throttled_request_is_no_invocation(throttled: int, calls: int, statement: str, severity: str) -> None:
    report = report_of(counting(throttled, calls, "Throttles", hours=1))

    assert report["impact"]["statement"] == statement
    assert report["severity"] == severity


@pytest.mark.parametrize(("count", "lines"), [(1, "1 line"), (9, "9 lines")])
def test_lines_of_a_log_are_counted_in_words_that_fit(count: int, lines: str) -> None:
    base = an_incident(dice(42))
    log = line("log_group", name=base.group, events=40, errors=count, minutes=120)
    printed = {"resource": base.printed["resource"], "logs": (log,)}
    incident = Incident(**vars(base) | {"printed": printed}).with_error("MemoryError", count=count)

    report = report_of(incident)

    told = f"The log holds {lines} of the most frequent error in the 2 hours up to the alarm."
    assert report["impact"]["statement"] == told
    assert any(f" has {lines} like: " in finding["statement"] for finding in report["findings"])


def test_another_kind_of_failure_is_counted_and_named_in_words() -> None:
    incident = an_incident(dice(43)).with_error("MemoryError", count=30).with_error("KeyError: 'STAGE'", count=1)

    assert "Besides, the log has 1 line of another kind of failure: configuration missing." in findings_of(
        incident
    )


@pytest.mark.parametrize(
    ("count", "statement"),
    [
        (
            1,
            "One invocation in the 24 hours up to the alarm was stopped at the time limit: it took 3,000 ms and ",
        ),
        (2, "2 invocations in the 24 hours up to the alarm were stopped at the time limit: the longest took "),
    ],
)
def test_invocations_are_told_as_one_or_as_many(count: int, statement: str) -> None:
    facts = {"count": count, "longest_ms": 3000.0, "memory_mb": 128, "most_memory_used_mb": 40, "hours": 24}
    incident = (
        an_incident(dice(44))
        .with_error("1f Task timed out after 3.00 seconds")
        .with_lines("invocations", line("durations", which="stopped", **facts))
    )

    assert any(told.startswith(statement) for told in findings_of(incident))


def test_the_summary_begins_with_who_judged() -> None:
    incident, *_ = incidents.denied(dice(45))

    assert report_of(incident)["summary"].startswith("By fixed rules; no language model judged this. Function ")


def test_a_denied_call_comes_with_an_alarm_that_would_name_it() -> None:
    incident, *_ = incidents.denied(dice(46))

    on_the_log, on_the_trail = report_of(incident)["monitoring"]

    assert "AccessDenied" in on_the_log
    assert f"log group {incident.group}" in on_the_log
    assert f"errorCode AccessDenied* of role {incident.role}" in on_the_trail


def test_a_change_is_told_with_what_was_given_and_reviewed_where_it_was_recorded() -> None:
    incident, *_ = incidents.denied(dice(47))
    facts = {"of": incident.role, "at": "2031-05-06T07:00:00+00:00", "event": "DeleteRolePolicy", "by": "someone"}
    change = line("change", **facts, given="policyName read-ledger", trail_region="us-east-1")

    report = report_of(incident.with_lines("changes", change))

    assert report["timeline"][0]["event"] == (
        f"DeleteRolePolicy of {incident.role} (policyName read-ledger) by someone"
    )
    (review,) = [action for action in report["immediate_actions"] if "Review the last change" in action["title"]]
    assert review["command"].endswith("--region us-east-1")


def test_a_function_created_just_before_may_never_have_worked() -> None:
    incident, *_ = incidents.denied(dice(50))
    at = "2031-05-06T07:00:00+00:00"
    created = line("change", of=incident.function, at=at, event="CreateFunction20150331", by="someone")

    questions = report_of(incident.with_lines("changes", created))["open_questions"]

    assert f"Whether it ever worked: {incident.function} was created at 2031-05-06 07:00 UTC." in questions


def test_a_modification_that_cloudtrail_names_is_told_once() -> None:
    incident, *_ = incidents.denied(dice(52))
    fresh = json.loads(incident.printed["resource"][0]) | {"last_modified": "2031-05-06T06:59:59.700+0000"}
    change = line(
        "change", of=incident.function, at="2031-05-06T07:00:00+00:00", event="UpdateFunctionCode", by="a"
    )
    printed = {**incident.printed, "resource": (line(**fresh),), "changes": (change,)}

    report = report_of(Incident(**vars(incident) | {"printed": printed}))

    assert report["timeline"][0]["event"] == f"UpdateFunctionCode of {incident.function} by a"
    assert not any("last modified" in entry["event"] for entry in report["timeline"])


def test_the_last_words_are_told_without_what_the_runtime_puts_before_them() -> None:
    words = "[INFO] 2031-05-06T07:00:59.043Z e7af8915-f29e-4e71-aa1b-9e7142f445ae waiting for the ledger"
    incident = (
        an_incident(dice(53))
        .with_error("1f Task timed out after 3.00 seconds")
        .with_lines("invocations", line("before_stop", at=incidents.ONSET, line=words))
    )

    assert report_of(incident)["root_cause"]["statement"].endswith(" before that: waiting for the ledger.")


def test_a_stack_trace_is_left_out_of_what_the_log_says() -> None:
    denied = f"is not authorized to perform: s3:Get{'X' * 250} because no policy allows it"
    incident = an_incident(dice(51)).with_error(f"[ERROR] {denied} Traceback (most recent call last): File app.py")

    (told,) = [statement for statement in findings_of(incident) if " like: " in statement]

    assert told.endswith("because no policy allows it")


def test_a_change_is_ruled_out_over_the_time_that_was_read() -> None:
    incident, *_ = incidents.denied(dice(48))

    (against,) = report_of(incident)["ruled_out"]

    assert f"shows none for {incident.function} in the 24 hours up to the alarm" in against["reason"]


def test_a_change_is_not_ruled_out_when_one_event_history_could_not_be_read() -> None:
    incident, *_ = incidents.denied(dice(49))
    partly = line("changes_of", name=incident.role, hours=24, found=0, regions=["eu-west-1"], unread=["us-east-1"])

    assert report_of(incident.with_lines("changes", partly))["ruled_out"] == []
