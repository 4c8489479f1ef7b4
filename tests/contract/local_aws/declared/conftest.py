"""All worlds declared on a server of their own: lists of a shared account outgrow their first page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local_aws.process import Running
from tests.contract.local_aws.conftest import server
from tests.contract.local_aws.declared.worlds import WORLDS
from tests.contract.local_aws.declared.worlds.world import REGION


@pytest.fixture(scope="session")
def local_aws() -> Iterator[Running]:
    """A server for declared state alone."""
    with server() as running:
        yield running


@pytest.fixture(scope="module")
def clients(local_aws: Running) -> Iterator[dict[str, Any]]:
    """A client per service, while all worlds are declared."""
    local_aws.declare({"region": REGION, "resources": {name: world.declared for name, world in WORLDS.items()}})
    yield {name: local_aws.client(name, REGION) for name in WORLDS}
    local_aws.forget_declared()
