"""All worlds declared in one region, which nothing else uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local_aws.process import Running
from tests.contract.local_aws.declared.worlds import WORLDS
from tests.contract.local_aws.declared.worlds.world import REGION


@pytest.fixture(scope="module")
def clients(local_aws: Running) -> Iterator[dict[str, Any]]:
    """A client per service, while all worlds are declared."""
    local_aws.declare({"region": REGION, "resources": {name: world.declared for name, world in WORLDS.items()}})
    yield {name: local_aws.client(name, REGION) for name in WORLDS}
    local_aws.forget_declared()
