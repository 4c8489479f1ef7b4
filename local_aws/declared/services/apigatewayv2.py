"""Amazon API Gateway, HTTP and WebSocket APIs (API reference, version 2)."""

from __future__ import annotations

from local_aws.declared.conditions import Is
from local_aws.declared.rules import Page, Parent, Rule, Service

_PAGE = Page(25, most=500)
_API = Is("ApiId")


def _of_api(operation: str, identity: str, order: str = "") -> Rule:
    return Rule(
        operation,
        "Items",
        {"ApiId": _API},
        identity=("ApiId", identity),
        order=order,
        page=_PAGE,
        parent=Parent("ApiId", "GetApi"),
    )


SERVICE = Service(
    "apigatewayv2",
    "BadRequestException",
    (
        Rule("GetApis", "Items", identity=("ApiId",), page=_PAGE),
        Rule(
            "GetApi",
            "",
            {"ApiId": _API},
            of="GetApis",
            identity=("ApiId",),
            one=True,
            missing=("NotFoundException", "Invalid API identifier specified {}"),
        ),
        _of_api("GetStages", "StageName"),
        Rule(
            "GetStage",
            "",
            {"ApiId": _API, "StageName": Is("StageName")},
            of="GetStages",
            identity=("ApiId", "StageName"),
            one=True,
            missing=("NotFoundException", "Invalid stage identifier specified {}"),
        ),
        _of_api("GetRoutes", "RouteId"),
        _of_api("GetIntegrations", "IntegrationId"),
        _of_api("GetAuthorizers", "AuthorizerId"),
        _of_api("GetDeployments", "DeploymentId", "-CreatedDate"),
    ),
)
