"""Notices: short, sendable whatever is wrong, and clear about what to do."""

from __future__ import annotations

import shlex
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_signal
from triage.delivery import notice as notices
from triage.delivery.render import text
from triage.delivery.render.text import SNS_BODY_BYTES
from triage.delivery.subject import MAX_SUBJECT
from triage.domain.errors import MalformedEvent
from triage.domain.message import OutgoingMessage


def malformed_event(error: MalformedEvent) -> OutgoingMessage:
    """The notice as the topic gets it."""
    return text.notice(notices.malformed_event(error))


def could_not_investigate(*about: Any, **more: Any) -> OutgoingMessage:
    """The notice as the topic gets it."""
    return text.notice(notices.could_not_investigate(*about, **more))


def test_a_malformed_event_is_told_by_its_problem_and_keys() -> None:
    notice = malformed_event(MalformedEvent("alarmData.state is null", ("alarmArn", "alarmData")))
    assert notice.subject == "[NOTICE] alarm event not understood: it was not investigated"
    assert "What was wrong: alarmData.state is null" in notice.body
    assert "Keys of the event: alarmArn, alarmData" in notice.body
    assert '"Invoke a Lambda function from an alarm"' in " ".join(notice.body.split())


def test_an_event_without_keys_is_told_as_well() -> None:
    assert "Keys of the event: none" in malformed_event(MalformedEvent("empty")).body


def test_a_failed_investigation_names_alarm_reason_place_and_id() -> None:
    notice = could_not_investigate(a_signal(), "every attempt failed", "20261121T030205Z-ff")
    assert notice.subject == "[NOT INVESTIGATED] lambda-high-error-rate: every attempt failed"
    assert "Account        123456789012" in notice.body
    assert "#alarmsV2:alarm/lambda-high-error-rate\n" in notice.body
    assert "Investigation 20261121T030205Z-ff" in notice.body


def test_a_failed_investigation_comes_with_the_command_that_shows_the_attempts() -> None:
    log_group = "/aws/lambda/a-prefix-that-some-platform-team-makes-everybody-use-alarm-triage-investigator"
    notice = could_not_investigate(a_signal(), "every attempt failed", log_group=log_group)
    lines = notice.body.splitlines()
    at = lines.index(f"aws logs tail {log_group} --since 2h --region us-east-2")
    assert lines[at - 1] == ""
    assert f"are logged in {log_group}." in " ".join(notice.body.split())
    assert "No report was confirmed: please look at the alarm yourself." in " ".join(notice.body.split())


def test_the_command_of_an_unknown_alarm_names_no_region() -> None:
    notice = could_not_investigate(None, "an unreadable message", log_group="/aws/lambda/investigator")
    assert "\naws logs tail /aws/lambda/investigator --since 2h\n" in notice.body


def test_without_a_log_group_no_command_is_offered() -> None:
    assert "aws logs tail" not in could_not_investigate(a_signal(), "every attempt failed").body


def test_a_region_that_is_none_stays_one_word_of_the_command() -> None:
    signal = a_signal(region="us-east-2; touch /tmp/x\n#")
    body = could_not_investigate(signal, "every attempt failed", log_group="/aws/lambda/investigator").body
    (command,) = (line for line in body.splitlines() if line.startswith("aws logs tail"))
    assert shlex.split(command)[-1] == "us-east-2; touch /tmp/x #"


def test_an_unknown_alarm_sends_people_to_look_themselves() -> None:
    notice = could_not_investigate(None, "an unreadable message")
    assert notice.subject == "[NOT INVESTIGATED] An alarm: an unreadable message"
    assert "look at all that are in ALARM" in notice.body


@given(st.text(max_size=3_000), st.lists(st.text(max_size=500), max_size=200), st.text(max_size=300))
def test_whatever_went_wrong_the_notice_can_be_sent(reason: str, keys: list[str], name: str) -> None:
    signal = a_signal(name=name, subject="arn", reason=reason, description=reason)
    for notice in (
        malformed_event(MalformedEvent(reason, tuple(keys))),
        could_not_investigate(signal, reason, name),
    ):
        assert len(notice.body.encode()) <= SNS_BODY_BYTES
        assert 0 < len(notice.subject) <= MAX_SUBJECT
        assert notice.subject.isascii()
        assert notice.subject.isprintable()


def test_a_notice_carries_no_secret_and_no_foreign_link() -> None:
    hostile = "https://evil.example AKIAIOSFODNN7EXAMPLE \u202e"
    signal = a_signal(name=hostile, reason=hostile)
    for body in (
        malformed_event(MalformedEvent(hostile, (hostile,))).body,
        could_not_investigate(signal, hostile, hostile).body,
    ):
        assert "https://evil" not in body
        assert "AKIAIOSFODNN7EXAMPLE" not in body
        assert "\u202e" not in body
