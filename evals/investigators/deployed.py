"""The deployed module: the event goes to its triage function, the report is read from its archive."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evals import access
from evals.investigators import models, transcript
from local_aws import module_copy
from local_aws.process import CHECKOUT
from scripts import build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.answer import Answer
    from evals.suite import Played
    from local_aws.process import Running

CONSUMER = CHECKOUT / "evals" / "deployment"

_LIMIT_S = 960.0
"""An investigator function ends within 900 s; after that a notice leaves."""

_LOOK_S = 0.1


class InvestigationError(RuntimeError):
    """The module did not archive a report; the message says what it did instead."""


class Deployed:
    """The module's own functions, with a model behind them."""

    def __init__(self, model: str) -> None:
        """Args: model: `scripted`, `bedrock:<model id>`, `openai:<url>`, or the URL of a Converse endpoint."""
        self._model = model
        self._outputs: dict[int, Mapping[str, Any]] = {}
        self._preparing = threading.Lock()

    @property
    def name(self) -> str:
        """With the model: results of different models are different results."""
        return f"lambda-{self._model}"

    def prepare(self, running: Running) -> None:
        """Apply the module to a local AWS, one after another: Terraform takes what the machine has."""
        models.url_of(running, self._model)
        with self._preparing:
            workspace = module_copy.workspace(running, CONSUMER, build.build())
            workspace.init()
            workspace.apply({"model_id": models.NAMELESS})
            self._outputs[running.port] = workspace.outputs()["triage"]

    def finish(self, running: Running) -> None:
        """Stop the model server that belongs to a local AWS."""
        models.stop(running)

    def __call__(self, played: Played) -> Answer:
        """Send the event and wait for the report.

        Raises:
            InvestigationError: No report was archived.
        """
        running, outputs = played.running, self._outputs[played.running.port]
        access.deny(running, outputs["investigator_role_arn"].rpartition("/")[2], played.incident.denied)
        answer = running.client("lambda").invoke(
            FunctionName=outputs["triage_lambda_name"], Payload=json.dumps(played.incident.event)
        )
        decided = json.load(answer["Payload"])
        if "FunctionError" in answer or decided.get("decision") != "investigate":
            raise InvestigationError(f"triage answered {decided}")
        answer = transcript.answer_of(_transcript(running, outputs["reports_bucket_name"]))
        return replace(answer, usage={**answer.usage, **models.cost_of(self._model, answer.usage)})


def _transcript(running: Running, bucket: str) -> bytes:
    """The one transcript in the archive, as soon as it is there."""
    s3 = running.client("s3")
    until = time.monotonic() + _LIMIT_S
    while time.monotonic() < until:
        found = s3.list_objects_v2(Bucket=bucket, Prefix="reports/").get("Contents", [])
        keys = [item["Key"] for item in found if item["Key"].endswith(f"/{transcript.NAME}")]
        if keys:
            packed: bytes = s3.get_object(Bucket=bucket, Key=keys[0])["Body"].read()
            return packed
        time.sleep(_LOOK_S)  # between two looks at the archive
    raise InvestigationError(f"no report within {_LIMIT_S:.0f} s; the log is {running.log}")
