"""Log errors at triage: one investigation for each error, whatever floods in, and none lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_signal
from tests.log_batches import batch_of, packed, signal_of
from tests.storm_fakes import MemoryTags
from tests.unit.app.test_triage_signal import Triage
from triage.app.look_at_alarms import LookAtAlarms
from triage.domain.alarm_policy import AlarmPolicy
from triage.domain.claim import ClaimState
from triage.domain.digest import counted_by_minute, digest_at, grouped
from triage.domain.fingerprint import fingerprint
from triage.domain.maintenance import MaintenanceWindow
from triage.domain.occurrences import OccurrenceRule, rule_of
from triage.domain.signal import AlarmState

GROUP = "/prod/payment-service"
ERRORS = ("card refused", "stock missing", "no route to bank", "lock lost", "disk full")


class Logs(Triage):
    """Triage of log batches that arrive one after the other."""

    def __init__(self, *states: AlarmState, **options: Any) -> None:
        super().__init__(*states, **options)
        self.batches = 0

    def hears(
        self, *lines: str, at_s: float = 0.0, ahead_s: float = 0.0, stream: str = "a/1", group: str = GROUP
    ) -> dict[str, int]:
        """Hand over one batch; returns how many signals were decided how.

        Args:
            ahead_s: by how much the clock of the application is wrong.
        """
        self.batches += 1
        self.clock.elapsed = max(self.clock.elapsed, at_s)
        at_s += ahead_s
        offset = int(at_s * 1000) + self.batches
        content = batch_of(
            [(offset + place, line) for place, line in enumerate(lines)], group=group, stream=stream
        )
        return self.hears_again(packed(content))

    def hears_again(self, event: dict[str, Any]) -> dict[str, int]:
        """Hand over an event."""
        answer = self.use_case.run(event)
        if answer["decision"] != "several":
            return {answer["decision"]: 1}
        return Counter(text.partition(":")[0] for key, text in answer.items() if key != "decision")

    def starts(self) -> None:
        """An investigator takes every message that waits."""
        for item in self.queue.items:
            self.claims.start(item.fingerprint, item.investigation_id, "m", self.clock.now(), lease_s=3600)

    @property
    def investigated(self) -> list[str]:
        """Names of what was put on the work queue."""
        return [item.signal.name.removeprefix(f"{GROUP}: ") for item in self.queue.items]


@pytest.fixture
def logs() -> Logs:
    return Logs()


def lines(errors: Sequence[str], many: int) -> list[str]:
    return [f"ERROR order {number}: {errors[number % len(errors)]}" for number in range(many)]


def test_a_thousand_lines_of_five_errors_are_five_investigations(logs: Logs) -> None:
    for first in range(0, 1000, 100):
        logs.hears(*lines(ERRORS, 100), at_s=first / 100)

    assert sorted(logs.investigated) == sorted(f"ERROR order <*>: {error}" for error in ERRORS)


def test_a_new_error_while_another_is_investigated_is_investigated_too(logs: Logs) -> None:
    logs.hears("ERROR order 1: card refused")
    logs.starts()

    assert logs.hears("ERROR order 2: card refused", "ERROR order 3: disk full", at_s=60) == {
        "suppressed": 1,
        "investigate": 1,
    }
    assert len(logs.queue.items) == 2


def test_an_error_that_goes_on_is_counted_and_by_default_not_told(logs: Logs) -> None:
    logs.hears("ERROR order 1: card refused")
    logs.starts()

    for minute in range(1, 6):
        logs.hears("ERROR order 1: card refused", at_s=60 * minute)

    (claim,) = logs.claims.claims.values()
    assert claim.refires == 5
    assert logs.mailbox.messages == []


def test_an_error_that_goes_on_is_told_where_that_is_wanted(logs: Logs) -> None:
    object.__setattr__(logs.use_case.logs, "notify_refire", True)
    logs.hears("ERROR order 1: card refused")
    logs.starts()

    logs.hears("ERROR order 1: card refused", at_s=120)

    (notice,) = logs.mailbox.messages
    assert "2nd time in 2 min" in notice.subject


def test_an_error_that_waits_for_an_investigator_sends_no_message_with_every_batch(logs: Logs) -> None:
    for second in range(50):
        logs.hears("ERROR order 1: card refused", at_s=second)

    assert len(logs.queue.items) == 1


def test_after_the_window_an_error_that_still_comes_is_investigated_again(logs: Logs) -> None:
    logs.hears("ERROR order 1: card refused")
    logs.starts()
    logs.clock.advance(3 * 3600)

    assert logs.hears("ERROR order 9: card refused", at_s=3 * 3600 + 200) == {"investigate": 1}


def test_the_same_batch_delivered_again_is_a_duplicate(logs: Logs) -> None:
    event = packed(batch_of(["ERROR order 1: card refused"]))

    assert [logs.hears_again(event), logs.hears_again(event)] == [{"investigate": 1}, {"duplicate": 1}]


def test_a_message_that_was_not_marked_as_sent_is_sent_again(logs: Logs) -> None:
    event = packed(batch_of(["ERROR order 1: card refused"]))
    logs.queue.broken = True
    with pytest.raises(ConnectionError):
        logs.hears_again(event)
    logs.queue.broken = False

    assert logs.hears_again(event) == {"send_again": 1}
    assert len(logs.queue.items) == 1


def test_an_error_that_could_not_be_sent_does_not_keep_the_others_from_it(logs: Logs) -> None:
    event = packed(batch_of(["ERROR order 1: card refused", "ERROR order 1: disk full"]))
    logs.queue.broken = True

    with pytest.raises(ExceptionGroup):
        logs.hears_again(event)

    assert len(logs.claims.claims) == 2


def test_a_clock_that_is_wrong_does_not_mute_an_error(logs: Logs) -> None:
    logs.hears("ERROR order 1: card refused", ahead_s=24 * 3600)
    logs.starts()
    logs.clock.advance(3 * 3600)

    assert logs.hears("ERROR order 1: card refused", at_s=3 * 3600) == {"investigate": 1}


def test_states_of_alarms_are_no_matter_of_logs() -> None:
    assert Logs(AlarmState.INSUFFICIENT_DATA).hears("ERROR order 1: card refused") == {"investigate": 1}


def test_errors_of_the_product_itself_are_left_alone(logs: Logs) -> None:
    own = "/aws/lambda/triage-investigator"
    object.__setattr__(logs.use_case.logs, "own_groups", frozenset({own}))

    assert logs.hears("ERROR order 1: card refused", group=own) == {"recorded": 1}
    assert (logs.queue.items, logs.claims.claims) == ([], {})


def test_errors_of_one_log_are_never_linked_to_each_other() -> None:
    logs = Logs(group_window_s=600.0)

    assert logs.hears("ERROR order 1: card refused", "ERROR order 1: disk full") == {"investigate": 2}


def with_rule(least: int, minutes: int) -> Logs:
    logs = Logs()
    object.__setattr__(logs.use_case.logs, "rule", OccurrenceRule(least, timedelta(minutes=minutes)))
    return logs


def test_an_error_is_investigated_when_it_came_often_enough() -> None:
    logs = with_rule(least=5, minutes=10)

    decisions = [logs.hears("ERROR order 1: card refused", at_s=60 * minute) for minute in range(5)]

    assert decisions == [*([{"waiting": 1}] * 4), {"investigate": 1}]
    (item,) = logs.queue.items
    assert item.signal.log is not None
    assert item.signal.log.count == 5
    assert item.signal.log.last_at - item.signal.log.first_at > timedelta(minutes=3, seconds=59)
    assert item.signal.reason.startswith("5 lines of one error")


def test_lines_of_one_batch_count_each() -> None:
    logs = with_rule(least=3, minutes=1)

    assert logs.hears("ERROR order 1: card refused", "ERROR order 2: card refused") == {"waiting": 1}
    assert logs.hears(*["ERROR order 3: card refused"] * 3, stream="b/1", at_s=300) == {"investigate": 1}


def test_lines_that_are_too_far_apart_are_too_few() -> None:
    logs = with_rule(least=2, minutes=10)

    assert [logs.hears("ERROR order 1: card refused", at_s=at) for at in (0, 700, 1400, 1500)] == [
        {"waiting": 1},
        {"waiting": 1},
        {"waiting": 1},
        {"investigate": 1},
    ]


def test_a_batch_that_is_delivered_twice_counts_once() -> None:
    logs = with_rule(least=2, minutes=10)
    event = packed(batch_of(["ERROR order 1: card refused"]))

    assert [logs.hears_again(event), logs.hears_again(event)] == [{"waiting": 1}] * 2


def test_a_log_group_may_have_a_rule_of_its_own() -> None:
    logs = with_rule(least=5, minutes=10)
    own = {"subscriptionFilters": ["alarm-triage-min-2-in-1-minutes"]}

    decisions = [
        logs.hears_again(packed(batch_of([(at, "ERROR order 1: disk full")], **own))) for at in (0, 61_000, 90_000)
    ]

    assert decisions == [{"waiting": 1}, {"waiting": 1}, {"investigate": 1}]


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        (["alarm-triage-min-5-in-10-minutes"], OccurrenceRule(5, timedelta(minutes=10))),
        (["other", "x-min-1000-in-1440-minutes"], OccurrenceRule(1000, timedelta(days=1))),
        (["alarm-triage"], None),
        ([], None),
        (["alarm-triage-min-0-in-10-minutes"], None),
        (["alarm-triage-min-5-in-0-minutes"], None),
        (["alarm-triage-min-1001-in-10-minutes"], None),
        (["alarm-triage-min-5-in-10-minutes-not"], None),
    ],
)
def test_the_rule_of_a_log_group_is_read_from_the_name_of_its_filter(
    names: list[str], rule: OccurrenceRule | None
) -> None:
    assert rule_of(names) == rule


def test_different_errors_do_not_count_for_each_other() -> None:
    logs = with_rule(least=2, minutes=10)

    assert logs.hears("ERROR order 1: card refused", "ERROR order 1: disk full") == {"waiting": 2}


def test_when_nobody_can_count_the_error_is_investigated() -> None:
    logs = with_rule(least=5, minutes=10)
    logs.guard.occurrences.is_down = True

    assert logs.hears("ERROR order 1: card refused") == {"investigate": 1}
    assert [what for what, _ in logs.telemetry.failures] == ["occurrences not counted"]


def test_while_the_tracker_is_down_a_flood_of_one_error_is_sent_once(logs: Logs) -> None:
    logs.claims.is_down = True

    decisions = [logs.hears("ERROR order 1: card refused", at_s=second) for second in range(20)]

    assert Counter(str(one) for one in decisions) == {"{'unclaimed': 1}": 1, "{'suppressed': 1}": 19}
    (item,) = logs.queue.items
    assert (item.claimed, item.tells_refire) == (False, False)


def test_a_message_that_could_not_be_sent_while_the_tracker_is_down_is_not_taken_as_sent(logs: Logs) -> None:
    logs.claims.is_down = True
    logs.queue.broken = True
    with pytest.raises(ConnectionError):
        logs.hears("ERROR order 1: card refused")
    logs.queue.broken = False

    assert logs.hears("ERROR order 1: card refused", at_s=1) == {"unclaimed": 1}


class _Nightly:
    """A schedule whose window has just begun."""

    def next_after(self, moment: Any) -> Any:
        return moment + timedelta(minutes=1)


def test_in_a_maintenance_window_of_its_log_group_an_error_joins_the_digest(logs: Logs) -> None:
    logs.guard.windows.append(
        MaintenanceWindow(
            "deploy", _Nightly(), timedelta(hours=1), alarm_name_patterns=("/prod/payment-service*",)
        )
    )

    assert logs.hears("ERROR order 1: card refused") == {"digest": 1}
    assert logs.hears("ERROR order 1: card refused", group="/prod/search") == {"investigate": 1}


def test_beyond_the_limit_of_the_hour_errors_join_the_digest_once_a_minute() -> None:
    logs = _with_guard_of(Logs())

    for second in range(240):
        logs.hears("ERROR order 1: card refused", at_s=second / 2)

    digest = digest_at(logs.clock.now(), timedelta(minutes=15))
    (entry,) = logs.guard.digests.entries(digest)
    assert entry.signal.log is not None
    assert entry.signal.log.sample == ""
    assert entry.count == 2
    assert {claim.state for claim in logs.claims.claims.values()} == {ClaimState.DONE, ClaimState.QUEUED}


def _with_guard_of(logs: Logs) -> Logs:
    """The use case with a limit of the hour that is reached."""
    logs.guard.per_hour = 0
    object.__setattr__(logs.use_case, "screen", logs.guard.screen)
    return logs


def test_a_digest_names_the_log_group_of_several_errors(logs: Logs) -> None:
    logs = _with_guard_of(logs)
    logs.hears(*lines(ERRORS, 10))

    entries = logs.guard.digests.entries(digest_at(logs.clock.now(), timedelta(minutes=15)))

    assert [(group.title, len(group.entries)) for group in grouped(entries)] == [(f"log group {GROUP}", 5)]


def test_nobody_asks_for_the_state_or_the_tags_of_an_error(logs: Logs) -> None:
    logs = _with_guard_of(logs)
    tags: MemoryTags = logs.guard.tags
    logs.hears("ERROR order 1: card refused")
    entries = logs.guard.digests.entries(digest_at(logs.clock.now(), timedelta(minutes=15)))

    class NoTools:
        def run(self, call: Any) -> Any:
            raise AssertionError(f"nobody should ask: {call.inputs}")

    class Long:
        def seconds_left(self) -> float:
            return 900.0

    assert LookAtAlarms(NoTools(), logs.clock).run(entries, "look", Long()).states == {}
    assert tags.asked == 0
    assert logs.guard.policies.of(signal_of("ERROR x")).policy == AlarmPolicy()


def test_an_alarm_keeps_its_transition_in_a_digest_and_an_error_its_fingerprint() -> None:
    alarm, error = a_signal(), signal_of("ERROR x")

    assert counted_by_minute(alarm) == alarm
    assert fingerprint(counted_by_minute(error)) == fingerprint(error)
