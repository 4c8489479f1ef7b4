"""The course of an investigation, from logs, turns and messages."""

from __future__ import annotations

import pytest

from local_aws.inbox.timeline import Course, Message, Origin, Step, courses, subject_of
from tests.inboxes import ID, a_line, at, the_course, the_log, the_turns


def titles(course: Course) -> list[str]:
    return [step.title for step in course.steps]


def step(course: Course, title: str) -> Step:
    [found] = [one for one in course.steps if one.title == title]
    return found


def test_the_steps_come_in_the_order_they_happened() -> None:
    messages = [
        Message(at(8.2), "Slack card", "denied", "slack/1.json", f"Investigation {ID}"),
        Message(at(8.4), "E-mail of the topic", "denied", "mail/1.eml", f"… {ID} …"),
        Message(at(8.3), "Slack card", "another", "slack/2.json", "about something else"),
    ]

    course = the_course(messages)

    assert titles(course) == [
        "Alarm went off",
        "Claimed",
        "First look",
        "Tool call",
        "Turn 1 of the model",
        "Whether the role may read",
        "Turn 2 of the model",
        "Slack card",
        "E-mail of the topic",
        "Done",
    ]
    assert course.about == "order-api-errors"
    assert course.is_done
    assert (course.began_ns, course.ended_ns) == (at(0.4), at(8.5))


def test_each_step_says_how_long_it_took_and_what_came_of_it() -> None:
    course = the_course()

    assert step(course, "Claimed").seconds == pytest.approx(0.2)
    assert step(course, "First look").seconds == pytest.approx(3.0)
    assert step(course, "First look").detail == "14 sections, 60 API calls, 3,726 bytes of logs read"
    first = step(course, "Turn 1 of the model")
    assert first.seconds == pytest.approx(0.9)
    assert first.detail == "asks for a tool call; 6,377 tokens in, 386 out"
    assert step(course, "Done").detail == "permission denied, CONFIRMED, 2 turns, 1 tool call, 55,133 tokens"


def test_a_tool_call_is_part_of_what_asked_for_it_and_says_when_it_failed() -> None:
    look, own = [one for one in the_course().steps if one.kind == "tool"]

    assert (look.is_part, look.detail, look.began_ns) == (True, "", at(2.1))
    assert own.detail == "timeout"


def test_an_investigation_that_goes_on_is_not_done() -> None:
    [course] = courses(the_log()[:4], [], [], {})

    assert not course.is_done
    assert titles(course) == ["Claimed", "Tool call"]


def test_what_goes_wrong_is_shown_with_its_reason() -> None:
    trouble = a_line(
        8.1,
        "delivery postponed",
        level="ERROR",
        investigation_id=None,
        about=f"{ID}-slack",
        channel="slack",
        exception="Traceback …\ntriage.domain.errors.DeliveryError: status 503",
    )
    resumed = a_line(6.0, "investigation started", attempt=2)

    [course] = courses([*the_log(), trouble, resumed], the_turns(), [], {})

    shown = step(course, "Delivery postponed")
    assert (shown.kind, shown.detail) == ("trouble", "slack: triage.domain.errors.DeliveryError: status 503")
    assert step(course, "Started again, attempt 2").kind == "trouble"


def test_investigations_are_apart_and_the_latest_comes_first() -> None:
    other = "20261121T240000Z-0000000001"
    lines = [
        *the_log(),
        a_line(60, "investigation started", investigation_id=other, fingerprint="log_error#1#r#/g: E"),
    ]

    found = courses(lines, the_turns(), [], {other: Origin(at(59))})

    assert [course.investigation_id for course in found] == [other, ID]
    assert titles(found[0]) == ["Error written to the log"]


@pytest.mark.parametrize(
    ("fingerprint", "about"),
    [
        ("cloudwatch_alarm#1#r#arn:aws-cn:cloudwatch:r:1:alarm:a#b: c", "a#b: c"),
        ("log_error#1#r#arn:aws:logs:r:1:log-group:/prod/payment-service#error/4d4b", "/prod/payment-service"),
        ("", ""),
    ],
)
def test_a_fingerprint_is_named_as_people_name_its_subject(fingerprint: str, about: str) -> None:
    assert subject_of(fingerprint) == about


def test_an_archived_report_knows_the_name_best() -> None:
    [course] = courses(the_log(), [], [], {ID: Origin(at(0), "reports/x", "/prod/search: ERROR #<*>")})

    assert course.about == "/prod/search: ERROR #<*>"


def test_lines_about_nothing_make_no_course() -> None:
    assert courses([a_line(0, "digest", investigation_id="")], [], [], {}) == []
