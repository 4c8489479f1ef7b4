"""The investigator function's use case in this process: its own first look, loop, grounding and report.

Only the model and the tool function are asked over the network; what the module keeps in AWS (claims, archive,
checkpoints) is kept in memory. So a model can be measured again and again without applying anything.
"""

from __future__ import annotations

import functools
import json
import secrets
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from cli.in_memory.places import FolderArchive
from cli.local_pipeline import LocalPipeline, PipelineOptions
from evals import access
from evals.investigators import models, tool_function, transcript
from evals.signals import signal_of
from local_aws.process import session_without_host_configuration
from scripts import build
from triage.agent.loop import AgentLoop
from triage.aws.bedrock import BedrockModel
from triage.aws.runtime import SystemClock
from triage.aws.tool_lambda import LambdaToolRunner
from triage.domain.budget import Budget
from triage.domain.fingerprint import fingerprint
from triage.domain.home import Home
from triage.domain.work_item import WorkItem
from triage.ports import ReceivedMessage
from untrusted import new_nonce

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.answer import Answer
    from evals.suite import Played
    from local_aws.process import Running
    from triage.domain.signal import Signal
    from triage.ports import Model

LIMIT_S = 900.0
"""As the module's default has it (`lambda_timeout`)."""

TOOL_TIMEOUT_S = 120
"""As the module's default has it (`tool_lambda_timeout`)."""


class InProcess:
    """The module's investigation with a model, and nothing deployed but its tool function."""

    def __init__(
        self, model: str, *, takes_first_look: bool = True, of: Callable[[Played], Model] | None = None
    ) -> None:
        """Set up; nothing is started yet.

        Args:
            model: `scripted`, `bedrock:<model id>`, `openai:<url>`, or the URL of a Converse endpoint.
            takes_first_look: Off, to measure what it brings.
            of: Makes a model for an incident, instead of the one `model` names.
        """
        self._word = model
        self._takes_first_look = takes_first_look
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
        signal = signal_of(played)
        with tempfile.TemporaryDirectory() as archive:
            pipeline = _pipeline(signal, Path(archive))
            self._investigate(played, pipeline, signal)
            (packed,) = Path(archive).glob(f"*/{transcript.NAME}")
            return transcript.answer_of(packed.read_bytes())

    def _investigate(self, played: Played, pipeline: LocalPipeline, signal: Signal) -> None:
        """Hand the signal to the use case as triage would, and let it come to its end."""
        known, now = fingerprint(signal), pipeline.clock.now()
        item = WorkItem(known, f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(5)}", signal)
        pipeline.claims.claim(signal, item.investigation_id, now)
        pipeline.claims.mark_sent(known, item.investigation_id)
        agent = AgentLoop(
            model=self._model(played),
            tools=LambdaToolRunner(tool_function.NAME, pipeline.clock, lambda _: played.running.client("lambda")),
            clock=pipeline.clock,
            budget=pipeline.options.budget,
            tool_timeout_s=TOOL_TIMEOUT_S,
            new_nonce=new_nonce,
        )
        own = (tool_function.NAME, access.ROLE)
        use_case = pipeline.investigate(agent, takes_first_look=self._takes_first_look, own_resources=own)
        message = ReceivedMessage("message-1", "receipt-1", json.dumps(item.to_json()))
        use_case.run(message, _Deadline(time.monotonic() + LIMIT_S))

    def _model(self, played: Played) -> Model:
        if self._of is not None:
            return self._of(played)
        url = self._urls[played.running.port]
        return BedrockModel(
            (models.id_of(self._word),), SystemClock(), lambda seconds: _bedrock(url, seconds), caches_prompts=True
        )


def _pipeline(signal: Signal, archive: Path) -> LocalPipeline:
    home = Home("aws", signal.account_id, signal.region)
    return LocalPipeline(home, SystemClock(), PipelineOptions(Budget()), FolderArchive(archive))


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


@dataclass(frozen=True)
class _Deadline:
    until: float

    def seconds_left(self) -> float:
        return self.until - time.monotonic()
