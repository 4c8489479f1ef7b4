"""Dead letters: whatever they hold, a person hears of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import a_signal
from tests.events import event
from tests.fakes import FakeClock, Mailbox, MemoryQueue, RecordedTelemetry
from tests.log_batches import HOME, batch_of, packed
from triage.app.announce import Announce
from triage.app.notify_failure import NotifyFailure
from triage.app.post import Post
from triage.domain.digest import digest_signal
from triage.domain.errors import DeliveryError
from triage.domain.routes import Routes
from triage.domain.work_item import WorkItem

NO_ROUTES = Routes()


def notify_failure(
    mailbox: Mailbox, queue: MemoryQueue | None = None, routes: Routes = NO_ROUTES
) -> NotifyFailure:
    """The use case over ports in memory."""
    telemetry = RecordedTelemetry()
    post = Post(queue or MemoryQueue(), HOME)
    return NotifyFailure(HOME, Announce(mailbox, post, telemetry), routes, FakeClock(), telemetry, "/t", "/i")


def notice_for(body: Any) -> str:
    """The text of the one notice sent for a dead letter."""
    mailbox = Mailbox()
    use_case = notify_failure(mailbox)
    use_case.run(body if isinstance(body, str) else json.dumps(body))
    (message,) = mailbox.messages
    return " ".join(f"{message.subject}\n{message.body}".split())


def test_a_work_item_that_failed_three_times_names_alarm_and_investigation() -> None:
    text = notice_for(WorkItem("fp", "20261121T030205Z-0123456789", a_signal()).to_json())

    assert "lambda-high-error-rate" in text
    assert "20261121T030205Z-0123456789" in text
    assert "every attempt of the investigation failed" in text
    assert "aws logs tail /i " in text


def test_a_digest_that_failed_three_times_says_where_its_alarms_are() -> None:
    signal = digest_signal("2026-11-21T03:00:00Z", "aws", "123456789012", "us-east-2")

    text = notice_for(WorkItem("fp", "20261121T030205Z-0123456789", signal).to_json())

    assert text.startswith("[DIGEST NOT SENT] 2026-11-21T03:00:00Z")
    assert "Please look at all alarms that are in ALARM" in text
    assert "digest#2026-11-21T03:00:00Z" in text
    assert "aws logs tail /i --since 2h --region us-east-2" in text


def test_an_event_triage_itself_failed_on_names_alarm_and_error() -> None:
    record = {
        "version": "1.0",
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
        "requestPayload": event("direct_metric_alarm"),
        "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "the Tracker is unreachable", "errorType": "EndpointConnectionError"},
    }

    text = notice_for(record)

    assert "lambda-high-error-rate" in text
    assert "the Tracker is unreachable" in text
    assert "aws logs tail /t " in text


def test_an_event_of_several_alarms_that_triage_failed_on_names_each_of_them() -> None:
    mailbox = Mailbox()

    notify_failure(mailbox).run(json.dumps({"requestPayload": event("sns_several_records")}))

    first, second = (f"{message.subject}\n{message.body}" for message in mailbox.messages)
    assert "lambda-high-error-rate" in first
    assert "tables-without-writes" in second
    assert "some of them may have been investigated" in " ".join(second.split())


@pytest.mark.parametrize(
    ("name", "alarm"),
    [("eventbridge_metric_alarm", "lambda-high-error-rate"), ("eventbridge_contributor", "tables-without-writes")],
)
def test_an_event_that_eventbridge_could_not_hand_over_names_its_alarm(name: str, alarm: str) -> None:
    text = notice_for(event(name))

    assert f"{alarm} fired, and it could not be investigated" in text
    assert "EventBridge could not hand the alarm's event to the triage function" in text
    assert "aws logs tail /t " in text


def test_an_event_of_eventbridge_that_holds_no_alarm_is_one_notice() -> None:
    body = event("eventbridge_metric_alarm") | {"detail": None}

    assert "Which alarm it was could not be read" in notice_for(body)


@pytest.mark.parametrize("name", ["rejected/sns_text", "malformed/sns_nulls", "malformed/direct_nulls"])
def test_a_dead_event_that_names_no_alarm_is_one_notice(name: str) -> None:
    assert "could not be investigated" in notice_for({"requestPayload": event(name)})


@pytest.mark.parametrize(
    "body", ["not json", "{}", "[]", "null", {"requestPayload": {}}, {"requestPayload": None}]
)
def test_an_unreadable_dead_letter_is_still_a_notice(body: Any) -> None:
    assert "could not be investigated" in notice_for(body)


def test_a_topic_that_is_down_keeps_the_dead_letter() -> None:
    with pytest.raises(DeliveryError):
        notify_failure(Mailbox(failures=1)).run("{}")


def test_errors_of_a_log_batch_that_triage_failed_on_are_told_in_one_notice() -> None:
    batch = packed(batch_of(["ERROR card refused", "ERROR card refused", "ERROR stock missing", "ERROR no route"]))

    text = notice_for({"requestPayload": batch, "responsePayload": {"errorMessage": "the queue is down"}})

    assert '"ERROR card refused" in /prod/payment-service' in text
    assert "a batch of log errors, and 2 more errors of its batch" in text
    assert "the queue is down" in text


def test_a_log_batch_that_cannot_be_read_is_told_without_a_name() -> None:
    text = notice_for({"requestPayload": {"awslogs": {"data": "%"}}, "responsePayload": None})

    assert "could not be read" in text
