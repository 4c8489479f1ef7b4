"""AWS Lambda (API reference, "Actions")."""

from __future__ import annotations

import re
from typing import Any

from local_aws.declared.conditions import Condition, Is, Record, Where, values
from local_aws.declared.rules import Alias, Page, Parent, Rule, Service

_NAME = re.compile(r"(?:.*:function:)?([^:]+)(?::.+)?")


def _bare(reference: Any) -> str:
    """The name in a name, a name with qualifier, or a full or partial ARN (API reference, "FunctionName")."""
    found = _NAME.fullmatch(str(reference))
    return found.group(1) if found else str(reference)


def _function(path: str, *, forwarded: bool = False) -> Condition:
    def test(asked: Any, record: Record) -> bool:
        return any(_bare(one) == _bare(asked) for one in values(path, record))

    return Where(test, f"function name or ARN of `{path}`", path, forwarded=forwarded)


def _qualified(asked: Any, record: Record) -> bool:
    end = str(record.get("FunctionArn", "")).partition(":function:")[2].partition(":")[2]
    names = {record.get("Qualifier"), record.get("Version"), end} - {None, ""}
    return asked in (names or {"$LATEST"})


_QUALIFIER = Where(_qualified, "version or declared alias of it", default="$LATEST")
_NOT_FOUND = ("ResourceNotFoundException", "Function not found: {}")
_PAGE = Page(50, most=10_000)


_PARENT = Parent("FunctionName", "GetFunctionConfiguration")

_ALIAS = Alias("Qualifier", "ListAliases", "Name", "FunctionVersion")

SERVICE = Service(
    "lambda",
    "InvalidParameterValueException",
    (
        Rule(
            "ListFunctions",
            "Functions",
            {
                "FunctionVersion": Where(
                    lambda asked, one: asked == "ALL" or one.get("Version", "$LATEST") == "$LATEST",
                    "published versions too when ALL",
                    default="$LATEST",
                    forwarded=True,
                )
            },
            order="FunctionName",
            page=_PAGE,
            identity=("FunctionName", "Version || '$LATEST'"),
        ),
        Rule(
            "GetFunctionConfiguration",
            "",
            {"FunctionName": _function("FunctionName"), "Qualifier": _QUALIFIER},
            alias=_ALIAS,
            one=True,
            missing=_NOT_FOUND,
            of="ListFunctions",
            identity=("FunctionName", "Version || '$LATEST'"),
        ),
        Rule(
            "GetFunction",
            "Configuration",
            {"FunctionName": _function("FunctionName"), "Qualifier": _QUALIFIER},
            alias=_ALIAS,
            one=True,
            missing=_NOT_FOUND,
            of="ListFunctions",
            identity=("FunctionName", "Version || '$LATEST'"),
        ),
        Rule(
            "ListVersionsByFunction",
            "Versions",
            {"FunctionName": _function("FunctionName")},
            page=_PAGE,
            of="ListFunctions",
            identity=("FunctionName", "Version || '$LATEST'"),
        ),
        Rule(
            "ListAliases",
            "Aliases",
            {"FunctionName": _function("FunctionName || AliasArn"), "FunctionVersion": Is("FunctionVersion")},
            identity=("AliasArn || join(':', [FunctionName, Name])",),
            order="Name",
            page=_PAGE,
            parent=_PARENT,
        ),
        Rule(
            "GetAlias",
            "",
            {"FunctionName": _function("FunctionName || AliasArn"), "Name": Is("Name")},
            one=True,
            missing=("ResourceNotFoundException", "Cannot find alias: {}"),
            of="ListAliases",
        ),
        Rule(
            "ListEventSourceMappings",
            "EventSourceMappings",
            {"FunctionName": _function("FunctionArn"), "EventSourceArn": Is("EventSourceArn")},
            identity=("UUID",),
            page=Page(100, most=10_000),
        ),
        Rule(
            "GetEventSourceMapping",
            "",
            {"UUID": Is("UUID")},
            one=True,
            missing=("ResourceNotFoundException", "The resource you requested does not exist: {}."),
            of="ListEventSourceMappings",
        ),
        Rule(
            "GetFunctionConcurrency",
            "",
            {"FunctionName": _function("FunctionName")},
            one=True,
            missing=_NOT_FOUND,
            parent=_PARENT,
            otherwise={},
        ),
        Rule(
            "GetPolicy",
            "",
            {"FunctionName": _function("FunctionName"), "Qualifier": Is("Qualifier")},
            one=True,
            missing=("ResourceNotFoundException", "The resource you requested does not exist: {}."),
            parent=_PARENT,
        ),
        Rule(
            "ListFunctionEventInvokeConfigs",
            "FunctionEventInvokeConfigs",
            {"FunctionName": _function("FunctionName || FunctionArn")},
            identity=("FunctionArn",),
            page=Page(50),
            parent=_PARENT,
        ),
        Rule(
            "GetFunctionEventInvokeConfig",
            "",
            {"FunctionName": _function("FunctionName || FunctionArn"), "Qualifier": _QUALIFIER},
            one=True,
            missing=("ResourceNotFoundException", "The function {} doesn't have an EventInvokeConfig"),
            of="ListFunctionEventInvokeConfigs",
            parent=_PARENT,
        ),
        Rule(
            "ListProvisionedConcurrencyConfigs",
            "ProvisionedConcurrencyConfigs",
            {"FunctionName": _function("FunctionName || FunctionArn")},
            identity=("FunctionArn",),
            page=Page(50),
            parent=_PARENT,
        ),
        Rule(
            "GetProvisionedConcurrencyConfig",
            "",
            {"FunctionName": _function("FunctionName || FunctionArn"), "Qualifier": Where(_qualified, "the same")},
            one=True,
            missing=(
                "ProvisionedConcurrencyConfigNotFoundException",
                "No Provisioned Concurrency Config found for this function",
            ),
            of="ListProvisionedConcurrencyConfigs",
            parent=_PARENT,
        ),
        Rule("GetAccountSettings", "", one=True),
    ),
    trusted={"GetFunctionUrlConfig": ("Qualifier",), "GetFunctionCodeSigningConfig": ()},
)
