"""Log groups, linked to the functions and services that are called like them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import Resource
from toolbox.surroundings.links.base import Links

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked

_MOST = 400


def read(asked: Asked) -> Links:
    """The log groups of the account, as far as a few pages show them."""
    client = looking.current().client("logs")
    nothing: list[Any] = []
    groups = asked.attempt(
        "list of log groups", lambda: list(pages(client, "describe_log_groups", "logGroups", most=_MOST)), nothing
    )
    if len(groups) == _MOST:
        asked.cut(f"log groups beyond the first {_MOST}")
    return Links(notes={Resource("log_group", str(each["logGroupName"])): "" for each in groups})
