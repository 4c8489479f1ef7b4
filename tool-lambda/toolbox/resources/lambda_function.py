"""A Lambda function: limits, state, role, network, concurrency, versions and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import change, picked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.asking.answer import Asked

_MOST_DIFFERENCES = 6
_SETTINGS = (
    "Runtime",
    "Handler",
    "PackageType",
    "Architectures",
    "Timeout",
    "MemorySize",
    "CodeSize",
    "LastModified",
    "State",
    "StateReason",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "Role",
    "KMSKeyArn",
)


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Configuration and fresh changes of a function; `name` may carry a version or alias."""
    client = looking.current().client("lambda")
    function = name.partition(":")[0]
    nothing: dict[str, Any] = {}
    found = asked.attempt("function", lambda: client.get_function_configuration(FunctionName=name), nothing)
    reserved = asked.attempt(
        "reserved concurrency", lambda: client.get_function_concurrency(FunctionName=function), nothing
    )
    versions = _listed(asked, "versions", "list_versions_by_function", "Versions", function)
    aliases = _listed(asked, "aliases", "list_aliases", "Aliases", function)
    return {
        **picked(found, *_SETTINGS),
        "environment": (found.get("Environment") or {}).get("Variables"),
        "vpc": _vpc(found),
        "layers": [layer["Arn"] for layer in found.get("Layers") or ()],
        "dead_letter": (found.get("DeadLetterConfig") or {}).get("TargetArn"),
        "ephemeral_storage_mb": _unusual((found.get("EphemeralStorage") or {}).get("Size"), 512),
        "log_group": (found.get("LoggingConfig") or {}).get("LogGroup"),
        "reserved_concurrency": reserved.get("ReservedConcurrentExecutions"),
        "aliases": [_alias(each) for each in aliases],
        "unlike_version": unlike(found, versions),
        "asynchronous": _asynchronous(asked, client, function),
        "changes": _changes(found, versions),
    }


def _listed(asked: Asked, what: str, method: str, key: str, function: str) -> list[dict[str, Any]]:
    client = looking.current().client("lambda")
    nothing: list[Any] = []
    return asked.attempt(what, lambda: list(pages(client, method, key, most=100, FunctionName=function)), nothing)


def _vpc(found: Mapping[str, Any]) -> dict[str, Any]:
    vpc = found.get("VpcConfig") or {}
    return picked(vpc, "VpcId", "SubnetIds", "SecurityGroupIds") if vpc.get("SubnetIds") else {}


def _unusual(value: Any, usual: Any) -> Any:
    return None if value == usual else value


def _alias(alias: Mapping[str, Any]) -> dict[str, Any]:
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    return {"name": alias["Name"], "version": alias["FunctionVersion"], "weights": weights}


def _asynchronous(asked: Asked, client: Any, function: str) -> dict[str, Any]:
    """Retries and destinations of asynchronous invocations; none configured is no gap."""

    def read() -> dict[str, Any]:
        listed = client.list_function_event_invoke_configs(FunctionName=function)["FunctionEventInvokeConfigs"]
        if not listed:
            return {}
        destinations = listed[0].get("DestinationConfig") or {}
        return {
            **picked(listed[0], "MaximumRetryAttempts", "MaximumEventAgeInSeconds"),
            "on_failure": (destinations.get("OnFailure") or {}).get("Destination"),
        }

    nothing: dict[str, Any] = {}
    return asked.attempt("asynchronous invocation settings", read, nothing)


def _changes(found: Mapping[str, Any], versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = [change(found.get("LastModified"), "code or configuration changed ($LATEST)")] if found else []
    return told + [
        change(each.get("LastModified"), f"version {each['Version']} published{_described(each)}")
        for each in versions
        if each["Version"] != "$LATEST"
    ]


def unlike(latest: Mapping[str, Any], versions: Sequence[Mapping[str, Any]]) -> list[str]:
    """In what $LATEST differs from the last version published: what was changed by hand since."""
    published = [each for each in versions if str(each.get("Version", "")).isdigit()]
    if not published or latest.get("Version") not in (None, "$LATEST"):
        return []
    last = max(published, key=lambda each: int(each["Version"]))
    names = ("Timeout", "MemorySize", "Runtime", "Handler", "Role")
    pairs = [(name, last.get(name), latest.get(name)) for name in names if last.get(name) is not None]
    before, now = _variables(last), _variables(latest)
    pairs += [(f"variable {name}", before.get(name), now.get(name)) for name in sorted({*before, *now})]
    return [
        f"{name}: {_told(old)} in version {last['Version']}, {_told(new)} now"
        for name, old, new in pairs
        if old != new
    ][:_MOST_DIFFERENCES]


def _variables(found: Mapping[str, Any]) -> dict[str, Any]:
    return dict((found.get("Environment") or {}).get("Variables") or {})


def _told(value: Any) -> str:
    return "not there" if value is None else str(value)


def _described(version: Mapping[str, Any]) -> str:
    return f" ({version['Description']})" if version.get("Description") else ""
