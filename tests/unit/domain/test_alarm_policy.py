"""What tags of an alarm ask for, and what becomes of those that nobody can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.domain.alarm_policy import AlarmPolicy, policy_in
from triage.domain.report import Severity

PREFIX = "alarm-triage:"


@pytest.mark.parametrize(
    ("tags", "policy"),
    [
        ({}, AlarmPolicy()),
        ({"team": "payments", "policy": "skip"}, AlarmPolicy()),
        ({"alarm-triage:policy": "skip"}, AlarmPolicy(skip=True)),
        ({"alarm-triage:policy": " Skip "}, AlarmPolicy(skip=True)),
        ({"alarm-triage:policy": "investigate"}, AlarmPolicy()),
        ({"alarm-triage:minimum-severity": "HIGH"}, AlarmPolicy(minimum_severity=Severity.HIGH)),
        ({"alarm-triage:minimum-severity": "low"}, AlarmPolicy(minimum_severity=Severity.LOW)),
        ({"alarm-triage:window-hours": "4"}, AlarmPolicy(window_s=14_400)),
        ({"alarm-triage:window-hours": "0.5"}, AlarmPolicy(window_s=1_800)),
        ({"alarm-triage:window-hours": "0"}, AlarmPolicy(window_s=0)),
    ],
)
def test_tags_with_the_prefix_are_the_policy(tags: dict[str, str], policy: AlarmPolicy) -> None:
    assert policy_in(tags, PREFIX) == (policy, ())


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("policy", "skipp", "tag alarm-triage:policy ('skipp') should be skip or investigate"),
        ("policy", "", "should be skip or investigate"),
        ("minimum-severity", "SEV1", "should be one of CRITICAL, HIGH, MEDIUM, LOW, INFO"),
        ("window-hours", "4h", "should be a number of hours from 0 to 720"),
        ("window-hours", "721", "should be a number of hours from 0 to 720"),
        ("window-hours", "-1", "should be a number of hours from 0 to 720"),
        ("window-hours", "nan", "should be a number of hours from 0 to 720"),
        ("skip", "true", "is not one of policy, minimum-severity, window-hours"),
    ],
)
def test_a_tag_that_cannot_be_read_changes_nothing_and_is_told(key: str, value: str, problem: str) -> None:
    policy, problems = policy_in({PREFIX + key: value}, PREFIX)

    assert policy == AlarmPolicy()
    assert len(problems) == 1
    assert problem in problems[0]


def test_a_malformed_tag_leaves_the_others_in_force() -> None:
    policy, problems = policy_in({f"{PREFIX}window-hours": "x", f"{PREFIX}minimum-severity": "HIGH"}, PREFIX)

    assert policy == AlarmPolicy(minimum_severity=Severity.HIGH)
    assert len(problems) == 1


def test_another_prefix_is_another_policy() -> None:
    assert policy_in({"triage/policy": "skip"}, "triage/") == (AlarmPolicy(skip=True), ())


@pytest.mark.parametrize(
    ("severity", "mailed"),
    [
        (Severity.CRITICAL, True),
        (Severity.HIGH, True),
        (Severity.MEDIUM, False),
        (Severity.LOW, False),
        (Severity.INFO, False),
    ],
)
def test_a_report_below_the_minimum_is_not_mailed_by_itself(severity: Severity, mailed: bool) -> None:
    assert AlarmPolicy(minimum_severity=Severity.HIGH).wants_mail(severity) is mailed
    assert AlarmPolicy().wants_mail(severity)


@given(st.dictionaries(st.text().map(lambda text: PREFIX + text), st.text()))
def test_whatever_tags_hold_there_is_a_policy(tags: dict[str, str]) -> None:
    policy, problems = policy_in(tags, PREFIX)

    assert policy.window_s is None or 0 <= policy.window_s <= 720 * 3600
    assert len(problems) <= len(tags)
