"""One local AWS per module, in whose account a function lost a permission three quarters of an hour ago."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws import process
from local_aws.process import LocalAwsConfig
from tests.contract.toolbox.incident import Incident, happen
from toolbox import first_look

UNHURRIED_S = 120.0


@pytest.fixture(scope="module")
def incident() -> Iterator[Incident]:
    """The account after the incident began; nothing in it changes by itself."""
    shared = process.default_state()
    with tempfile.TemporaryDirectory(prefix="toolbox-", dir=shared) as folder:
        state = Path(folder)
        state.chmod(0o755)
        running = process.start(
            LocalAwsConfig(
                state=state,
                account="210987654321",
                region="eu-west-1",
                runtime=shared / "runtime",
                alarm_interval_s=3_600.0,
            )
        )
        try:
            yield happen(running)
        finally:
            running.stop()


@pytest.fixture(autouse=True)
def well_again(incident: Incident) -> Iterator[None]:
    """No fault outlives its test."""
    yield
    incident.running.clear_fault()


@pytest.fixture(scope="module", autouse=True)
def unhurried() -> Iterator[None]:
    """What is asked one after another on a busy machine is not late; a test about lateness gives its own limit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first_look, "PATIENCE_S", UNHURRIED_S)
        patch.setitem(first_look.run.__kwdefaults__, "deadline_s", UNHURRIED_S)
        yield
