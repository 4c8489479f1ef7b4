"""Links of functions: what their environment names, what feeds them, where their failures go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import Resource, name_of
from toolbox.surroundings.links.base import Links, add_named, canonical, of_arn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.asking.answer import Asked

_MOST_FUNCTIONS = 400
_MOST_SOURCES = 400


def read(asked: Asked) -> Links:
    """All functions, as far as a few pages show them."""
    client = looking.current().client("lambda")
    found = Links()
    nothing: list[Any] = []
    functions = asked.attempt(
        "list of functions",
        lambda: list(pages(client, "list_functions", "Functions", most=_MOST_FUNCTIONS)),
        nothing,
    )
    if len(functions) == _MOST_FUNCTIONS:
        asked.cut(f"functions beyond the first {_MOST_FUNCTIONS}")
    for each in functions:
        _add(found, each)
    mappings = asked.attempt(
        "list of event sources",
        lambda: list(pages(client, "list_event_source_mappings", "EventSourceMappings", most=_MOST_SOURCES)),
        nothing,
    )
    for each in mappings:
        source = of_arn(str(each.get("EventSourceArn") or ""))
        reader = canonical("lambda", str(each.get("FunctionArn") or ""))
        if source is not None:
            found.add(reader, source, f"event source of {reader.name} ({each.get('State')})")
    return found


def _add(found: Links, function: Mapping[str, Any]) -> None:
    own = Resource("lambda", str(function["FunctionName"]))
    found.notes[own] = ""
    add_named(found, own, (function.get("Environment") or {}).get("Variables") or {}, own.name)
    letters = of_arn(str((function.get("DeadLetterConfig") or {}).get("TargetArn") or ""))
    if letters is not None:
        found.add(own, letters, f"dead letters of {own.name}")
    group = (function.get("LoggingConfig") or {}).get("LogGroup")
    if group:
        found.add(own, Resource("log_group", str(group)), f"log of {own.name}")
    if function.get("Role"):
        found.add(own, Resource("role", name_of(str(function["Role"]))), f"role of {own.name}")
