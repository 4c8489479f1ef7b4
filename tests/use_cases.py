"""Use cases of the investigator function over ports in memory, wired as `triage.wiring` wires the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Protocol

from tests.fakes import (
    Mailbox,
    MemoryArchive,
    MemoryCheckpoints,
    MemoryClaims,
    MemoryContext,
    RecordedTelemetry,
    Remembering,
)
from tests.storm_fakes import Guard
from triage.agent.loop import AgentLoop
from triage.app.acquire_claim import AcquireClaim
from triage.app.announce import Announce
from triage.app.deliver_parcel import DeliverParcel
from triage.app.deliver_report import DeliverReport
from triage.app.dispatch import Dispatch
from triage.app.examine import Examine
from triage.app.interpret_first_look import InterpretFirstLook
from triage.app.investigate import Investigate
from triage.app.look_at_alarms import LookAtAlarms
from triage.app.post import Post
from triage.app.read_context import ReadContext
from triage.app.recall_memory import RecallMemory
from triage.app.remember import RememberInvestigation
from triage.app.send_digest import SendDigest
from triage.app.take_first_look import TakeFirstLook
from triage.app.tell_refire import TellRefire
from triage.domain.budget import Budget
from triage.domain.claim_timing import ClaimTiming
from triage.domain.home import Home
from triage.domain.routes import Routes
from triage.ports import ToolRunner

TIMING = ClaimTiming()
RETENTION = timedelta(days=90)
HOME = Home("aws", "123456789012", "us-east-2")


class World(Protocol):
    """The ports a test keeps to look at."""

    clock: Any
    claims: MemoryClaims
    queue: Any
    archive: MemoryArchive
    checkpoints: MemoryCheckpoints
    context: MemoryContext
    mailbox: Mailbox
    channels: Any
    routes: Routes
    telemetry: RecordedTelemetry
    model: Any
    guard: Guard
    memory: Remembering


def announce(world: World) -> Announce:
    """Notices, as the functions that answer fast tell them."""
    return Announce(world.mailbox, Post(world.queue, HOME), world.telemetry)


def dispatch(world: World) -> Dispatch:
    """Every channel that a test connects."""
    return Dispatch(world.channels, world.claims, world.clock, world.telemetry, Post(world.queue, HOME))


def tell_refire(world: World) -> TellRefire:
    """Notices of alarms that fire again."""
    return TellRefire(
        claims=world.claims,
        announce=announce(world),
        routes=world.routes,
        clock=world.clock,
        telemetry=world.telemetry,
        timing=TIMING,
        bucket=world.archive.bucket,
        bucket_region=world.archive.region,
        digest=world.guard.join,
    )


def investigate(world: World, tools: ToolRunner, budget: Budget, nonces: Iterator[int]) -> Investigate:
    """The investigator."""
    return Investigate(
        claims=world.claims,
        groups=world.claims.groups,
        queue=world.queue,
        acquire=AcquireClaim(world.claims, world.queue, world.clock, world.telemetry, TIMING, tell_refire(world)),
        admission=world.guard.admission,
        examine=Examine(
            first_look=TakeFirstLook(tools, world.telemetry, tool_timeout_s=120),
            interpret=InterpretFirstLook(world.telemetry),
            context=ReadContext(world.context, world.telemetry),
            recall=RecallMemory(world.memory, world.clock, world.telemetry),
            agent=AgentLoop(
                model=world.model,
                tools=tools,
                clock=world.clock,
                budget=budget,
                tool_timeout_s=120,
                new_nonce=lambda: f"{next(nonces):016x}",
            ),
            clock=world.clock,
        ),
        deliver=DeliverReport(
            world.claims,
            world.archive,
            dispatch(world),
            world.routes,
            world.clock,
            world.telemetry,
            world.guard.join,
        ),
        remember=RememberInvestigation(world.memory, RETENTION, world.clock, world.telemetry),
        digests=SendDigest(
            world.guard.digests,
            LookAtAlarms(tools, world.clock),
            world.claims,
            world.archive,
            dispatch(world),
            world.routes,
            world.clock,
            world.telemetry,
        ),
        checkpoints=world.checkpoints,
        parcels=DeliverParcel(world.channels, world.claims, world.queue, world.clock, world.telemetry),
        clock=world.clock,
        telemetry=world.telemetry,
        timing=TIMING,
    )
