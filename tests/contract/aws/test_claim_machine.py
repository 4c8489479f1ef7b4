"""The adapter and the domain's steps agree: whatever commands come in whatever order, and however time passes."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.claim_commands import COMMANDS, GROUP_WINDOW_S, WINDOW_S, Command, World
from tests.fakes import MemoryClaims
from triage.aws.claims import DynamoClaimStore
from triage.aws.groups import DynamoGroups

BOUNDED = settings(
    max_examples=25,
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

        @rule(command=COMMANDS)
        def apply(self, command: Command) -> None:
            assert self.real.apply(command) == self.pure.apply(command)

        @invariant()
        def claims_are_equal(self) -> None:
            assert self.real.claims() == self.pure.claims()

    run_state_machine_as_test(Both, settings=BOUNDED)
