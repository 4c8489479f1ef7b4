"""Triage: one decision per event, and no crash between two steps loses an alarm."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.events import event
from tests.fakes import FakeClock, Mailbox, MemoryClaims, MemoryQueue, RecordedTelemetry
from tests.log_batches import HOME
from tests.storm_fakes import Guard
from triage.app.announce import Announce
from triage.app.post import Post
from triage.app.sent_unclaimed import SentUnclaimed
from triage.app.tell_refire import TellRefire
from triage.app.triage_signal import TriageSignal
from triage.domain.claim import Claim, ClaimState, Leader
from triage.domain.claim_timing import ClaimTiming
from triage.domain.errors import DeliveryError
from triage.domain.routes import Routes
from triage.domain.signal import AlarmState

TIMING = ClaimTiming()
NO_ROUTES = Routes()


class Triage:
    """The use case over ports in memory."""

    def __init__(
        self,
        *states: AlarmState,
        notify_refire: bool = True,
        rearm_on_ok: bool = False,
        group_window_s: float = 0.0,
        routes: Routes = NO_ROUTES,
    ) -> None:
        self.claims = MemoryClaims(group_window_s=group_window_s)
        self.queue = MemoryQueue()
        self.mailbox = Mailbox()
        announce = Announce(self.mailbox, Post(self.queue, HOME), RecordedTelemetry())
        self.clock = FakeClock()
        self.telemetry = RecordedTelemetry()
        self.guard = Guard(self.claims, self.queue, self.telemetry)
        nonces = iter(range(1000))
        self.use_case = TriageSignal(
            home=HOME,
            claims=self.claims,
            queue=self.queue,
            announce=announce,
            routes=routes,
            clock=self.clock,
            telemetry=self.telemetry,
            timing=TIMING,
            refires=TellRefire(
                claims=self.claims,
                announce=announce,
                routes=routes,
                clock=self.clock,
                telemetry=self.telemetry,
                timing=TIMING,
                bucket="alarm-reports-123456789012-us-east-2",
                bucket_region="us-east-2",
                digest=self.guard.join,
            ),
            policies=self.guard.policies,
            logs=self.guard.logs,
            unclaimed=SentUnclaimed(timedelta(hours=1)),
            screen=self.guard.screen,
            divert=self.guard.divert,
            notify_refire=notify_refire,
            rearm_on_ok=rearm_on_ok,
            investigate_states=frozenset(states or (AlarmState.ALARM,)),
            new_nonce=lambda: str(next(nonces)),
        )

    def receives(self, received: Any) -> str:
        """Hand over an event; returns the decision."""
        return self.use_case.run(received)["decision"]


def alarm(at: str = "2026-11-21T03:02:00.215+0000", state: str = "ALARM") -> dict[str, Any]:
    """The fixture's alarm with another transition time or state."""
    received = event("direct_metric_alarm")
    received["alarmData"]["state"] |= {"timestamp": at, "value": state}
    return received


def test_a_new_alarm_is_put_on_the_work_queue_once() -> None:
    triage = Triage()

    assert triage.receives(alarm()) == "investigate"

    (item,) = triage.queue.items
    assert item.signal.name == "lambda-high-error-rate"
    claim = triage.claims.claims[item.fingerprint]
    assert (claim.state, claim.sent, claim.investigation_id) == (ClaimState.QUEUED, True, item.investigation_id)


def test_a_redelivery_of_the_same_transition_is_dropped() -> None:
    triage = Triage()
    triage.receives(alarm())

    assert triage.receives(alarm()) == "duplicate"
    assert len(triage.queue.items) == 1


def test_an_alarm_that_fires_again_inside_the_window_is_suppressed_and_counted() -> None:
    triage = Triage()
    triage.receives(alarm())
    (item,) = triage.queue.items
    triage.claims.start(item.fingerprint, item.investigation_id, "m", triage.clock.now(), lease_s=60)

    assert triage.receives(alarm(at="2026-11-21T03:30:00.000+0000")) == "suppressed"

    assert len(triage.queue.items) == 1
    (claim,) = triage.claims.claims.values()
    assert claim.refires == 1


def at(minute: int) -> dict[str, Any]:
    """The alarm that fires so many minutes after three."""
    return alarm(at=f"2026-11-21T03:{minute:02}:00.000+0000")


def with_a_running_investigation(**options: Any) -> Triage:
    """An alarm that fired at 03:02 and is being investigated."""
    triage = Triage(**options)
    triage.receives(alarm())
    (item,) = triage.queue.items
    triage.claims.start(item.fingerprint, item.investigation_id, "m", triage.clock.now(), lease_s=3600)
    return triage


def the_claim(triage: Triage) -> Claim:
    """The only claim there is."""
    (claim,) = triage.claims.claims.values()
    return claim


def test_an_alarm_that_fires_again_is_told_in_one_short_notice() -> None:
    triage = with_a_running_investigation()

    assert [triage.receives(at(9)), triage.receives(at(30))] == ["suppressed", "suppressed"]

    first, second = triage.mailbox.messages
    assert "2nd time in 7 min" in first.subject
    words = " ".join(second.body.split())
    assert "fired again: 3rd time in 28 min" in words
    assert "The investigation is still running, started on 2026-11-21 03:02:05 UTC." in words
    assert "/cloudwatch/home" in second.body
    assert "Threshold Crossed" in words
    assert len(triage.queue.items) == 1


def test_a_notice_about_what_was_reported_links_to_the_report() -> None:
    triage = with_a_running_investigation()
    claim = the_claim(triage)
    triage.claims.end_delivery(claim, "sns", "reports/2026/11/21/x/report.md")
    triage.claims.finish(claim, "reports/2026/11/21/x/report.md", triage.clock.now())

    triage.receives(at(30))

    (notice,) = triage.mailbox.messages
    assert "The report was sent on 2026-11-21 03:02:05 UTC." in " ".join(notice.body.split())
    assert "prefix=reports/2026/11/21/x/report.html" in notice.body


def test_a_redelivery_of_a_refire_is_neither_counted_nor_told_again() -> None:
    triage = with_a_running_investigation()

    assert [triage.receives(at(9)), triage.receives(at(9))] == ["suppressed", "duplicate"]

    assert the_claim(triage).refires == 1
    assert len(triage.mailbox.messages) == 1


def test_a_refire_that_could_not_be_told_is_told_by_the_retry_of_its_event() -> None:
    triage = with_a_running_investigation()
    triage.mailbox.failures = 1
    with pytest.raises(DeliveryError):
        triage.receives(at(9))

    assert triage.receives(at(9)) == "suppressed"

    assert the_claim(triage).refires == 1
    assert len(triage.mailbox.messages) == 1


def test_a_refire_whose_teller_was_killed_is_told_by_the_retry_once_the_teller_had_time_enough() -> None:
    triage = with_a_running_investigation()
    claim = the_claim(triage)
    moment = datetime(2026, 11, 21, 3, 9, tzinfo=UTC)
    until = triage.clock.now() + timedelta(seconds=TIMING.telling_s)
    triage.claims.count_refire(claim.fingerprint, claim.investigation_id, moment, until)

    assert triage.receives(at(9)) == "duplicate", "another delivery is at it"
    triage.clock.advance(60)
    assert triage.receives(at(9)) == "suppressed"

    assert the_claim(triage).refires == 1
    assert len(triage.mailbox.messages) == 1


def test_who_does_not_want_to_know_is_not_told_and_the_refire_is_counted_all_the_same() -> None:
    triage = with_a_running_investigation(notify_refire=False)

    assert [triage.receives(at(9)), triage.receives(at(9))] == ["suppressed", "duplicate"]

    assert triage.mailbox.messages == []
    assert the_claim(triage).refires == 1


def test_a_flapping_alarm_is_told_five_times_and_then_in_a_digest() -> None:
    triage = with_a_running_investigation()

    for minute in range(3, 14):
        triage.receives(at(minute))

    told = [notice.subject.split("FIRED AGAIN] lambda-high-error-rate: ")[1] for notice in triage.mailbox.messages]
    assert [one.split()[0] for one in told] == ["2nd", "3rd", "4th", "5th", "6th"]
    assert "told together, in a digest" in " ".join(triage.mailbox.messages[4].body.split())
    (entries,) = triage.guard.digests.open_entries.values()
    assert [entry.count for entry in entries.values()] == [6]


def test_without_rearming_an_alarm_that_was_ok_in_between_is_suppressed() -> None:
    triage = with_a_running_investigation()
    triage.claims.finish(the_claim(triage), "", triage.clock.now())
    triage.clock.advance(1800)

    decisions = [triage.receives(alarm(at=f"2026-11-21T03:{m}:00+0000", state=s)) for m, s in OK_THEN_ALARM]

    assert decisions == ["recorded", "suppressed"]


def test_with_rearming_an_alarm_that_was_ok_in_between_is_investigated_again() -> None:
    triage = with_a_running_investigation(rearm_on_ok=True)
    triage.claims.finish(the_claim(triage), "", triage.clock.now())
    triage.clock.advance(1800)

    decisions = [triage.receives(alarm(at=f"2026-11-21T03:{m}:00+0000", state=s)) for m, s in OK_THEN_ALARM]

    assert decisions == ["recorded", "investigate"]
    assert len(triage.queue.items) == 2


OK_THEN_ALARM = (("25", "OK"), ("30", "ALARM"))


def test_a_composite_alarm_that_its_owner_muted_is_recorded() -> None:
    triage = Triage()

    assert triage.receives(event("eventbridge_composite_alarm_suppressed")) == "recorded"
    assert triage.queue.items == []


def another_alarm(name: str = "lambda-throttles") -> dict[str, Any]:
    """A second alarm on the function of the first."""
    received = alarm()
    received["alarmArn"] = received["alarmArn"].replace("lambda-high-error-rate", name)
    received["alarmData"]["alarmName"] = name
    return received


def test_a_second_alarm_on_the_resource_is_linked_and_its_message_waits_for_the_report() -> None:
    triage = Triage(group_window_s=600)
    triage.receives(alarm())
    leader = triage.queue.items[0]

    assert triage.receives(another_alarm()) == "linked"

    watchdog = triage.queue.items[1]
    assert watchdog.leader == Leader(leader.fingerprint, leader.investigation_id)
    assert triage.queue.delays == [0.0, 900.0]
    assert triage.claims.claims[watchdog.fingerprint].sent
    (group,) = triage.claims.groups.groups.values()
    assert [one.name for one in group.linked] == ["lambda-throttles"]


def test_a_linked_alarm_whose_message_could_not_be_sent_waits_again_after_the_retry() -> None:
    triage = Triage(group_window_s=600)
    triage.receives(alarm())
    triage.queue.broken = True
    with pytest.raises(ConnectionError):
        triage.receives(another_alarm())
    triage.queue.broken = False

    assert triage.receives(another_alarm()) == "send_again"

    assert triage.queue.items[1].leader is not None
    assert triage.queue.delays == [0.0, 900.0]


def test_after_the_group_s_window_the_second_alarm_is_investigated_on_its_own() -> None:
    triage = Triage(group_window_s=600)
    triage.receives(alarm())
    triage.clock.advance(600)

    assert triage.receives(another_alarm()) == "investigate"


def test_without_grouping_every_alarm_is_investigated_on_its_own() -> None:
    triage = Triage()

    assert [triage.receives(alarm()), triage.receives(another_alarm())] == ["investigate", "investigate"]


def test_while_the_tracker_is_down_alarms_are_queued_unclaimed() -> None:
    triage = Triage(notify_refire=False)
    triage.claims.is_down = True

    assert [triage.receives(alarm()), triage.receives(alarm())] == ["unclaimed", "unclaimed"]

    first, again = triage.queue.items
    assert not first.claimed
    assert not first.tells_refire
    assert first == again, "redeliveries are one investigation"
    assert [what for what, _ in triage.telemetry.failures] == ["Tracker unavailable"] * 2


def test_while_tracker_and_queue_are_down_lambda_keeps_the_event() -> None:
    triage = Triage()
    triage.claims.is_down = triage.queue.broken = True

    with pytest.raises(ConnectionError, match="queue"):
        triage.receives(alarm())


def test_an_alarm_that_fires_again_after_its_investigation_failed_is_investigated() -> None:
    triage = Triage()
    triage.receives(alarm())
    (item,) = triage.queue.items
    _, claim = triage.claims.start(item.fingerprint, item.investigation_id, "m", triage.clock.now(), lease_s=60)
    assert claim is not None
    triage.claims.fail(claim)

    assert triage.receives(alarm(at="2026-11-21T03:30:00.000+0000")) == "send_again"

    assert [one.signal.occurred_at.minute for one in triage.queue.items] == [2, 30]


def test_a_queue_that_fails_makes_lambda_retry_and_the_retry_sends() -> None:
    triage = Triage()
    triage.queue.broken = True
    with pytest.raises(ConnectionError):
        triage.receives(alarm())
    triage.queue.broken = False

    assert triage.receives(alarm()) == "send_again"

    (item,) = triage.queue.items
    assert triage.claims.claims[item.fingerprint].investigation_id == item.investigation_id


def test_a_message_that_left_counts_although_the_tracker_does_not_note_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A failure would end in a notice that the alarm was not investigated, while it is."""
    triage = Triage()

    def lose_the_tracker(*_: object) -> None:
        raise ConnectionError("the Tracker is down")

    monkeypatch.setattr(triage.claims, "mark_sent", lose_the_tracker)

    assert triage.receives(alarm()) == "investigate"
    assert len(triage.queue.items) == 1


def test_states_that_are_not_investigated_are_recorded() -> None:
    triage = Triage()

    assert triage.receives(alarm(state="OK")) == "recorded"
    assert triage.queue.items == []
    assert triage.claims.claims == {}


def test_states_are_a_choice() -> None:
    assert Triage(AlarmState.INSUFFICIENT_DATA).receives(alarm(state="INSUFFICIENT_DATA")) == "investigate"


def test_a_foreign_event_is_counted_and_nothing_else_happens() -> None:
    triage = Triage()

    assert triage.receives({"Records": [{"s3": {"object": {"key": "secret"}}}]}) == "unsupported"

    assert triage.telemetry.counts == {"UnsupportedEvents": 1.0}
    assert "secret" not in json.dumps(triage.telemetry.decisions)
    assert triage.mailbox.messages == []


def test_a_malformed_alarm_reaches_people_as_a_notice() -> None:
    triage = Triage()

    assert triage.receives({"source": "aws.cloudwatch", "alarmArn": None, "alarmData": None}) == "malformed"

    (notice,) = triage.mailbox.messages
    assert "could not be read" in notice.body
    assert triage.queue.items == []


def test_each_decision_is_one_log_line_with_its_ids() -> None:
    triage = Triage()
    triage.receives(alarm())

    ((decision, fields),) = triage.telemetry.decisions
    assert decision == "investigate"
    assert str(fields["fingerprint"]).endswith("alarm:lambda-high-error-rate")
    assert fields["investigation_id"] == triage.queue.items[0].investigation_id


@pytest.mark.parametrize(
    "ways",
    [
        ("direct_metric_alarm", "eventbridge_metric_alarm"),
        ("eventbridge_metric_alarm", "direct_metric_alarm"),
        ("direct_metric_alarm", "sns_metric_alarm", "sns_eventbridge_event"),
        ("eventbridge_composite_alarm", "direct_composite_alarm"),
        ("direct_contributor", "eventbridge_contributor", "sns_contributor"),
    ],
)
def test_an_alarm_wired_several_ways_is_investigated_once(ways: tuple[str, ...]) -> None:
    triage = Triage()

    decisions = [triage.receives(event(name)) for name in ways]

    assert decisions == ["investigate"] + ["duplicate"] * (len(ways) - 1)
    assert len(triage.queue.items) == 1


def test_the_contributors_of_an_alarm_do_not_suppress_each_other() -> None:
    triage = Triage()
    other = event("direct_contributor")
    other["alarmData"]["alarmContributor"]["id"] = "0123456789abcdef"

    assert [triage.receives(event("direct_contributor")), triage.receives(other)] == ["investigate"] * 2


def test_every_record_of_an_event_gets_its_own_decision() -> None:
    triage = Triage()

    result = triage.use_case.run(event("sns_several_records"))

    assert result["decision"] == "several"
    assert [result[f"message {index}"].partition(":")[0] for index in range(4)] == [
        "investigate",
        "unsupported",
        "malformed",
        "investigate",
    ]
    assert [item.signal.name for item in triage.queue.items] == ["lambda-high-error-rate", "tables-without-writes"]
    assert len(triage.mailbox.messages) == 1


def test_a_record_whose_notice_cannot_be_sent_does_not_keep_the_others_waiting() -> None:
    triage = Triage()
    triage.mailbox.failures = 1

    with pytest.raises(DeliveryError):
        triage.receives(event("sns_several_records"))
    names = [item.signal.name for item in triage.queue.items]
    triage.receives(event("sns_several_records"))

    assert names == ["lambda-high-error-rate", "tables-without-writes"]
    assert len(triage.queue.items) == 2, "what was triaged is a duplicate when Lambda retries the event"
    assert len(triage.mailbox.messages) == 1


def test_several_failing_records_are_raised_together() -> None:
    triage = Triage()
    triage.queue.broken = True

    with pytest.raises(ExceptionGroup, match="2 messages") as caught:
        triage.receives(event("sns_several_records"))

    assert len(caught.value.exceptions) == 2
    assert len(triage.mailbox.messages) == 1
