"""Kinesis: which shard is hot or behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.capacity.shards import stream_shards
from toolbox.plan import Step
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done


def the_stream(done: Done) -> dict[str, Any] | None:
    """The stream the alarm names."""
    del done  # the alarm says it
    name = looking.current().dimensions.get("StreamName")
    return {"name": name} if name else None


RECIPE = Recipe(
    "Kinesis",
    ("AWS/Kinesis",),
    "each shard's share and age; producers and consumers by the neighbourhood",
    (Step("shards", "The stream, shard by shard", stream_shards, the_stream, after=("metric",)),),
)
