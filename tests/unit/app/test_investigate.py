"""Investigating one work item: the report leaves and is archived, or the message goes back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests import use_cases
from tests.builders import a_signal
from tests.fakes import (
    FakeClock,
    FakeDeadline,
    FakeTools,
    Mailbox,
    MemoryArchive,
    MemoryCheckpoints,
    MemoryClaims,
    MemoryContext,
    MemoryQueue,
    RecordedTelemetry,
    Remembering,
    ScriptedModel,
    Turn,
    fails_with,
    printed,
    says,
    use,
)
from tests.storm_fakes import Guard
from tests.unit.agent.test_loop import DENIED, LOOK, SUBMIT
from tests.unit.domain.test_report_schema import a_submission
from triage.agent.prompt import system_prompt
from triage.app.acquire_claim import ClaimGone
from triage.app.admission import Admission
from triage.app.investigate import InvestigationFailed
from triage.domain.budget import Budget
from triage.domain.claim import ClaimState, Leader
from triage.domain.errors import ClaimLost, DeliveryError, MalformedEvent, ModelUnavailable, TrackerUnavailable
from triage.domain.fingerprint import fingerprint
from triage.domain.message import OutgoingMessage
from triage.domain.routes import ChannelName, Routes
from triage.domain.work_item import WorkItem
from triage.ports import ReceivedMessage, ToolRunner

SIGNAL = a_signal()
TIMING = use_cases.TIMING
ITEM = WorkItem(fingerprint(SIGNAL), "20261121T030205Z-0123456789", SIGNAL)

NO_ROUTES = Routes()


def submits_behind_memory(**overrides: Any) -> Turn:
    """A turn with the report where memory is E2, and the log that was looked at E3."""
    written = json.dumps(a_submission() | overrides).replace('"E2"', '"E3"')
    return says(use("submit_report", **json.loads(written)))


class Investigator:
    """The use case over ports in memory, with the item claimed and queued."""

    def __init__(
        self,
        *turns: Turn,
        group_window_s: float = 0.0,
        claimed: bool = True,
        tools: ToolRunner | None = None,
        budget: Budget | None = None,
        routes: Routes = NO_ROUTES,
    ) -> None:
        self.clock = FakeClock()
        self.deadline = FakeDeadline(self.clock)
        self.claims = MemoryClaims(group_window_s=group_window_s)
        self.queue = MemoryQueue()
        self.archive = MemoryArchive()
        self.checkpoints = MemoryCheckpoints()
        self.memory = Remembering()
        self.context = MemoryContext()
        self.mailbox, self.slack, self.email = Mailbox(), Mailbox(), Mailbox()
        self.channels = {
            ChannelName.SNS: self.mailbox,
            ChannelName.SLACK: self.slack,
            ChannelName.EMAIL: self.email,
        }
        self.routes = routes
        self.telemetry = RecordedTelemetry()
        self.model = ScriptedModel(list(turns))
        self.guard = Guard(self.claims, self.queue, self.telemetry)
        tools = tools or FakeTools({"look()": printed(DENIED)})
        self.use_case = use_cases.investigate(self, tools, budget or Budget(), iter(range(1, 10_000)))
        if claimed:
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
    assert investigator.queue.returned[-1] == ("receipt-1", 15.0)
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


def test_a_lease_that_runs_out_behind_the_last_turn_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))

    def down(*_: object) -> None:
        raise ConnectionError("the Tracker is down")

    def settle_slowly(*_: object) -> None:
        investigator.clock.advance(61)
        monkeypatch.setattr(investigator.claims, "renew", down)

    monkeypatch.setattr(Admission, "settle", settle_slowly)

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
    tools = FakeTools()
    investigator = Investigator(tools=tools)
    investigator.claims.is_down = True

    investigator.receives(receive=3)

    (mail,) = investigator.mailbox.messages
    words = " ".join(mail.body.split())
    assert "first look" in mail.subject
    assert [call.purpose for call in tools.calls] == ["First look"]
    assert investigator.queue.returned == [("receipt-1", TIMING.visibility_s)]
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
    assert investigator.state.value == ClaimState.RETRYABLE.value

    investigator.receives()

    assert len(investigator.mailbox.messages) == 1
    assert investigator.state is ClaimState.DONE
    assert len({key.rsplit("/", 1)[0] for key in investigator.archive.objects}) == 1
    assert investigator.claims.claims[ITEM.fingerprint].report_key in investigator.archive.objects


def test_a_mail_that_the_tracker_does_not_note_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Returning deletes the message: another attempt could not know that people have the report."""
    investigator = Investigator(says(LOOK), says(SUBMIT))
    deliver = investigator.mailbox.send

    def send_and_lose_the_tracker(message: OutgoingMessage) -> None:
        deliver(message)
        investigator.claims.is_down = True

    monkeypatch.setattr(investigator.mailbox, "send", send_and_lose_the_tracker)

    investigator.receives()

    assert len(investigator.mailbox.messages) == 1
    assert investigator.telemetry.counts["DeliveriesNotNoted"] == 1
    assert [what for what, _ in investigator.telemetry.failures] == [
        "delivery not noted",
        "delivered, claim not done",
    ]


def test_a_digest_that_the_tracker_does_not_note_is_not_mailed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    investigator = Investigator()
    now = investigator.clock.now()
    join = investigator.guard.join
    join.join(join.current(now), SIGNAL, "a limit", now)
    (due,) = investigator.queue.items
    deliver = investigator.mailbox.send

    def send_and_lose_the_tracker(message: OutgoingMessage) -> None:
        deliver(message)
        investigator.claims.is_down = True

    monkeypatch.setattr(investigator.mailbox, "send", send_and_lose_the_tracker)

    investigator.receives(due)

    assert len(investigator.mailbox.messages) == 1
    assert investigator.telemetry.counts["DeliveriesNotNoted"] == 1


def test_a_mail_that_is_not_noted_while_another_attempt_takes_over_keeps_the_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))

    def lose_the_claim(*_: object) -> None:
        owner = investigator.claims.claims[ITEM.fingerprint]
        investigator.claims.claims[ITEM.fingerprint] = replace(owner, attempt=owner.attempt + 1)
        raise ConnectionError("the Tracker is down")

    monkeypatch.setattr(investigator.claims, "end_delivery", lose_the_claim)

    with pytest.raises(ClaimLost):
        investigator.receives()


def test_a_secret_in_the_alarm_s_reason_reaches_no_sink() -> None:
    signal = a_signal(reason="password=hunter2-top-secret was rejected")
    item = WorkItem(fingerprint(signal), ITEM.investigation_id, signal)
    investigator = Investigator(says(use("run_python", code="look()", purpose="p")), says(SUBMIT))

    investigator.receives(item)

    everything = investigator.mailbox.messages[0].body.encode() + b"".join(investigator.archive.objects.values())
    assert b"hunter2" not in everything


UNCLAIMED = replace(ITEM, claimed=False)


def test_an_unclaimed_alarm_is_claimed_and_investigated_when_the_tracker_is_back() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT), claimed=False)

    investigator.receives(UNCLAIMED)
    investigator.receives(UNCLAIMED)

    assert len(investigator.mailbox.messages) == 1
    assert investigator.state is ClaimState.DONE


def test_an_unclaimed_alarm_while_the_tracker_stays_down_is_told_without_a_model() -> None:
    investigator = Investigator(claimed=False)
    investigator.claims.is_down = True
    for receive in (1, 2):
        with pytest.raises(TrackerUnavailable):
            investigator.receives(UNCLAIMED, receive=receive)

    investigator.receives(UNCLAIMED, receive=3)

    (mail,) = investigator.mailbox.messages
    assert "first look" in mail.subject


def test_an_unclaimed_redelivery_of_what_is_being_investigated_ends_in_silence() -> None:
    investigator = Investigator()
    now = investigator.clock.now()
    investigator.claims.start(ITEM.fingerprint, ITEM.investigation_id, "message-1", now, lease_s=60)

    investigator.receives(replace(UNCLAIMED, investigation_id="20261121T030200Z-unclaimed0"), "message-2")

    assert investigator.queue.bodies == []
    assert investigator.mailbox.messages == []


def test_an_unclaimed_alarm_whose_claim_was_never_sent_is_investigated_under_that_claim() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT), claimed=False)
    investigator.claims.claim(SIGNAL, "20261121T030201Z-unsent0000", investigator.clock.now())

    investigator.receives(UNCLAIMED)

    assert investigator.claims.claims[ITEM.fingerprint].investigation_id == "20261121T030201Z-unsent0000"
    assert investigator.state is ClaimState.DONE


@pytest.mark.parametrize(("tells", "notices"), [(True, 1), (False, 0)])
def test_an_unclaimed_refire_is_counted_and_told_like_any_other(tells: bool, notices: int) -> None:
    investigator = Investigator()
    now = investigator.clock.now()
    investigator.claims.start(ITEM.fingerprint, ITEM.investigation_id, "message-1", now, lease_s=6000)
    again = a_signal(occurred_at=SIGNAL.occurred_at + timedelta(minutes=9))

    investigator.receives(replace(UNCLAIMED, investigation_id="x", signal=again, tells_refire=tells), "message-2")

    assert investigator.claims.claims[ITEM.fingerprint].refires == 1
    assert ["2nd time" in notice.subject for notice in investigator.mailbox.messages] == [True] * notices


def test_an_unclaimed_alarm_on_a_resource_under_investigation_is_linked_late() -> None:
    investigator = Investigator(group_window_s=600)
    second = a_signal(name="lambda-throttles")

    investigator.receives(WorkItem(fingerprint(second), "20261121T030300Z-second0000", second, claimed=False))

    (watchdog,) = investigator.queue.items
    assert watchdog.claimed
    assert watchdog.leader == Leader(ITEM.fingerprint, ITEM.investigation_id)
    assert investigator.queue.delays == [900.0]


SECOND = a_signal(name="lambda-throttles", reason="Threshold Crossed: 9 throttles")
WATCHDOG = WorkItem(
    fingerprint(SECOND),
    "20261121T030300Z-second0000",
    SECOND,
    leader=Leader(ITEM.fingerprint, ITEM.investigation_id),
)


def link(investigator: Investigator) -> None:
    """The second alarm of the function fires."""
    investigator.claims.claim(SECOND, WATCHDOG.investigation_id, investigator.clock.now())
    investigator.claims.mark_sent(WATCHDOG.fingerprint, WATCHDOG.investigation_id)


def looks_while_another_fires(investigator: Investigator) -> Turn:
    """A first turn during which the second alarm is linked."""

    def turn(request: Any) -> Any:
        link(investigator)
        return says(LOOK)(request)

    return turn


def test_an_alarm_that_fires_meanwhile_is_shown_to_the_agent_and_listed_in_the_report() -> None:
    investigator = Investigator(group_window_s=600)
    investigator.model.turns = [looks_while_another_fires(investigator), says(SUBMIT)]

    investigator.receives()

    shown = json.dumps([dict(message) for message in investigator.model.requests[1].messages])
    assert "Also fired meanwhile" in shown
    assert "lambda-throttles" in shown
    assert "lambda-throttles" not in json.dumps(investigator.model.requests[0].messages[:1])
    (mail,) = investigator.mailbox.messages
    assert "ALSO COVERED BY THIS INVESTIGATION" in mail.body
    assert "lambda-throttles" in mail.body
    assert "Listed only" not in mail.body
    (listed,) = json.loads(investigator.archived("report.json"))["also_covered"]
    assert (listed["name"], listed["examined"]) == ("lambda-throttles", True)
    assert investigator.claims.claims[ITEM.fingerprint].covers == {WATCHDOG.fingerprint}


def test_an_alarm_that_fires_during_the_last_turn_is_listed_and_the_report_says_that_nobody_looked() -> None:
    investigator = Investigator(group_window_s=600)

    def another_fires(request: Any) -> Any:
        link(investigator)
        return says(SUBMIT)(request)

    investigator.model.turns = [says(LOOK), another_fires]

    investigator.receives()

    (mail,) = investigator.mailbox.messages
    assert "Listed only: it came too late" in " ".join(mail.body.split())
    (group,) = investigator.claims.groups.groups.values()
    assert group.closed


def test_groups_that_cannot_be_read_do_not_stop_the_agent() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT), group_window_s=600)
    looked = investigator.model.turns[1]

    def back_again(request: Any) -> Any:
        investigator.claims.groups.is_down = False
        return looked(request)

    investigator.claims.groups.is_down = True
    investigator.model.turns[1] = back_again

    investigator.receives()

    assert investigator.state is ClaimState.DONE
    assert {what for what, _ in investigator.telemetry.failures} == {"linked alarms not read"}


def test_a_linked_alarm_that_the_report_lists_is_done_with_that_report() -> None:
    investigator = Investigator(group_window_s=600)
    investigator.model.turns = [looks_while_another_fires(investigator), says(SUBMIT)]
    investigator.receives()

    investigator.receives(WATCHDOG, "message-2")

    claim = investigator.claims.claims[WATCHDOG.fingerprint]
    assert (claim.state, claim.attempt) == (ClaimState.DONE, 0)
    assert claim.report_key == investigator.claims.claims[ITEM.fingerprint].report_key
    assert len(investigator.mailbox.messages) == 1


def test_a_linked_alarm_waits_for_a_leader_at_work_as_a_new_message_and_not_for_ever() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT), group_window_s=600)
    link(investigator)
    waiting = WATCHDOG
    for waited in (1, 2):
        investigator.receives(waiting, f"message-{waited}")
        waiting = investigator.queue.items[-1]
        assert (waiting.waited, investigator.queue.delays[-1]) == (waited, 900.0)

    investigator.receives(waiting, "message-3")

    assert investigator.claims.claims[WATCHDOG.fingerprint].state is ClaimState.DONE
    (mail,) = investigator.mailbox.messages
    assert "lambda-throttles" in mail.subject


def test_a_linked_alarm_whose_leader_never_reported_it_is_investigated_on_its_own() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT), says(LOOK), submits_behind_memory(), group_window_s=600)
    investigator.receives()
    investigator.claims.claims[WATCHDOG.fingerprint] = replace(
        investigator.claims.claims[ITEM.fingerprint],
        fingerprint=WATCHDOG.fingerprint,
        investigation_id=WATCHDOG.investigation_id,
        state=ClaimState.QUEUED,
        delivered=frozenset(),
        group=None,
        leader=WATCHDOG.leader,
    )

    investigator.receives(WATCHDOG, "message-2")

    assert [("throttles" in mail.subject) for mail in investigator.mailbox.messages] == [False, True]


def test_a_linked_alarm_waits_for_the_tracker_like_any_other() -> None:
    investigator = Investigator(group_window_s=600)
    link(investigator)
    investigator.claims.is_down = True

    with pytest.raises(TrackerUnavailable):
        investigator.receives(WATCHDOG)
    investigator.receives(WATCHDOG, receive=3)

    assert "lambda-throttles" in investigator.mailbox.messages[0].subject


def test_a_report_that_was_mailed_before_the_crash_still_covers_its_linked_alarms() -> None:
    investigator = Investigator(group_window_s=600)
    investigator.model.turns = [looks_while_another_fires(investigator), says(SUBMIT)]
    investigator.claims.broken_finishes = 1
    with pytest.raises(InvestigationFailed):
        investigator.receives()

    investigator.receives(WATCHDOG, "message-2")

    assert investigator.claims.claims[WATCHDOG.fingerprint].state is ClaimState.DONE
    assert len(investigator.mailbox.messages) == 1


def test_what_the_owners_wrote_is_in_the_system_prompt_and_nowhere_in_the_evidence() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))
    investigator.context.text = "Checkout is owned by payments.\nThe password: hunter2-Zq8#kd is in the vault."

    investigator.receives()

    systems = {request.system for request in investigator.model.requests}
    assert all("Checkout is owned by payments." in system for system in systems)
    assert not any("hunter2" in system for system in systems)
    assert len(systems) == 1
    assert b"owned by payments" not in investigator.archived("report.json")


def test_a_context_that_cannot_be_read_costs_the_context_and_is_counted() -> None:
    investigator = Investigator(says(LOOK), says(SUBMIT))
    investigator.context.text = OSError("the bucket does not answer")

    investigator.receives()

    assert len(investigator.mailbox.messages) == 1
    assert investigator.telemetry.counts["ContextsUnread"] == 1
    assert investigator.model.requests[0].system == system_prompt()
