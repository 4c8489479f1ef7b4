"""What keeps a claimed alarm from being investigated, and that it is told all the same: once, whatever fails."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_signal
from tests.digests import HOURLY_LIMIT
from tests.fakes import says, text
from tests.storm_fakes import MemoryDigests
from tests.unit.agent.test_loop import LOOK, SUBMIT
from tests.unit.app.test_investigate import ITEM, SIGNAL, Investigator
from tests.unit.app.test_triage_signal import Triage, alarm
from triage.app.investigate import InvestigationFailed
from triage.cron import CronSchedule
from triage.domain.alarm_policy import AlarmPolicy
from triage.domain.budget import Usage
from triage.domain.claim import ClaimState
from triage.domain.digest import Added, DigestEntry, digest_signal
from triage.domain.errors import TrackerUnavailable
from triage.domain.fingerprint import fingerprint
from triage.domain.maintenance import MaintenanceWindow
from triage.domain.report import Severity
from triage.domain.signal import SignalSource
from triage.domain.storm import Reservation
from triage.domain.work_item import WorkItem

LATER = "2026-11-21T03:10:00.000+0000"
NIGHT = MaintenanceWindow("nightly deployment", CronSchedule("0 3 * * *"), timedelta(hours=1))


def full(**more: Any) -> Triage:
    """Triage in an hour that takes nobody any more."""
    triage = Triage(**more)
    triage.guard.spend.started["2026-11-21T03"] = {f"inv-{number}" for number in range(20)}
    return triage


def entries(triage: Triage) -> list[DigestEntry]:
    """Everything in every digest."""
    return [entry for digest in triage.guard.digests.open_entries.values() for entry in digest.values()]


def alarms_sent(triage: Triage) -> list[WorkItem]:
    """Messages about alarms, digests left out."""
    return [item for item in triage.queue.items if item.signal.source is SignalSource.CLOUDWATCH_ALARM]


def digests_sent(triage: Triage) -> list[tuple[str, float]]:
    """Digests on the queue, with their delay in seconds."""
    return [
        (item.signal.subject, delay)
        for item, delay in zip(triage.queue.items, triage.queue.delays, strict=True)
        if item.signal.source is SignalSource.DIGEST
    ]


class TestAtTriage:
    def test_an_admitted_alarm_takes_its_reservation_along(self) -> None:
        triage = Triage()

        triage.receives(alarm())

        (item,) = triage.queue.items
        assert item.reservation == Reservation(f"{item.investigation_id}/1", "2026-11-21", 1_000_000, 600_000)

    def test_an_alarm_beyond_the_limit_joins_the_digest_of_its_interval(self) -> None:
        triage = full()

        assert triage.receives(alarm()) == "digest"

        assert not alarms_sent(triage)
        (entry,) = entries(triage)
        assert (entry.signal.name, entry.reasons, entry.count) == ("lambda-high-error-rate", (HOURLY_LIMIT,), 1)
        ((digest, delay),) = digests_sent(triage)
        assert digest == "2026-11-21T03:00:00Z"
        assert 0 < delay <= 900

    def test_a_redelivery_of_a_digested_transition_is_a_duplicate_and_a_new_one_is_looked_at(self) -> None:
        triage = full()
        triage.receives(alarm())

        assert triage.receives(alarm()) == "duplicate"
        triage.guard.spend.started.clear()
        assert triage.receives(alarm(at=LATER)) == "investigate"

        assert [entry.count for entry in entries(triage)] == [1]
        assert len(alarms_sent(triage)) == 1

    def test_many_alarms_share_one_digest(self) -> None:
        triage = full()
        for minute in range(3, 9):
            assert triage.receives(alarm(at=f"2026-11-21T03:{minute:02}:00.000+0000")) == "digest"

        assert [entry.count for entry in entries(triage)] == [6]
        assert len(digests_sent(triage)) == 1

    def test_an_alarm_in_a_maintenance_window_joins_the_digest_and_spends_nothing(self) -> None:
        triage = Triage()
        triage.guard.windows.append(NIGHT)

        assert triage.receives(alarm()) == "digest"

        assert [entry.reasons for entry in entries(triage)] == [("maintenance window nightly deployment",)]
        assert not triage.guard.spend.started

    def test_a_digested_leader_leaves_its_group_to_others(self) -> None:
        triage = full(group_window_s=600)
        triage.receives(alarm())

        (group,) = triage.claims.groups.groups.values()
        assert group.closed

    def test_an_alarm_that_its_owner_skips_is_recorded_and_claims_nothing(self) -> None:
        triage = Triage()
        triage.guard.tags.tags["lambda-high-error-rate"] = {"alarm-triage:policy": "skip"}

        assert triage.receives(alarm()) == "recorded"
        assert not triage.claims.claims
        assert not triage.queue.items

    def test_an_alarm_with_a_window_of_its_own_is_claimed_for_so_long(self) -> None:
        triage = Triage()
        triage.guard.tags.tags["lambda-high-error-rate"] = {"alarm-triage:window-hours": "4"}

        triage.receives(alarm())

        (claim,) = triage.claims.claims.values()
        assert claim.window_until == triage.clock.now() + timedelta(hours=4)
        assert triage.queue.items[0].policy == AlarmPolicy(window_s=14_400)

    def test_tags_that_cannot_be_read_lose_no_alarm(self) -> None:
        triage = Triage()
        triage.guard.tags.is_down = True

        assert triage.receives(alarm()) == "investigate"
        assert triage.telemetry.counts["AlarmTagsUnreadable"] == 1

    def test_a_malformed_tag_is_told_in_the_log_and_loses_no_alarm(self) -> None:
        triage = Triage()
        triage.guard.tags.tags["lambda-high-error-rate"] = {"alarm-triage:policy": "skipp"}

        assert triage.receives(alarm()) == "investigate"
        assert triage.telemetry.counts["AlarmPolicyTagsIgnored"] == 1

    def test_states_that_are_only_recorded_ask_nobody_for_tags(self) -> None:
        triage = Triage()

        triage.receives(alarm(state="OK"))

        assert triage.guard.tags.asked == 0

    def test_when_nobody_says_what_may_be_spent_the_investigator_asks_again(self) -> None:
        triage = Triage()
        triage.guard.spend.is_down = True

        assert triage.receives(alarm()) == "investigate"
        assert [item.reservation for item in alarms_sent(triage)] == [None]


class Crash(Exception):
    """The function was killed here."""


class CrashingOnce(MemoryDigests):
    """Entries whose first write is followed by the end of the function."""

    crashes = 1

    def add(self, *arguments: Any) -> Added:
        answer = super().add(*arguments)
        self.crashes -= 1
        if self.crashes >= 0:
            raise Crash
        return answer


class TestCrashesBetweenTheSteps:
    """The event is delivered again, and finds whatever was done."""

    def retried(self, triage: Triage, error: type[Exception]) -> None:
        with pytest.raises(error):
            triage.receives(alarm())

    def told_once(self, triage: Triage) -> None:
        assert triage.receives(alarm()) == "digest"
        assert [entry.count for entry in entries(triage)] == [1]
        assert len(digests_sent(triage)) == 1
        assert triage.receives(alarm()) == "duplicate"
        assert [claim.state for claim in triage.claims.claims.values()].count(ClaimState.DONE) == 1

    def test_before_the_entry(self) -> None:
        triage = full()
        triage.guard.digests.is_down = True
        self.retried(triage, ConnectionError)
        triage.guard.digests.is_down = False

        self.told_once(triage)

    def test_between_the_entry_and_the_message(self) -> None:
        triage = full()
        triage.queue.broken = True
        self.retried(triage, ConnectionError)
        triage.queue.broken = False

        self.told_once(triage)

    def test_after_the_digest_went_out_without_the_entry_the_next_digest_has_it(self) -> None:
        triage = full()
        triage.guard.digests.is_down = True
        self.retried(triage, ConnectionError)
        triage.guard.digests.is_down = False
        triage.guard.digests.close("2026-11-21T03:00:00Z", triage.clock.now())

        self.told_once(triage)
        assert digests_sent(triage)[0][0] == "2026-11-21T03:15:00Z"

    def test_after_the_digest_went_out_with_the_entry_nothing_is_told_again(self) -> None:
        triage = full()
        triage.queue.broken = True
        self.retried(triage, ConnectionError)
        triage.queue.broken = False
        triage.guard.digests.close("2026-11-21T03:00:00Z", triage.clock.now())

        self.told_once(triage)

    def test_a_retry_in_an_hour_with_room_still_finishes_what_was_begun(self) -> None:
        triage = full()
        triage.guard.digests.is_down = True
        self.retried(triage, ConnectionError)
        triage.guard.digests.is_down = False
        triage.guard.spend.started.clear()

        self.told_once(triage)
        assert not alarms_sent(triage)


def submit(severity: str) -> dict[str, Any]:
    """The report of the other tests, judged otherwise."""
    block = deepcopy(SUBMIT)
    block["toolUse"]["input"]["severity"] = severity
    return block


def reserved(investigator: Investigator) -> WorkItem:
    """The item with the spend that triage set aside for it."""
    answer = investigator.guard.admission.admit(ITEM.investigation_id, 1, investigator.clock.now())
    assert isinstance(answer, Reservation)
    return WorkItem(ITEM.fingerprint, ITEM.investigation_id, SIGNAL, reservation=answer)


def spent(investigator: Investigator) -> float:
    """USD that are spent or set aside on the day."""
    return investigator.guard.spend.micro_usd.get("2026-11-21", 0) / 1_000_000


class TestInTheInvestigator:
    def test_what_was_not_used_is_given_back_after_the_run(self) -> None:
        investigator = Investigator(says(LOOK), says(SUBMIT))

        investigator.receives(reserved(investigator))

        used = Usage().after_turn("global.anthropic.claude-sonnet-4-6", says(LOOK)(None).tokens)  # type: ignore[arg-type]
        assert spent(investigator) == pytest.approx(2 * used.usd)

    def test_a_message_without_a_reservation_reserves_before_it_asks_a_model(self) -> None:
        investigator = Investigator(says(LOOK), says(SUBMIT))

        investigator.receives()

        assert len(investigator.mailbox.messages) == 1
        assert 0 < spent(investigator) < 1

    def test_a_second_attempt_reserves_anew_and_the_first_one_stays_charged(self) -> None:
        investigator = Investigator(says(LOOK), says(SUBMIT), says(LOOK), says(SUBMIT))
        investigator.checkpoints.is_down = True  # what was answered is lost, and paid for again
        item = reserved(investigator)
        investigator.mailbox.failures = 1
        with pytest.raises(InvestigationFailed):
            investigator.receives(item)
        first = spent(investigator)

        investigator.receives(item)

        assert spent(investigator) == pytest.approx(2 * first)

    def test_a_second_attempt_pays_only_for_what_the_first_one_was_not_answered(self) -> None:
        investigator = Investigator(says(LOOK), says(SUBMIT))
        item = reserved(investigator)
        investigator.mailbox.failures = 1
        with pytest.raises(InvestigationFailed):
            investigator.receives(item)
        first = spent(investigator)

        investigator.receives(item)

        assert spent(investigator) == first > 0

    def test_an_attempt_that_may_not_spend_asks_no_model_and_joins_the_digest(self) -> None:
        investigator = Investigator()
        investigator.guard.spend.started["2026-11-21T03"] = {f"inv-{number}" for number in range(20)}

        investigator.receives()

        assert investigator.state is ClaimState.DONE
        assert not investigator.mailbox.messages
        (entry,) = self.told(investigator)
        assert entry.reasons == (HOURLY_LIMIT,)
        assert "report.md" in entry.notes[0]
        assert "no model was asked: the limit of 20" in " ".join(
            investigator.archived("report.md").decode().split()
        )

    def test_a_report_below_the_alarm_s_minimum_is_archived_and_joins_the_digest(self) -> None:
        investigator = Investigator(says(LOOK), says(submit("HIGH")))
        policy = AlarmPolicy(minimum_severity=Severity.CRITICAL)

        investigator.receives(WorkItem(ITEM.fingerprint, ITEM.investigation_id, SIGNAL, policy=policy))

        assert not investigator.mailbox.messages
        (entry,) = self.told(investigator)
        assert entry.reasons == ("its report is below the minimum severity of the alarm's tags (CRITICAL)",)
        assert entry.notes[0].startswith("HIGH: prod-api-handler is denied dynamodb:GetItem")
        assert investigator.archived("report.html")

    def test_a_report_that_no_model_judged_is_mailed_whatever_the_minimum(self) -> None:
        investigator = Investigator(says(text("no")), says(text("no")), says(text("no")))
        policy = AlarmPolicy(minimum_severity=Severity.CRITICAL)

        investigator.receives(WorkItem(ITEM.fingerprint, ITEM.investigation_id, SIGNAL, policy=policy))

        assert len(investigator.mailbox.messages) == 1

    def test_a_crash_after_the_digest_was_joined_tells_nothing_twice(self) -> None:
        investigator = Investigator(says(LOOK), says(submit("HIGH")))
        investigator.claims.broken_finishes = 1
        item = WorkItem(
            ITEM.fingerprint,
            ITEM.investigation_id,
            SIGNAL,
            policy=AlarmPolicy(minimum_severity=Severity.CRITICAL),
        )
        with pytest.raises(InvestigationFailed):
            investigator.receives(item)

        investigator.receives(item)

        assert [entry.count for entry in self.told(investigator)] == [1]
        assert investigator.state is ClaimState.DONE

    def told(self, investigator: Investigator) -> list[DigestEntry]:
        digests = investigator.guard.digests.open_entries
        return [entry for digest in digests.values() for entry in digest.values()]


class TestSendingADigest:
    digest = "2026-11-21T03:00:00Z"

    def due(self, *names: str) -> tuple[Investigator, WorkItem]:
        """An investigator with a digest of these alarms, which is due."""
        investigator = Investigator()
        investigator.queue.bodies.clear()
        for name in names:
            signal = a_signal(name=name)
            investigator.guard.join.join(self.digest, signal, HOURLY_LIMIT, investigator.clock.now())
        (item,) = investigator.queue.items
        return investigator, item

    def test_it_is_archived_mailed_and_done(self) -> None:
        investigator, item = self.due("a", "b")

        investigator.receives(item)

        (mail,) = investigator.mailbox.messages
        assert mail.subject.startswith("[DIGEST] 2 alarms")
        names = {key.rsplit("/", 1)[1] for key in investigator.archive.objects}
        assert names == {"digest.md", "digest.json"}
        assert "_digest_" in mail.body
        assert investigator.claims.claims[item.fingerprint].state is ClaimState.DONE

    def test_a_message_that_comes_twice_is_sent_once(self) -> None:
        investigator, item = self.due("a")

        investigator.receives(item)
        investigator.receives(item, "message-2")

        assert len(investigator.mailbox.messages) == 1

    def test_whoever_comes_after_the_close_is_told_in_the_next_one(self) -> None:
        investigator, item = self.due("a")
        investigator.receives(item)

        investigator.guard.join.join(self.digest, a_signal(name="late"), HOURLY_LIMIT, investigator.clock.now())

        assert [one.signal.subject for one in investigator.queue.items] == [self.digest, "2026-11-21T03:15:00Z"]

    def test_a_topic_that_is_down_is_tried_again_with_the_same_alarms(self) -> None:
        investigator, item = self.due("a", "b")
        investigator.mailbox.failures = 1
        with pytest.raises(InvestigationFailed):
            investigator.receives(item)

        investigator.receives(item)

        (mail,) = investigator.mailbox.messages
        assert mail.subject.startswith("[DIGEST] 2 alarms")

    def test_an_archive_that_is_down_keeps_nobody_from_being_told(self) -> None:
        investigator, item = self.due("a")
        investigator.archive.is_down = True

        investigator.receives(item)

        (mail,) = investigator.mailbox.messages
        assert "Full list" not in mail.body

    def test_without_the_tracker_it_goes_back_and_at_last_to_the_notice_function(self) -> None:
        investigator, item = self.due("a")
        investigator.claims.is_down = True

        for receive in (1, 2, 3):
            with pytest.raises(TrackerUnavailable):
                investigator.receives(item, receive=receive)
        assert not investigator.mailbox.messages

    def test_its_signal_is_no_alarm_and_has_a_fingerprint_of_its_own(self) -> None:
        signal = digest_signal(self.digest, "aws", "123456789012", "us-east-2")

        assert fingerprint(signal) == f"digest#123456789012#us-east-2#{self.digest}"
