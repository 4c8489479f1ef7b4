"""Messages that come back while they are still worked on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import breach, change, changes, error, logs, ranked, section
from triage.domain.report import Category

QUEUE = "prints"
URL = f"https://sqs.eu-west-1.amazonaws.com/123456789012/{QUEUE}"


def _set(seconds: int, minutes: float = -3, queue: str = QUEUE, **more: Any) -> dict[str, Any]:
    given = f"attributes.VisibilityTimeout={seconds}, queueUrl={URL.replace(QUEUE, queue)}"
    return change("sqs:SetQueueAttributes", given, minutes, **more)


def _queue(waiting: int = 12) -> dict[str, Any]:
    """The queue, and where it puts aside what it has given three times."""
    dead = {"queue": "prints-rest", "after_receives": 3, "waiting": waiting}
    data = {"waiting": 2, "visibility_timeout_s": 60, "dead_letters": dead}
    return section("configuration:prints", data, "configuration", asked={"resource": f"sqs {QUEUE}"})


def _depth() -> dict[str, Any]:
    name = "ApproximateNumberOfMessagesVisible"
    return breach(f"0 → 12 {name} at 02:13 UTC, baseline 0, still high", name=name, after=12)


SAID = "job 81: receive count 2, taken by another worker since 02:20:11"


def test_given_a_shorter_visibility_timeout_and_lines_about_it_then_it_is_the_cause() -> None:
    best, *_ = ranked(_depth(), changes(_set(60), _set(900, -4_000)), _queue(), logs(error(SAID)))

    assert best.candidate.signature == "received-again"
    assert best.candidate.category is Category.TIMEOUT
    assert "set to 60 s (before 900 s) by ci/run-7" in best.candidate.statement
    assert "end in prints-rest" in best.candidate.statement


def test_given_no_lines_but_messages_put_aside_then_it_is_named_as_well() -> None:
    best, *_ = ranked(_depth(), changes(_set(60)), _queue())

    assert best.candidate.signature == "received-again"


@pytest.mark.parametrize(
    "calls",
    [
        [_set(900), _set(60, -4_000)],
        [_set(60, refused="AccessDenied")],
        [_set(60, 30)],
        [_set(60, queue="mails")],
        [change("sqs:SetQueueAttributes", f"attributes.DelaySeconds=5, queueUrl={URL}")],
    ],
    ids=["longer", "refused", "later", "another queue", "another setting"],
)
def test_given_a_change_that_cannot_have_done_it_then_it_is_not_blamed_for_it(calls: list[dict[str, Any]]) -> None:
    found = ranked(_depth(), changes(*calls), _queue())

    assert "received-again" not in [each.candidate.signature for each in found]


def test_given_messages_put_aside_long_after_the_change_then_it_is_not_blamed_for_them() -> None:
    unreadable = error("message 7 could not be read, receive count 3: JsonException: not a number")

    found = ranked(_depth(), changes(_set(60, -70)), _queue(), logs(unreadable))

    assert "received-again" not in [each.candidate.signature for each in found]


def test_given_nothing_put_aside_and_no_lines_then_a_shorter_timeout_alone_is_no_cause() -> None:
    found = ranked(_depth(), changes(_set(60)), _queue(waiting=0))

    assert "received-again" not in [each.candidate.signature for each in found]


def test_given_a_dead_letter_queue_then_nobody_is_said_to_take_too_little_from_it() -> None:
    name = "ApproximateNumberOfMessagesVisible"
    line = f"{name} (Maximum): 0 → 12 {name} at 02:13 UTC, still high"
    depth = section(
        "related_metrics",
        {"metrics": [line]},
        asked={"namespace": "AWS/SQS", "dimensions": {"QueueName": "prints-rest"}},
    )

    found = [each.candidate for each in ranked(breach(), depth, _queue())]

    assert [each for each in found if each.signature == "backlog-grows" and each.about == "prints-rest"] == []
