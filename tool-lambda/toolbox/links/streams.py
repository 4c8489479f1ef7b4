"""Kinesis streams: there though no configuration may name them, as where a producer makes up their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox import look as looking
from toolbox.answer import pages
from toolbox.links.base import Links
from toolbox.resources.base import Resource

if TYPE_CHECKING:
    from toolbox.answer import Asked

_MOST = 100


def read(asked: Asked) -> Links:
    """The streams of the account."""
    client = looking.current().client("kinesis")
    nothing: list[Any] = []
    names = asked.attempt(
        "list of streams", lambda: list(pages(client, "list_streams", "StreamNames", most=_MOST)), nothing
    )
    return Links(notes={Resource("kinesis", str(name)): "" for name in names})
