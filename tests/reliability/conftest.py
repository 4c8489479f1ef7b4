"""One local AWS with the module applied, shared by the slow tests of this folder."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import pytest

from local_aws import process
from local_aws.faults.rules import Faults
from local_aws.model.faulty import FaultyModel
from local_aws.model.server import serve
from local_aws.process import LocalAwsConfig
from tests.reliability.pace import PacedModel
from tests.reliability.pipeline import RETRY_DELAYS_S, Pipeline, applied, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def pipeline() -> Iterator[Pipeline]:
    """The module, and a model that answers at once."""
    shared = process.default_state()
    state = state_folder(shared)
    model, model_faults = PacedModel(), Faults(time.monotonic)
    config = LocalAwsConfig(
        state=state, runtime=shared / "runtime", alarm_interval_s=0.5, retry_delays_s=RETRY_DELAYS_S
    )
    running = process.start(config)
    try:
        with serve(FaultyModel(model, model_faults)) as server:
            yield applied(running, model, model_faults, server.url)
    finally:
        running.stop()
        shutil.rmtree(state)
