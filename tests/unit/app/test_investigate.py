"""Investigating one work item: the report leaves and is archived, or the message goes back."""

from __future__ import annotations

import json
from datetime import timedelta
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
from triage.app.investigate import ClaimHeld, Investigate, InvestigationFailed
from triage.domain.budget import Budget
from triage.domain.claim import ClaimState
from triage.domain.errors import MalformedEvent, ModelUnavailable
from triage.domain.fingerprint import fingerprint
from triage.domain.work_item import WorkItem

SIGNAL = a_signal()
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
        self.use_case = Investigate(
            claims=self.claims,
            queue=self.queue,
            agent=AgentLoop(
                model=self.model,
                tools=FakeTools({"look()": printed(DENIED)}),
                clock=self.clock,
                budget=Budget(),
                tool_timeout_s=120,
                new_nonce=lambda: f"{next(nonces):016x}",
            ),
            archive=self.archive,
            channel=self.mailbox,
            clock=self.clock,
            telemetry=self.telemetry,
        )
        self.claims.claim(SIGNAL, ITEM.investigation_id, self.clock.now())
        self.claims.mark_sent(ITEM.fingerprint, ITEM.investigation_id)

    def receives(self, item: WorkItem = ITEM) -> None:
        """Hand over one message."""
        self.use_case.run(json.dumps(item.to_json()), "receipt-1", self.deadline)

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
    assert investigator.queue.returned == [("receipt-1", 5.0)]
    investigator.receives()
    assert len(investigator.mailbox.messages) == 1
    assert investigator.claims.claims[ITEM.fingerprint].attempt == 2


def test_a_message_that_meets_a_live_lease_waits_until_it_is_over() -> None:
    investigator = Investigator()
    investigator.claims.start(ITEM.fingerprint, ITEM.investigation_id, investigator.clock.now(), lease_s=600)

    with pytest.raises(ClaimHeld):
        investigator.receives()

    assert investigator.queue.returned == [("receipt-1", 605.0)]
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
        investigator.use_case.run(body, "receipt-1", investigator.deadline)

    assert investigator.queue.returned == [("receipt-1", 0)]


def test_an_attempt_that_lost_its_claim_does_not_end_it() -> None:
    investigator = Investigator()

    def take_over(request: Any) -> Any:
        investigator.clock.advance(10_000)
        investigator.claims.start(ITEM.fingerprint, ITEM.investigation_id, investigator.clock.now(), lease_s=900)
        investigator.clock.advance(-10_000)
        return says(SUBMIT)(request)

    investigator.model.turns = [says(LOOK), take_over]

    investigator.receives()

    assert investigator.state is ClaimState.RUNNING
    assert investigator.claims.claims[ITEM.fingerprint].attempt == 2
    assert [what for what, _ in investigator.telemetry.failures] == ["claim lost"]


def test_the_lease_outlives_the_invocation() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))
    leases = []

    def look(request: Any) -> Any:
        lease_until = investigator.claims.claims[ITEM.fingerprint].lease_until
        assert lease_until is not None
        leases.append(lease_until - investigator.clock.now())
        return says(LOOK)(request)

    investigator.model.turns = [look, says(SUBMIT)]

    investigator.receives()

    assert leases[0] > timedelta(seconds=900)


def test_a_secret_in_the_alarm_s_reason_reaches_no_sink() -> None:
    signal = a_signal(reason="password=hunter2-top-secret was rejected")
    item = WorkItem(fingerprint(signal), ITEM.investigation_id, signal)
    investigator = Investigator(says(use("run_python", code="look()", purpose="p")), says(SUBMIT))

    investigator.receives(item)

    everything = investigator.mailbox.messages[0].body.encode() + b"".join(investigator.archive.objects.values())
    assert b"hunter2" not in everything
