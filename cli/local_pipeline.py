"""The product's pipeline in one process: the use cases of its functions, over ports in memory.

Nothing here decides anything. An event goes to the use case of the triage function, what that puts on the queue to
the use case of the investigator function, and the report to a folder and an outbox.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cli.errors import CliError
from cli.in_memory.claims import ClaimsInMemory
from cli.in_memory.places import ContextFile, FolderArchive, NoCheckpoints, NoOccurrences, NoTelemetry, Outbox
from cli.in_memory.queue import QueueInMemory
from cli.in_memory.storm import DigestsInMemory, SpendInMemory
from triage.app.acquire_claim import AcquireClaim
from triage.app.admission import Admission
from triage.app.announce import Announce
from triage.app.deliver_parcel import DeliverParcel
from triage.app.deliver_report import DeliverReport
from triage.app.dispatch import Dispatch
from triage.app.examine import Examine
from triage.app.interpret_first_look import InterpretFirstLook
from triage.app.investigate import Investigate
from triage.app.join_digest import JoinDigest
from triage.app.look_at_alarms import LookAtAlarms
from triage.app.post import Post
from triage.app.read_context import ReadContext
from triage.app.read_policy import ReadPolicy
from triage.app.recall_memory import RecallMemory
from triage.app.remember import RememberInvestigation
from triage.app.screen import DivertToDigest, Screen
from triage.app.send_digest import SendDigest
from triage.app.sent_unclaimed import SentUnclaimed
from triage.app.take_first_look import TakeFirstLook
from triage.app.take_log_errors import TakeLogErrors
from triage.app.tell_refire import TellRefire
from triage.app.triage_signal import TriageSignal
from triage.domain.claim_timing import ClaimTiming
from triage.domain.occurrences import OccurrenceRule
from triage.domain.routes import ChannelName, Routes
from triage.domain.signal import AlarmState
from triage.domain.storm import StormLimits
from untrusted import new_nonce

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.agent.loop import AgentLoop
    from triage.domain.budget import Budget
    from triage.domain.home import Home
    from triage.ports import Clock, Deadline, Telemetry


@dataclass(frozen=True)
class PipelineOptions:
    """The settings of the module that decide what becomes of an alarm, with its defaults."""

    budget: Budget
    window: timedelta = timedelta(hours=1)
    group_window: timedelta = timedelta(minutes=10)
    per_hour: int = 20
    daily_usd: float = 20.0
    digest_interval: timedelta = timedelta(minutes=15)
    notify_refire: bool = True
    rearm_on_ok: bool = False
    investigate_states: frozenset[AlarmState] = frozenset({AlarmState.ALARM})

    @property
    def limits(self) -> StormLimits:
        """Of all investigations together."""
        return StormLimits.of(self.per_hour, self.daily_usd, None, self.budget)


@dataclass
class LocalPipeline:
    """The ports, and the use cases over them."""

    home: Home
    clock: Clock
    options: PipelineOptions
    archive: FolderArchive
    claims: ClaimsInMemory = field(init=False)
    queue: QueueInMemory = field(default_factory=QueueInMemory)
    spend: SpendInMemory = field(default_factory=SpendInMemory)
    digests: DigestsInMemory = field(default_factory=DigestsInMemory)
    outbox: Outbox = field(default_factory=Outbox)
    context: ContextFile = field(default_factory=ContextFile)
    telemetry: Telemetry = field(default_factory=NoTelemetry)
    timing: ClaimTiming = field(default_factory=ClaimTiming)
    routes: Routes = field(default_factory=Routes)

    def __post_init__(self) -> None:
        """The windows are those of the options."""
        options = self.options
        self.claims = ClaimsInMemory(options.window.total_seconds(), options.group_window.total_seconds())

    def triage(self) -> TriageSignal:
        """The use case of the triage function."""
        options = self.options
        return TriageSignal(
            home=self.home,
            claims=self.claims,
            queue=self.queue,
            announce=self._announce(),
            routes=self.routes,
            clock=self.clock,
            telemetry=self.telemetry,
            timing=self.timing,
            refires=self.refires(),
            policies=ReadPolicy(None, None, self.telemetry),
            logs=TakeLogErrors(
                NoOccurrences(), self.telemetry, OccurrenceRule(), notify_refire=False, own_groups=frozenset()
            ),
            unclaimed=SentUnclaimed(options.window),
            screen=Screen((), self.admission(), self.telemetry),
            divert=DivertToDigest(self.claims, self.claims.groups, self.digest()),
            investigate_states=options.investigate_states,
            notify_refire=options.notify_refire,
            rearm_on_ok=options.rearm_on_ok,
            new_nonce=new_nonce,
        )

    def investigate(
        self, agent: AgentLoop, *, takes_first_look: bool = True, own_resources: tuple[str, ...] = ()
    ) -> Investigate:
        """The use case of the investigator function.

        Args:
            own_resources: names of what belongs to the triage itself, whose doings are no change to report.
        """
        channels = {ChannelName.SNS: self.outbox}
        dispatch = Dispatch(channels, self.claims, self.clock, self.telemetry, self._post())
        return Investigate(
            claims=self.claims,
            groups=self.claims.groups,
            queue=self.queue,
            acquire=self.acquire(),
            admission=self.admission(),
            examine=Examine(
                first_look=TakeFirstLook(
                    agent.tools, self.telemetry, agent.tool_timeout_s, own_resources, takes_first_look
                ),
                interpret=InterpretFirstLook(self.telemetry),
                context=ReadContext(self.context, self.telemetry),
                recall=RecallMemory(None, self.clock, self.telemetry),
                agent=agent,
                clock=self.clock,
            ),
            remember=RememberInvestigation(None, None, self.clock, self.telemetry),
            deliver=DeliverReport(
                claims=self.claims,
                archive=self.archive,
                dispatch=dispatch,
                routes=self.routes,
                clock=self.clock,
                telemetry=self.telemetry,
                digest=self.digest(),
            ),
            digests=SendDigest(
                store=self.digests,
                look=LookAtAlarms(agent.tools, self.clock),
                claims=self.claims,
                archive=self.archive,
                dispatch=dispatch,
                routes=self.routes,
                clock=self.clock,
                telemetry=self.telemetry,
            ),
            checkpoints=NoCheckpoints(),
            parcels=DeliverParcel(channels, self.claims, self.queue, self.clock, self.telemetry),
            clock=self.clock,
            telemetry=self.telemetry,
            timing=self.timing,
        )

    def acquire(self) -> AcquireClaim:
        """From a message to a claim."""
        return AcquireClaim(
            self.claims, self.queue, self.clock, self.telemetry, self.timing, refires=self.refires()
        )

    def admission(self) -> Admission:
        """The storm guard."""
        return Admission(self.spend, self.options.limits, self.options.budget)

    def digest(self) -> JoinDigest:
        """Where alarms go that are not told by themselves."""
        return JoinDigest(
            self.digests, self.claims, self.queue, self.options.digest_interval, self.home, new_nonce
        )

    def refires(self) -> TellRefire:
        """Notices of alarms that fire again."""
        return TellRefire(
            claims=self.claims,
            announce=self._announce(),
            routes=self.routes,
            clock=self.clock,
            telemetry=self.telemetry,
            timing=self.timing,
            bucket=self.archive.bucket,
            bucket_region=self.archive.region,
            digest=self.digest(),
        )

    def investigated(self, event: Mapping[str, Any], agent: AgentLoop, deadline: Deadline) -> str:
        """Send an event through the whole pipeline at once; returns the investigation's id.

        Raises:
            CliError: triage did not hand it to the investigator; the message says what it decided.
        """
        decided = self.triage().run(event)
        message = self.queue.receive()
        if message is None:
            raise CliError(f"the alarm cannot be investigated: {decided.get('problem', decided['decision'])}")
        self.investigate(agent).run(message, deadline)
        return decided["investigation_id"]

    def _announce(self) -> Announce:
        return Announce(self.outbox, self._post(), self.telemetry)

    def _post(self) -> Post:
        return Post(self.queue, self.home)
