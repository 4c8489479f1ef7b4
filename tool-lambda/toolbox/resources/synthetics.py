"""A canary: state, schedule, runtime, and what its latest run said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.resources.base import change, name_of, picked

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Configuration of a canary, and the function that runs it."""
    client = looking.current().client("synthetics")
    nothing: dict[str, Any] = {}
    found = asked.attempt("canary", lambda: client.get_canary(Name=name)["Canary"], nothing)
    times = found.get("Timeline") or {}
    engine = str(found.get("EngineArn") or "").partition(":function:")[2].partition(":")[0]
    return {
        **picked(found, "Name", "RuntimeVersion"),
        "state": (found.get("Status") or {}).get("State"),
        "schedule": (found.get("Schedule") or {}).get("Expression"),
        "timeout_s": (found.get("RunConfig") or {}).get("TimeoutInSeconds"),
        "role": name_of(str(found.get("ExecutionRoleArn") or "")),
        "functions": [engine] if engine else [],
        "changes": [change(times.get("LastModified"), "canary changed")],
    }
