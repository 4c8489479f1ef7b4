"""An API of API Gateway: stages with their deployments, throttles and logs, and what is behind the routes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import change, name_of, picked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolbox.asking.answer import Asked

_MOST = 12
_FUNCTION = re.compile(r":function:([\w-]+)")


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """A REST API by name or id; `name/stage` for one stage."""
    client = looking.current().client("apigateway")
    title, _, stage = name.partition("/")
    nothing: list[Any] = []
    found = asked.attempt("APIs", lambda: list(pages(client, "get_rest_apis", "items", most=500)), nothing)
    api = next((each for each in found if title in (each.get("name"), each.get("id"))), None)
    if api is None:
        asked.gap("API", f"not found: {title}")
        return {}
    identifier = api["id"]
    stages = asked.attempt("stages", lambda: client.get_stages(restApiId=identifier)["item"], nothing)
    deployments = asked.attempt(
        "deployments",
        lambda: list(pages(client, "get_deployments", "items", most=50, restApiId=identifier)),
        nothing,
    )
    methods = _methods(asked, client, identifier)
    if len(methods) > _MOST:
        asked.cut(f"{len(methods) - _MOST} methods")
    return {
        **picked(api, "id", "name", "createdDate"),
        "stages": [_stage(each) for each in stages if not stage or each["stageName"] == stage],
        "integrations": [f"{method} → {_target(each)}" for method, each in methods[:_MOST]],
        "functions": _functions(each.get("uri") for _, each in methods),
        "changes": [
            change(each.get("createdDate"), f"deployment {each['id']} {each.get('description', '')}".strip())
            for each in deployments
        ],
    }


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    methods = stage.get("methodSettings") or {}
    return {
        **picked(stage, "stageName", "deploymentId", "lastUpdatedDate", "cacheClusterStatus", "webAclArn"),
        "variables": stage.get("variables"),
        "access_log": _group((stage.get("accessLogSettings") or {}).get("destinationArn")),
        "throttles": {
            path: picked(setting, "throttlingRateLimit", "throttlingBurstLimit")
            for path, setting in list(methods.items())[:6]
        },
        "canary": picked(stage.get("canarySettings"), "percentTraffic", "deploymentId"),
    }


def _methods(asked: Asked, client: Any, identifier: str) -> list[tuple[str, Mapping[str, Any]]]:
    """`GET /baskets` and what is behind it."""
    nothing: list[Any] = []
    found = asked.attempt(
        "resources",
        lambda: list(pages(client, "get_resources", "items", most=200, restApiId=identifier, embed=["methods"])),
        nothing,
    )
    return [
        (f"{method} {each.get('path')}", settings.get("methodIntegration") or {})
        for each in found
        for method, settings in (each.get("resourceMethods") or {}).items()
    ]


def _functions(uris: Iterable[Any]) -> list[str]:
    """Names of the functions that integrations call."""
    found = (_FUNCTION.search(str(uri or "")) for uri in uris)
    return list(dict.fromkeys(each[1] for each in found if each))


def _group(arn: str | None) -> str:
    """The log group of an ARN; access logs may go elsewhere too."""
    return str(arn or "").rpartition(":log-group:")[2].removesuffix(":*") if ":log-group:" in str(arn) else ""


def _target(integration: Mapping[str, Any]) -> str:
    uri = str(integration.get("uri") or "")
    target = name_of(uri.partition("/invocations")[0]) if ":lambda:" in uri else uri
    timeout = integration.get("timeoutInMillis")
    return f"{integration.get('type', '?')} {target}{f', {timeout} ms' if timeout else ''}"


def describe_http(asked: Asked, name: str) -> dict[str, Any]:
    """An HTTP or WebSocket API by id; `id/stage` for one stage."""
    client = looking.current().client("apigatewayv2")
    identifier, _, stage = name.partition("/")
    nothing: dict[str, Any] = {}
    api = asked.attempt("API", lambda: client.get_api(ApiId=identifier), nothing)
    integrations = _of(asked, client, "get_integrations", identifier)
    routes = _of(asked, client, "get_routes", identifier)
    stages = _of(asked, client, "get_stages", identifier)
    return {
        **picked(api, "ApiId", "Name", "ProtocolType", "CreatedDate", "DisableExecuteApiEndpoint"),
        "stages": [
            {
                **picked(
                    each, "StageName", "DeploymentId", "LastUpdatedDate", "AutoDeploy", "DefaultRouteSettings"
                ),
                "access_log": _group((each.get("AccessLogSettings") or {}).get("DestinationArn")),
            }
            for each in stages
            if not stage or each["StageName"] == stage
        ],
        "integrations": [
            {
                "kind": each.get("IntegrationType"),
                "target": str(each.get("IntegrationUri", "")).rpartition("/functions/")[2],
                "timeout_ms": each.get("TimeoutInMillis"),
            }
            for each in integrations[:_MOST]
        ],
        "functions": _functions(each.get("IntegrationUri") for each in integrations),
        "routes": [f"{each.get('RouteKey')} → {each.get('Target')}" for each in routes[:_MOST]],
        "authorizers": dict(
            Counter(str(each.get("AuthorizationType")) for each in routes if each.get("AuthorizationType"))
        ),
        "changes": [
            change(
                each.get("CreatedDate"), f"deployment {each['DeploymentId']} {each.get('DeploymentStatus', '')}"
            )
            for each in _of(asked, client, "get_deployments", identifier)
        ],
    }


def _of(asked: Asked, client: Any, method: str, identifier: str) -> list[dict[str, Any]]:
    nothing: list[Any] = []
    what = method.removeprefix("get_")
    return asked.attempt(what, lambda: list(pages(client, method, "Items", most=100, ApiId=identifier)), nothing)
