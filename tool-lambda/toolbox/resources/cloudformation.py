"""A stack: its state, its parameters, and what its latest update did; fresher than CloudTrail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import change, picked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.asking.answer import Asked

_MOST_EVENTS = 40
_MOST_PARAMETERS = 12


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """A stack by its name, or the one to which a resource of that physical id belongs."""
    client = looking.current().client("cloudformation")
    stack = _stack_of(asked, name) or name
    nothing: list[Any] = []
    found = asked.attempt("stack", lambda: client.describe_stacks(StackName=stack)["Stacks"], nothing)
    if not found:
        return {}
    events = asked.attempt(
        "stack events",
        lambda: list(pages(client, "describe_stack_events", "StackEvents", most=_MOST_EVENTS, StackName=stack)),
        nothing,
    )
    return {
        **picked(found[0], "StackName", "StackStatus", "StackStatusReason", "LastUpdatedTime"),
        "parameters": {
            str(each.get("ParameterKey")): each.get("ParameterValue")
            for each in (found[0].get("Parameters") or ())[:_MOST_PARAMETERS]
        },
        "changes": [change(each.get("Timestamp"), _event(each)) for each in events if _is_end(each)],
    }


def _stack_of(asked: Asked, physical_id: str) -> str:
    """The stack a resource belongs to; "" for most resources there is none."""
    client = looking.current().client("cloudformation")

    def read() -> str:
        try:
            found = client.describe_stack_resources(PhysicalResourceId=physical_id)["StackResources"]
        except client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ValidationError":
                return ""
            raise
        return str(found[0].get("StackName") or "") if found else ""

    return asked.attempt("stack of the resource", read, "")


def _is_end(event: Mapping[str, Any]) -> bool:
    """What began is told by how it ended."""
    return not str(event.get("ResourceStatus", "")).endswith("IN_PROGRESS")


def _event(event: Mapping[str, Any]) -> str:
    reason = f": {event['ResourceStatusReason']}" if event.get("ResourceStatusReason") else ""
    named = event.get("PhysicalResourceId") or event.get("LogicalResourceId")
    kind = str(event.get("ResourceType", "")).removeprefix("AWS::")
    return f"{event.get('ResourceStatus')} {kind} {str(named).rpartition('/')[2]}{reason}"[:220]
