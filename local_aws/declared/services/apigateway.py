"""Amazon API Gateway, REST APIs (API reference, version 1)."""

from __future__ import annotations

from local_aws.declared.conditions import Is, Noted
from local_aws.declared.rules import Page, Parent, Rule, Service

_PAGE = Page(25, most=500)
_API = Is("restApiId")
_NO_API = ("NotFoundException", "Invalid API identifier specified: {}")

SERVICE = Service(
    "apigateway",
    "BadRequestException",
    (
        Rule("GetRestApis", "items", identity=("id",), page=_PAGE),
        Rule(
            "GetRestApi",
            "",
            {"restApiId": Is("id")},
            of="GetRestApis",
            identity=("id",),
            one=True,
            missing=_NO_API,
        ),
        Rule(
            "GetStages",
            "item",
            {"restApiId": _API, "deploymentId": Is("deploymentId")},
            identity=("restApiId", "stageName"),
            parent=Parent("restApiId", "GetRestApi"),
        ),
        Rule(
            "GetStage",
            "",
            {"restApiId": _API, "stageName": Is("stageName")},
            of="GetStages",
            identity=("restApiId", "stageName"),
            one=True,
            missing=("NotFoundException", "Invalid stage identifier specified: {}"),
        ),
        Rule(
            "GetDeployments",
            "items",
            {"restApiId": _API},
            identity=("restApiId", "id"),
            order="-createdDate",
            page=_PAGE,
            parent=Parent("restApiId", "GetRestApi"),
        ),
        Rule(
            "GetResources",
            "items",
            {"restApiId": _API, "embed": Noted("shows the methods as well")},
            identity=("restApiId", "id"),
            order="path",
            hides={"methods": "resourceMethods"},
            includes="embed",
            page=_PAGE,
            parent=Parent("restApiId", "GetRestApi"),
        ),
    ),
    trusted={"GetResource": ("embed",)},
)
