"""Use cases of the investigator function over ports in memory, wired as `triage.wiring` wires the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from tests.fakes import FakeClock, FakeTools, Mailbox, MemoryArchive, MemoryClaims, RecordedTelemetry
from tests.storm_fakes import Guard
from triage.agent.loop import AgentLoop
from triage.app.acquire_claim import AcquireClaim
from triage.app.deliver_report import DeliverReport
from triage.app.interpret_first_look import InterpretFirstLook
from triage.app.investigate import Investigate
from triage.app.look_at_alarms import LookAtAlarms
from triage.app.send_digest import SendDigest
from triage.app.take_first_look import TakeFirstLook
from triage.app.tell_refire import TellRefire
from triage.domain.budget import Budget
from triage.domain.claim_timing import ClaimTiming

TIMING = ClaimTiming()


class World(Protocol):
    """The ports a test keeps to look at."""

    clock: FakeClock
    claims: MemoryClaims
    queue: Any
    archive: MemoryArchive
    mailbox: Mailbox
    telemetry: RecordedTelemetry
    model: Any
    guard: Guard


def tell_refire(world: World) -> TellRefire:
    """Notices of alarms that fire again."""
    return TellRefire(
        claims=world.claims,
        channel=world.mailbox,
        clock=world.clock,
        telemetry=world.telemetry,
        timing=TIMING,
        bucket=world.archive.bucket,
        bucket_region=world.archive.region,
        digest=world.guard.join,
    )


def investigate(world: World, tools: FakeTools, budget: Budget, nonces: Iterator[int]) -> Investigate:
    """The investigator."""
    return Investigate(
        claims=world.claims,
        groups=world.claims.groups,
        queue=world.queue,
        acquire=AcquireClaim(world.claims, world.queue, world.clock, world.telemetry, TIMING, tell_refire(world)),
        admission=world.guard.admission,
        first_look=TakeFirstLook(tools, world.telemetry, tool_timeout_s=120),
        interpret=InterpretFirstLook(world.telemetry),
        agent=AgentLoop(
            model=world.model,
            tools=tools,
            clock=world.clock,
            budget=budget,
            tool_timeout_s=120,
            new_nonce=lambda: f"{next(nonces):016x}",
        ),
        deliver=DeliverReport(
            world.claims, world.archive, world.mailbox, world.clock, world.telemetry, world.guard.join
        ),
        digests=SendDigest(
            world.guard.digests,
            LookAtAlarms(tools, world.clock),
            world.claims,
            world.archive,
            world.mailbox,
            world.clock,
            world.telemetry,
        ),
        clock=world.clock,
        telemetry=world.telemetry,
        timing=TIMING,
    )
