"""One local AWS with the module and the demo applied, under random names; the last tests destroy it again."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local_aws import channels, incident, model_process, process, terraform
from local_aws.applied import Demo, DemoConfiguration
from local_aws.mail import mailbox
from local_aws.process import LocalAwsConfig, Running
from local_aws.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = ("us-west-2", "eu-central-1", "ap-southeast-2", "sa-east-1", "ca-central-1", "ap-northeast-1")

UNWATCHED = "unwatched-"
"""Alarms whose names begin like this are no business of the module."""


@dataclass
class Deployment:
    """The module, applied by a consumer's configuration to a running local AWS."""

    running: Running
    inputs: dict[str, str]
    executable: Path
    demo: Demo | None = None

    @property
    def configuration(self) -> DemoConfiguration:
        """The demo folder with the current inputs."""
        return DemoConfiguration(self.running, self.inputs, self.executable)

    def with_fault(self, fault: str) -> Demo:
        """Apply the demo with this fault, unless it is the one applied."""
        if self.demo is None or self.inputs["fault"] != fault:
            self.inputs["fault"] = fault
            self.demo = self.configuration.apply()
        return self.demo

    def incident(self, fault: str) -> incident.Delivered:
        """Let the function fail and wait for the e-mail."""
        demo = self.with_fault(fault)
        incident.forget_last(self.running, demo)
        return incident.run(self.running, demo, Progress())

    def client(self, service: str) -> Any:
        """boto3 with the administrator's credentials."""
        return self.running.client(service)

    def mails(self) -> list[tuple[str, str]]:
        """Subject and text of every mail of the topic, oldest first."""
        return mailbox.of_topic(self.running.mailbox)


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    dice = random.Random()  # noqa: S311 - names, not secrets
    shared = process.default_state()
    state = Path(tempfile.mkdtemp(prefix="e2e ", dir=shared))
    state.chmod(0o755)
    running = process.start(
        LocalAwsConfig(
            state=state,
            account=f"{dice.randrange(10**11, 10**12)}",
            region=dice.choice(REGIONS),
            runtime=shared / "runtime",
            alarm_interval_s=0.5,
            retry_delays_s=(0.5, 0.5),
        )
    )
    inputs = {
        "email": "oncall@example.com",
        "region": running.region,
        "fault": "permission",
        "function_name": f"svc-{dice.randrange(16**8):08x}",
        "watch_all_alarms": json.dumps({"exclude_name_prefixes": [UNWATCHED]}),
        **channels.inputs(running),
    }
    try:
        model_process.ensure(running, "scripted")
        made = Deployment(running, inputs, terraform.find())
        made.with_fault("permission")
        yield made
    finally:
        model_process.stop(state)
        running.stop()
        shutil.rmtree(state)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What ends the deployment comes last, whatever the order of the others."""
    items.sort(key=lambda item: item.get_closest_marker("ends_deployment") is not None)
