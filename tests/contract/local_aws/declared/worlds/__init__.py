"""A small world per service, and what each operation shows of it for each member of its request."""

from __future__ import annotations

from tests.contract.local_aws.declared.worlds import compute, data, delivery, network, observed, serverless
from tests.contract.local_aws.declared.worlds.world import Question, World

WORLDS: dict[str, World] = {
    world.service: world
    for module in (compute, data, delivery, network, observed, serverless)
    for world in module.WORLDS
}

__all__ = ["WORLDS", "Question", "World"]
