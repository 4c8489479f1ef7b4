"""Kinesis streams: there though no configuration may name them, as where a producer makes up their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import Resource
from toolbox.surroundings.links.base import Links

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked

_MOST = 100


def read(asked: Asked) -> Links:
    """The streams of the account."""
    client = looking.current().client("kinesis")
    nothing: list[Any] = []
    names = asked.attempt(
        "list of streams", lambda: list(pages(client, "list_streams", "StreamNames", most=_MOST)), nothing
    )
    return Links(notes={Resource("kinesis", str(name)): "" for name in names})
