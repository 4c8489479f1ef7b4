"""Triage: one decision per event, and no crash between two steps loses an alarm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.events import event
from tests.fakes import FakeClock, Mailbox, MemoryClaims, MemoryQueue, RecordedTelemetry
from triage.app.tell_refire import TellRefire
from triage.app.triage_signal import TriageSignal
from triage.domain.claim import ClaimState
from triage.domain.claim_timing import ClaimTiming
from triage.domain.errors import DeliveryError
from triage.domain.signal import AlarmState
from triage.ports import Digest

TIMING = ClaimTiming()


class Triage:
    """The use case over ports in memory."""

    def __init__(
        self,
        *states: AlarmState,
        notify_refire: bool = True,
        rearm_on_ok: bool = False,
        group_window_s: float = 0.0,
        digest: Digest | None = None,
    ) -> None:
        self.claims = MemoryClaims(group_window_s=group_window_s)
        self.queue = MemoryQueue()
        self.mailbox = Mailbox()
        self.clock = FakeClock()
        self.telemetry = RecordedTelemetry()
        nonces = iter(range(1000))
        self.use_case = TriageSignal(
            claims=self.claims,
            queue=self.queue,
            channel=self.mailbox,
            clock=self.clock,
            telemetry=self.telemetry,
            timing=TIMING,
            refires=TellRefire(
                claims=self.claims,
                channel=self.mailbox,
                clock=self.clock,
                telemetry=self.telemetry,
                timing=TIMING,
                bucket="alarm-reports-123456789012-us-east-2",
                bucket_region="us-east-2",
                digest=digest,
            ),
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
