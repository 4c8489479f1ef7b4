"""A Lambda function: limits, state, role, network, concurrency, versions and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox import look as looking
from toolbox.answer import pages
from toolbox.resources.base import change, picked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.answer import Asked

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


def _described(version: Mapping[str, Any]) -> str:
    return f" ({version['Description']})" if version.get("Description") else ""
