"""Every channel gets every message once: at the first attempt, later, or by way of the topic."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest

from tests.fakes import FakeClock, Mailbox, MemoryQueue, RecordedTelemetry, says
from tests.unit.agent.test_loop import LOOK, SUBMIT
from tests.unit.app.test_investigate import ITEM, Investigator
from tests.unit.app.test_notify_failure import notify_failure
from tests.unit.app.test_triage_signal import Triage, alarm
from tests.use_cases import HOME
from triage.app.announce import Announce
from triage.app.dispatch import ROUTED
from triage.app.investigate import InvestigationFailed
from triage.app.post import Letterhead, Post
from triage.delivery.notice import Notice
from triage.domain.claim import ClaimState
from triage.domain.errors import DeliveryError
from triage.domain.message import OutgoingMessage
from triage.domain.parcel import MAX_ATTEMPTS
from triage.domain.routes import ChannelName, Route, Routes
from triage.domain.signal import SignalSource
from triage.domain.work_item import WorkItem

SNS, SLACK, EMAIL = ChannelName.SNS, ChannelName.SLACK, ChannelName.EMAIL
EVERYWHERE = Routes((Route((SNS, SLACK, EMAIL)),))
SLACK_ONLY = Routes((Route((SLACK,)),))


def investigator(routes: Routes) -> Investigator:
    """One whose model answers as often as it is asked for a report."""
    return Investigator(*(says(LOOK), says(SUBMIT)) * 3, routes=routes)


@dataclass
class Refusing:
    """A channel that will never take anything."""

    asked: int = 0

    def send(self, message: OutgoingMessage) -> None:
        self.asked += 1
        raise DeliveryError("no_service", is_final=True)


def works_off(world: Investigator, at_most: int = 50) -> None:
    """Hand over every message that was queued, in order, as a queue with delays would."""
    handled = 0
    while handled < len(world.queue.bodies):
        assert handled < at_most
        world.receives_text(world.queue.bodies[handled], f"message-{handled + 2}")
        handled += 1


def test_a_report_reaches_every_channel_of_its_route_in_its_own_form() -> None:
    world = investigator(EVERYWHERE)

    world.receives()

    (text,), (card,), (mail,) = world.mailbox.messages, world.slack.messages, world.email.messages
    assert "The role lacks dynamodb:GetItem." in text.body
    assert "The role lacks dynamodb:GetItem." in json.dumps(json.loads(card.body)["blocks"])
    assert "The role lacks dynamodb:GetItem." in mail.html
    assert world.state is ClaimState.DONE


def test_without_routes_optional_channels_get_nothing() -> None:
    world = investigator(Routes())

    world.receives()

    assert len(world.mailbox.messages) == 1
    assert world.slack.messages == world.email.messages == []


@pytest.mark.parametrize("failures", range(1, MAX_ATTEMPTS))
def test_a_channel_down_for_a_while_gets_its_message_once_and_the_others_no_second_one(
    failures: int,
) -> None:
    world = investigator(EVERYWHERE)
    world.slack.failures = failures

    world.receives()
    assert world.state is ClaimState.DONE, "the run does not wait for it"
    works_off(world)

    assert [len(box.messages) for box in (world.mailbox, world.slack, world.email)] == [1, 1, 1]
    assert world.telemetry.counts["DeliveriesPostponed"] == failures
    assert "DeliveriesGivenUp" not in world.telemetry.counts


def test_a_parcel_that_is_delivered_twice_by_the_queue_is_sent_once() -> None:
    world = investigator(EVERYWHERE)
    world.slack.failures = 1
    world.receives()
    (body,) = world.queue.bodies

    world.receives_text(body, "message-2")
    world.receives_text(body, "message-3")
    world.receives_text(body, "message-2")

    assert len(world.slack.messages) == 1


def test_a_channel_asking_for_patience_is_left_alone_that_long() -> None:
    world = investigator(EVERYWHERE)
    world.channels[SLACK] = Impatient()

    world.receives()

    assert world.queue.delays == [400.0]


class Impatient:
    """A channel that asks to be left alone."""

    def send(self, message: OutgoingMessage) -> None:
        raise DeliveryError("rate limited", retry_after_s=400.0)


def test_a_channel_that_stays_down_is_given_up_recorded_and_counted() -> None:
    world = investigator(EVERYWHERE)
    world.slack.failures = 1_000

    world.receives()
    works_off(world)

    assert len(world.queue.bodies) == MAX_ATTEMPTS - 1
    assert world.telemetry.counts["DeliveriesGivenUp"] == 1
    assert len(world.mailbox.messages) == 1, "the topic has it already"
    assert ("delivery given up") in [what for what, _ in world.telemetry.failures]


def test_what_the_only_channel_never_takes_goes_to_the_topic() -> None:
    world = investigator(SLACK_ONLY)
    world.slack.failures = 1_000

    world.receives()
    assert world.mailbox.messages == []
    works_off(world)

    (text,) = world.mailbox.messages
    assert "The role lacks dynamodb:GetItem." in text.body


def test_what_a_channel_refuses_for_good_goes_to_the_topic_at_once() -> None:
    world = investigator(SLACK_ONLY)
    refusing = world.channels[SLACK] = Refusing()

    world.receives()

    assert refusing.asked == 1
    assert len(world.mailbox.messages) == 1
    assert world.queue.bodies == []
    assert world.telemetry.counts["DeliveriesGivenUp"] == 1


def test_what_cannot_be_posted_goes_to_the_topic() -> None:
    world = investigator(SLACK_ONLY)
    world.slack.failures, world.queue.broken = 1, True

    world.receives()

    assert len(world.mailbox.messages) == 1


def test_a_renderer_that_breaks_keeps_the_report_from_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    world = investigator(SLACK_ONLY)
    monkeypatch.setattr("triage.delivery.render.slack.header", _breaks)

    world.receives()

    assert world.slack.messages == []
    assert len(world.mailbox.messages) == 1


def _breaks(*_: object) -> None:
    raise ArithmeticError("a bug")


def test_a_topic_that_is_down_repeats_nothing_on_the_other_channels() -> None:
    world = investigator(EVERYWHERE)
    world.mailbox.failures = 1

    with pytest.raises(InvestigationFailed):
        world.receives()
    world.receives()

    assert [len(box.messages) for box in (world.mailbox, world.slack, world.email)] == [1, 1, 1]


def test_a_report_without_the_topic_is_done_and_not_repeated() -> None:
    world = investigator(SLACK_ONLY)
    world.claims.broken_finishes = 1

    with pytest.raises(InvestigationFailed):
        world.receives()
    world.receives()

    assert len(world.slack.messages) == 1
    assert world.mailbox.messages == []
    assert world.state is ClaimState.DONE
    assert ROUTED in world.claims.claims[ITEM.fingerprint].delivered


def test_a_parcel_while_the_tracker_is_down_waits_for_it() -> None:
    world = investigator(EVERYWHERE)
    world.slack.failures = 1
    world.receives()
    world.claims.is_down = True

    with pytest.raises(Exception, match="Tracker"):
        world.receives_text(world.queue.bodies[0], "message-2", receive=3)

    assert world.slack.messages == []
    assert world.queue.returned


def test_without_the_tracker_the_topic_is_told_in_any_case() -> None:
    world = investigator(SLACK_ONLY)
    world.claims.is_down = True

    world.receives(receive=3)

    assert len(world.mailbox.messages) == 1
    assert len(world.slack.messages) == 1


def test_tags_choose_the_route() -> None:
    world = investigator(Routes((Route((SLACK,), tags={"Team": "payments"}),)))

    world.receives(replace(ITEM, tags={"Team": "payments"}))

    assert len(world.slack.messages) == 1
    assert world.mailbox.messages == []


def test_triage_sends_on_the_tags_that_routes_ask_for() -> None:
    triage = Triage(routes=Routes((Route((SLACK,), tags={"Team": "payments"}),)))
    triage.guard.tags.tags["lambda-high-error-rate"] = {"Team": "payments", "Other": "x"}

    triage.receives(alarm())

    assert triage.queue.items[0].tags == {"Team": "payments"}


@dataclass
class Desk:
    """Announcing over ports in memory."""

    mailbox: Mailbox = field(default_factory=Mailbox)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    telemetry: RecordedTelemetry = field(default_factory=RecordedTelemetry)

    @property
    def announce(self) -> Announce:
        return Announce(self.mailbox, Post(self.queue, HOME), self.telemetry)


NOTICE = Notice("FIRED AGAIN", "an-alarm", "3rd time", ("It fired again.",))
LETTERHEAD = Letterhead("20261121T030205Z-0123456789-6920", "an-alarm fired again", FakeClock().now())


def test_a_notice_is_told_by_the_topic_and_posted_to_the_others() -> None:
    desk = Desk()

    desk.announce.run(NOTICE, (SNS, SLACK), LETTERHEAD)

    assert len(desk.mailbox.messages) == 1
    (item,) = desk.queue.items
    assert item.signal.source is SignalSource.DELIVERY
    assert item.parcel is not None
    assert "It fired again." in item.parcel.message.body
    assert item.parcel.otherwise is None, "the topic has it"


def test_a_notice_that_is_told_twice_is_one_delivery() -> None:
    desk, world = Desk(), investigator(EVERYWHERE)
    for _ in range(2):
        desk.announce.run(NOTICE, (SLACK,), LETTERHEAD)

    for number, body in enumerate(desk.queue.bodies):
        world.receives_text(body, f"message-{number}")

    assert len(world.slack.messages) == 1


def test_a_notice_that_cannot_be_posted_is_told_by_the_topic() -> None:
    desk = Desk()
    desk.queue.broken = True

    desk.announce.run(NOTICE, (SLACK,), LETTERHEAD)

    assert len(desk.mailbox.messages) == 1


def test_a_failure_is_told_by_the_topic_whatever_the_route_says() -> None:
    mailbox, queue = Mailbox(), MemoryQueue()

    notify_failure(mailbox, queue, SLACK_ONLY).run(json.dumps(ITEM.to_json()))

    assert len(mailbox.messages) == 1
    assert len(queue.bodies) == 1


def test_a_delivery_that_failed_for_good_is_told_by_the_topic_alone() -> None:
    world = investigator(EVERYWHERE)
    world.slack.failures = 1
    world.receives()
    mailbox, queue = Mailbox(), MemoryQueue()

    notify_failure(mailbox, queue, EVERYWHERE).run(world.queue.bodies[0])

    (notice,) = mailbox.messages
    assert notice.subject.startswith("[NOT DELIVERED] slack message: lambda-high-error-rate")
    assert queue.bodies == [], "or its failure would take the same way"


def test_an_alarm_that_fires_again_is_told_where_its_report_went() -> None:
    triage = Triage(routes=Routes((Route((EMAIL,)),)))
    triage.receives(alarm())
    (key,) = triage.claims.claims
    triage.claims.claims[key] = replace(
        triage.claims.claims[key], state=ClaimState.DONE, delivered=frozenset({"slack", ROUTED})
    )

    triage.receives(alarm(at="2026-11-21T03:20:00.000+0000"))

    posted = [WorkItem.from_json(json.loads(body)).parcel for body in triage.queue.bodies[1:]]
    assert [parcel.channel for parcel in posted if parcel] == [SLACK]
    assert triage.mailbox.messages == []


def test_a_tracker_that_takes_no_note_costs_no_second_message() -> None:
    world = investigator(EVERYWHERE)
    world.claims.broken_finishes = 1

    with pytest.raises(InvestigationFailed, match="Tracker"):
        world.receives()
    world.receives()

    assert [len(box.messages) for box in (world.mailbox, world.slack, world.email)] == [1, 1, 1]
