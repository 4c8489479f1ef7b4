"""Investigating one work item: the report leaves and is archived, or the message goes back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import a_signal
from tests.fakes import (
    FakeClock,
    FakeDeadline,
    FakeTools,
    Mailbox,
    MemoryArchive,
    MemoryClaims,
    MemoryQueue,
    RecordedTelemetry,
    ScriptedModel,
    Turn,
    fails_with,
    printed,
    says,
    use,
)
from tests.unit.agent.test_loop import DENIED, LOOK, SUBMIT
from triage.agent.loop import AgentLoop
from triage.app.acquire_claim import AcquireClaim, ClaimGone
from triage.app.deliver_report import DeliverReport
from triage.app.investigate import Investigate, InvestigationFailed
from triage.app.tell_refire import TellRefire
from triage.domain.budget import Budget
from triage.domain.claim import ClaimState
from triage.domain.claim_timing import ClaimTiming
from triage.domain.errors import ClaimLost, DeliveryError, MalformedEvent, ModelUnavailable, TrackerUnavailable
from triage.domain.fingerprint import fingerprint
from triage.domain.work_item import WorkItem
from triage.ports import ReceivedMessage

SIGNAL = a_signal()
TIMING = ClaimTiming()
ITEM = WorkItem(fingerprint(SIGNAL), "20261121T030205Z-0123456789", SIGNAL)


class Investigator:
    """The use case over ports in memory, with the item claimed and queued."""

    def __init__(self, *turns: Turn) -> None:
        self.clock = FakeClock()
        self.deadline = FakeDeadline(self.clock)
        self.claims = MemoryClaims()
        self.queue = MemoryQueue()
        self.archive = MemoryArchive()
        self.mailbox = Mailbox()
        self.telemetry = RecordedTelemetry()
        self.model = ScriptedModel(list(turns))
        nonces = iter(range(1, 1000))
        refires = TellRefire(
            claims=self.claims,
            channel=self.mailbox,
            clock=self.clock,
            telemetry=self.telemetry,
            timing=TIMING,
            bucket=self.archive.bucket,
            bucket_region=self.archive.region,
        )
        self.use_case = Investigate(
            claims=self.claims,
            groups=self.claims.groups,
            queue=self.queue,
            acquire=AcquireClaim(self.claims, self.queue, self.clock, self.telemetry, TIMING, refires),
            agent=AgentLoop(
                model=self.model,
                tools=FakeTools({"look()": printed(DENIED)}),
                clock=self.clock,
                budget=Budget(),
                tool_timeout_s=120,
                new_nonce=lambda: f"{next(nonces):016x}",
            ),
            deliver=DeliverReport(self.claims, self.archive, self.mailbox, self.clock, self.telemetry),
            clock=self.clock,
            telemetry=self.telemetry,
            timing=TIMING,
        )
        self.claims.claim(SIGNAL, ITEM.investigation_id, self.clock.now())
        self.claims.mark_sent(ITEM.fingerprint, ITEM.investigation_id)

    def receives(self, item: WorkItem = ITEM, message_id: str = "message-1", *, receive: int = 1) -> None:
        """Hand over one message."""
        self.receives_text(json.dumps(item.to_json()), message_id, receive=receive)

    def receives_text(self, body: str, message_id: str = "message-1", *, receive: int = 1) -> None:
        """Hand over a message with this body."""
        self.use_case.run(ReceivedMessage(message_id, "receipt-1", body, receive), self.deadline)

    @property
    def state(self) -> ClaimState:
        """Where the claim stands."""
        return self.claims.claims[ITEM.fingerprint].state

    def archived(self, name: str) -> bytes:
        """The one archived document with this file name."""
        (body,) = [body for key, body in self.archive.objects.items() if key.endswith(f"/{name}")]
        return body


def test_a_report_is_archived_mailed_and_the_claim_is_done() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))

    investigator.receives()

    (mail,) = investigator.mailbox.messages
    assert "prod-api-handler is denied dynamodb:GetItem" in mail.subject + mail.body
    assert "The role lacks dynamodb:GetItem." in mail.body
    assert investigator.state is ClaimState.DONE
    names = {key.rsplit("/", 1)[1] for key in investigator.archive.objects}
    assert names == {"report.md", "report.html", "report.json", "transcript.jsonl.gz"}
    assert all(key.startswith("reports/2026/11/21/") for key in investigator.archive.objects)
    report = json.loads(investigator.archived("report.json"))
    assert "permission_denied" in json.dumps(report)


def test_without_a_model_the_mail_says_so_and_holds_the_alarm_s_own_words() -> None:
    investigator = Investigator(fails_with(ModelUnavailable("m: AccessDeniedException: no access to the model")))

    investigator.receives()

    (mail,) = investigator.mailbox.messages
    words = " ".join(mail.body.split())
    assert "first look" in mail.subject
    assert "no access to the model" in words
    assert "Threshold Crossed" in words
    assert investigator.state is ClaimState.DONE


def test_a_topic_that_is_down_fails_the_run_and_the_retry_delivers_once() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT), says(LOOK), says(SUBMIT))
    investigator.mailbox.failures = 1

    with pytest.raises(InvestigationFailed, match="did not accept"):
        investigator.receives()

    assert investigator.state is ClaimState.RETRYABLE
    assert investigator.queue.returned[-1] == ("receipt-1", 5.0)
    investigator.receives()
    assert len(investigator.mailbox.messages) == 1
    assert investigator.claims.claims[ITEM.fingerprint].attempt == 2


def test_an_archive_that_is_down_costs_the_link_and_neither_the_report_nor_a_second_investigation() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))
    investigator.archive.is_down = True

    investigator.receives()

    (mail,) = investigator.mailbox.messages
    words = " ".join(mail.body.split())
    assert "The role lacks dynamodb:GetItem." in words
    assert "The archive did not accept this report" in words
    assert "/s3/object/" not in mail.body
    assert investigator.state is ClaimState.DONE
    assert investigator.telemetry.counts["ReportsNotArchived"] == 1


def test_a_report_about_another_region_links_to_the_bucket_in_its_own() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))
    investigator.archive.region = "eu-central-1"

    investigator.receives()

    (mail,) = investigator.mailbox.messages
    (link,) = [line for line in mail.body.splitlines() if "/s3/object/" in line]
    assert "region=eu-central-1" in link


def test_a_message_that_meets_a_live_lease_waits_as_a_new_one_because_waiting_is_no_failed_receive() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))
    investigator.claims.start(
        ITEM.fingerprint, ITEM.investigation_id, "message-1", investigator.clock.now(), lease_s=600
    )

    investigator.receives()

    (waiting,) = investigator.queue.items
    assert waiting == replace(ITEM, stands_for="message-1")
    assert (investigator.queue.delays, investigator.queue.returned) == ([605.0], [])
    assert investigator.mailbox.messages == []
    investigator.clock.advance(605)
    investigator.receives(waiting, message_id="message-2")
    assert len(investigator.mailbox.messages) == 1


def test_a_message_that_waits_for_a_live_lease_waits_on_while_the_lease_is_renewed() -> None:
    investigator = Investigator()
    now = investigator.clock.now()
    _, owner = investigator.claims.start(ITEM.fingerprint, ITEM.investigation_id, "message-1", now, lease_s=60)
    assert owner is not None
    investigator.receives()
    investigator.clock.advance(60)
    investigator.claims.renew(owner, investigator.clock.now(), lease_s=60)

    investigator.receives(investigator.queue.items[0], message_id="message-2")

    assert [one.stands_for for one in investigator.queue.items] == ["message-1", "message-1"]


def test_a_second_message_of_a_running_investigation_is_deleted_because_the_first_still_waits() -> None:
    investigator = Investigator()
    now = investigator.clock.now()
    investigator.claims.start(ITEM.fingerprint, ITEM.investigation_id, "message-1", now, lease_s=60)

    investigator.receives(message_id="message-2")

    assert investigator.queue.returned == []
    assert investigator.mailbox.messages == []


def test_a_message_of_a_finished_investigation_is_deleted_in_silence() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))
    investigator.receives()

    investigator.receives()

    assert len(investigator.mailbox.messages) == 1


def test_a_message_of_a_superseded_investigation_is_deleted_in_silence() -> None:
    investigator = Investigator()

    investigator.receives(WorkItem(ITEM.fingerprint, "20261121T010000Z-older00000", SIGNAL))

    assert investigator.mailbox.messages == []
    assert investigator.state is ClaimState.QUEUED


@pytest.mark.parametrize("body", ["not json", "{}", "[]", '{"version": 9}'])
def test_what_is_not_a_work_item_goes_to_the_dead_letters_without_delay(body: str) -> None:
    investigator = Investigator()

    with pytest.raises(MalformedEvent, match="work item"):
        investigator.receives_text(body)

    assert investigator.queue.returned == [("receipt-1", 0)]


def test_while_it_runs_the_message_stays_hidden_no_longer_than_the_heartbeat_needs() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))

    investigator.receives()

    assert investigator.queue.returned == [("receipt-1", 120.0)]


def test_a_paused_owner_that_wakes_after_take_over_delivers_nothing() -> None:
    investigator = Investigator()

    def pause(request: Any) -> Any:
        investigator.clock.advance(61)
        investigator.claims.start(
            ITEM.fingerprint, ITEM.investigation_id, "message-1", investigator.clock.now(), lease_s=60
        )
        return says(SUBMIT)(request)

    investigator.model.turns = [says(LOOK), pause]

    with pytest.raises(ClaimLost):
        investigator.receives()

    assert investigator.mailbox.messages == []
    assert investigator.archive.objects == {}
    assert investigator.claims.claims[ITEM.fingerprint].attempt == 2


def test_a_lease_that_lapsed_unnoticed_is_renewed_and_the_report_leaves() -> None:
    investigator = Investigator()

    def long_silence(request: Any) -> Any:
        investigator.clock.advance(61)
        return says(SUBMIT)(request)

    investigator.model.turns = [says(LOOK), long_silence]

    investigator.receives()

    assert len(investigator.mailbox.messages) == 1
    assert investigator.state is ClaimState.DONE


def test_a_lease_that_cannot_be_renewed_keeps_the_message_and_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    investigator = Investigator()

    def tracker_goes_down(request: Any) -> Any:
        investigator.clock.advance(61)

        def down(*_: object) -> None:
            raise ConnectionError("the Tracker is down")

        monkeypatch.setattr(investigator.claims, "renew", down)
        return says(SUBMIT)(request)

    investigator.model.turns = [says(LOOK), tracker_goes_down]

    with pytest.raises(ClaimLost):
        investigator.receives()

    assert investigator.mailbox.messages == []


@pytest.mark.parametrize("receive", [1, 2])
def test_a_tracker_that_is_down_at_the_start_returns_the_message_soon(receive: int) -> None:
    investigator = Investigator()
    investigator.claims.is_down = True

    with pytest.raises(TrackerUnavailable, match="the Tracker is down"):
        investigator.receives(receive=receive)

    assert investigator.queue.returned == [("receipt-1", 30.0)]
    assert investigator.mailbox.messages == []


def test_a_tracker_that_is_still_down_at_the_last_receive_costs_the_analysis_and_not_the_alarm() -> None:
    investigator = Investigator()
    investigator.claims.is_down = True

    investigator.receives(receive=3)

    (mail,) = investigator.mailbox.messages
    words = " ".join(mail.body.split())
    assert "first look" in mail.subject
    assert "the Tracker could not be reached" in words
    assert "Threshold Crossed" in words
    assert investigator.model.requests == []
    assert len(investigator.archive.objects) == 4


def test_without_tracker_and_topic_the_message_reaches_the_dead_letters() -> None:
    investigator = Investigator()
    investigator.claims.is_down = True
    investigator.mailbox.failures = 1

    with pytest.raises(DeliveryError):
        investigator.receives(receive=3)


def test_a_message_without_a_claim_is_not_deleted_in_silence() -> None:
    investigator = Investigator()
    investigator.claims.claims.clear()

    with pytest.raises(ClaimGone):
        investigator.receives()

    assert investigator.queue.returned == [("receipt-1", 0)]


def test_a_mail_that_was_sent_before_the_crash_is_neither_sent_nor_investigated_again() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))
    investigator.claims.broken_finishes = 1
    with pytest.raises(InvestigationFailed):
        investigator.receives()
    assert investigator.state is ClaimState.RETRYABLE

    investigator.receives()

    assert len(investigator.mailbox.messages) == 1
    assert investigator.state is ClaimState.DONE
    assert len({key.rsplit("/", 1)[0] for key in investigator.archive.objects}) == 1
    assert investigator.claims.claims[ITEM.fingerprint].report_key in investigator.archive.objects


def test_a_secret_in_the_alarm_s_reason_reaches_no_sink() -> None:
    signal = a_signal(reason="password=hunter2-top-secret was rejected")
    item = WorkItem(fingerprint(signal), ITEM.investigation_id, signal)
    investigator = Investigator(says(use("run_python", code="look()", purpose="p")), says(SUBMIT))

    investigator.receives(item)

    everything = investigator.mailbox.messages[0].body.encode() + b"".join(investigator.archive.objects.values())
    assert b"hunter2" not in everything
