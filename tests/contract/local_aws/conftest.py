"""One local AWS per test process, and plain boto3 against it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_aws import process
from local_aws.process import LocalAwsConfig, Running
from tests.contract.local_aws.account import Account

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def server() -> Iterator[Running]:
    """A server in an unusual account and region, evaluating alarms several times a second."""
    shared = process.default_state()
    with tempfile.TemporaryDirectory(prefix="contract-", dir=shared) as folder:
        state = Path(folder)
        state.chmod(0o755)
        running = process.start(
            LocalAwsConfig(
                state=state,
                account="210987654321",
                region="eu-west-1",
                runtime=shared / "runtime",
                alarm_interval_s=0.2,
                retry_delays_s=(0.1, 0.1),
            )
        )
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def local_aws() -> Iterator[Running]:
    """The server most tests share."""
    with server() as running:
        yield running


@pytest.fixture
def account(local_aws: Running) -> Iterator[Account]:
    """Builders for resources with unique names."""
    built = Account(local_aws)
    yield built
    built.clean()
