"""The adapter and the domain's steps agree: whatever commands come in whatever order, and however time passes."""

from __future__ import annotations

import itertools
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.claim_commands import (
    BY_ID,
    BY_OWNER,
    EVERY_COMMAND,
    GROUP_WINDOW_S,
    OPENING,
    WINDOW_S,
    Command,
    Moment,
    World,
    moments,
)
from tests.fakes import MemoryClaims
from triage.aws.claim_items import claim_item, claim_of
from triage.aws.claims import DynamoClaimStore
from triage.aws.groups import DynamoGroups

#: Every run draws others; RELIABILITY=full draws many at once.
EXAMPLES = 80 if os.environ.get("RELIABILITY") == "full" else 12

BOUNDED = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_the_adapter_agrees_with_the_pure_steps_on_any_sequence_of_commands(tracker: Any) -> None:
    names = itertools.count()

    class Both(RuleBasedStateMachine):
        """The same commands for both stores; every answer and every claim must be equal."""

        def __init__(self) -> None:
            super().__init__()
            name = f"world-{next(names)}"
            memory = MemoryClaims(WINDOW_S, GROUP_WINDOW_S)
            dynamo = DynamoClaimStore("tracker", WINDOW_S, tracker, group_window_s=GROUP_WINDOW_S)
            self.pure = World(memory, memory.groups, name)
            self.real = World(dynamo, DynamoGroups("tracker", tracker), name)

        @initialize(is_started=st.booleans())
        def begin(self, is_started: bool) -> None:
            self._both(Command("claim"))
            if is_started:
                self._both(Command("start"))

        @rule(command=OPENING)
        def open(self, command: Command) -> None:
            self._both(command)

        @rule(command=BY_ID)
        def change(self, command: Command) -> None:
            self._both(command)

        @precondition(lambda self: self.pure.owners)
        @rule(command=BY_OWNER)
        def change_as_owner(self, command: Command) -> None:
            self._both(command)

        def _both(self, command: Command) -> None:
            assert self.real.apply(command) == self.pure.apply(command)
            assert self.real.claim_of(command.alarm) == self.pure.claim_of(command.alarm)

    run_state_machine_as_test(Both, settings=BOUNDED)


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_the_adapter_agrees_with_the_pure_steps_on_one_command_in_any_state(tracker: Any, command: str) -> None:
    # Refires compare most times with each other.
    @settings(max_examples=EXAMPLES * 2 if "refire" in command else EXAMPLES, deadline=None)
    @given(moment=moments("any-claim", command))
    def agrees(moment: Moment) -> None:
        tracker.put_item(TableName="tracker", Item=claim_item(moment.claim, moment.now))
        memory = MemoryClaims(WINDOW_S, claims={moment.claim.fingerprint: moment.claim})
        pure = moment.world(memory, memory.groups, "any-claim")
        dynamo = DynamoClaimStore("tracker", WINDOW_S, tracker)
        real = moment.world(dynamo, DynamoGroups("tracker", tracker), "any-claim")

        assert real.apply(moment.command) == pure.apply(moment.command)
        assert real.claim_of(0) == pure.claim_of(0)

    agrees()


def test_every_claim_survives_its_item() -> None:
    @settings(max_examples=50, deadline=None)
    @given(moment=moments("any-claim", "start"))
    def survives(moment: Moment) -> None:
        assert claim_of(claim_item(moment.claim, moment.now)) == moment.claim

    survives()
