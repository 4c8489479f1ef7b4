"""The investigator function's use case in this process: its own first look, loop, grounding and report.

Only the model and the tool function are asked over the network; what the module keeps in AWS (claims, archive,
checkpoints) is kept in memory. So a model can be measured again and again without applying anything.
"""

from __future__ import annotations

import functools
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from evals import access
from evals.investigators import models, tool_function, transcript
from evals.signals import signal_of
from local_aws.process import session_without_host_configuration
from scripts import build
from tests import use_cases
from tests.fakes import (
    Mailbox,
    MemoryArchive,
    MemoryCheckpoints,
    MemoryClaims,
    MemoryContext,
    MemoryQueue,
    RecordedTelemetry,
    Remembering,
)
from tests.storm_fakes import Guard
from triage.aws.bedrock import BedrockModel
from triage.aws.runtime import SystemClock
from triage.aws.tool_lambda import LambdaToolRunner
from triage.domain.budget import Budget
from triage.domain.fingerprint import fingerprint
from triage.domain.routes import ChannelName, Routes
from triage.domain.work_item import WorkItem
from triage.ports import ReceivedMessage
from untrusted import new_nonce

if TYPE_CHECKING:
    from evals.answer import Answer
    from evals.suite import Played
    from local_aws.process import Running
    from triage.app.investigate import Investigate
    from triage.ports import Model, ToolRunner

LIMIT_S = 900.0
"""As the module's default has it (`lambda_timeout`)."""

Alter = Callable[["Investigate"], "Investigate"]


class InProcess:
    """The module's investigation with a model, and nothing deployed but its tool function."""

    def __init__(
        self, model: str, alter: Alter = lambda use_case: use_case, *, of: Callable[[Played], Model] | None = None
    ) -> None:
        """Set up; nothing is started yet.

        Args:
            model: `scripted`, `bedrock:<model id>`, `openai:<url>`, or the URL of a Converse endpoint.
            alter: Changes the use case, to measure what a part of it brings.
            of: Makes a model for an incident, instead of the one `model` names.
        """
        self._word = model
        self._alter = alter
        self._of = of
        self._urls: dict[int, str] = {}
        self._preparing = threading.Lock()

    @property
    def name(self) -> str:
        """With the model: results of different models are different results."""
        return f"agent-{self._word}"

    def prepare(self, running: Running) -> None:
        """Make the tool function, and the model server unless there is one already."""
        with self._preparing:
            tool_function.make(running, _packages())
        if self._of is None:
            self._urls[running.port] = models.url_of(running, self._word)

    def finish(self, running: Running) -> None:
        """Stop the model server that belongs to a local AWS."""
        models.stop(running)

    def __call__(self, played: Played) -> Answer:
        """Investigate as the investigator function does, and read the report from the archive."""
        access.make_role(played.running, played.incident.denied)
        ports = _Ports()
        signal = signal_of(played)
        known = fingerprint(signal)
        moment = f"{ports.clock.now():%Y%m%dT%H%M%SZ}"
        item = WorkItem(known, f"{moment}-{secrets.token_hex(5)}", signal)
        ports.claims.claim(signal, item.investigation_id, ports.clock.now())
        ports.claims.mark_sent(known, item.investigation_id)
        tools = LambdaToolRunner(tool_function.NAME, ports.clock, lambda _: played.running.client("lambda"))
        use_case = self._alter(_use_case(replace(ports, model=self._model(played)), tools))
        message = ReceivedMessage("message-1", "receipt-1", json.dumps(item.to_json()))
        use_case.run(message, _Deadline(time.monotonic() + LIMIT_S))
        (packed,) = [body for name, body in ports.archive.objects.items() if name.endswith(f"/{transcript.NAME}")]
        return transcript.answer_of(packed)

    def _model(self, played: Played) -> Model:
        if self._of is not None:
            return self._of(played)
        url = self._urls[played.running.port]
        return BedrockModel(
            (models.id_of(self._word),), SystemClock(), lambda seconds: _bedrock(url, seconds), caches_prompts=True
        )


@functools.cache
def _packages() -> dict[str, bytes]:
    return build.build()


@functools.cache
def _bedrock(url: str, seconds: int) -> Any:
    """Bedrock's runtime API at a model server, which asks for no credentials of its own."""
    session = boto3.Session(botocore_session=session_without_host_configuration())
    return session.client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="unsigned",
        aws_secret_access_key="unsigned",  # noqa: S106 - the server reads no signature
        config=Config(read_timeout=seconds, retries={"total_max_attempts": 1}, proxies={}),
    )


@dataclass
class _Ports:
    """What the use case needs besides model and tools: memory instead of AWS, and this machine's clock."""

    clock: SystemClock = field(default_factory=SystemClock)
    claims: MemoryClaims = field(default_factory=MemoryClaims)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    checkpoints: MemoryCheckpoints = field(default_factory=MemoryCheckpoints)
    context: MemoryContext = field(default_factory=MemoryContext)
    memory: Remembering = field(default_factory=Remembering)
    mailbox: Mailbox = field(default_factory=Mailbox)
    routes: Routes = field(default_factory=Routes)
    telemetry: RecordedTelemetry = field(default_factory=RecordedTelemetry)
    model: Any = None

    def __post_init__(self) -> None:
        self.channels = {ChannelName.SNS: self.mailbox}
        self.guard = Guard(self.claims, self.queue, self.telemetry)


def _use_case(ports: _Ports, tools: ToolRunner) -> Investigate:
    made = use_cases.investigate(ports, tools, Budget(), iter(()))
    look = replace(made.first_look, own_resources=(tool_function.NAME, access.ROLE))
    return replace(made, first_look=look, agent=replace(made.agent, new_nonce=new_nonce))


@dataclass(frozen=True)
class _Deadline:
    until: float

    def seconds_left(self) -> float:
        return self.until - time.monotonic()
