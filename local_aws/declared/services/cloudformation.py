"""AWS CloudFormation (API reference, "Actions")."""

from __future__ import annotations

from typing import Any

from local_aws.declared.conditions import Condition, Is, Noted
from local_aws.declared.rules import Page, Rule, Service

_STACK_MISSING = ("ValidationError", "Stack with id {} does not exist")
_PAGE = Page(100)


def _stack(**more: Any) -> Condition:
    return Is("[StackName, StackId]", **more)


SERVICE = Service(
    "cloudformation",
    "ValidationError",
    (
        Rule(
            "DescribeStacks",
            "Stacks",
            {"StackName": _stack(missing=_STACK_MISSING)},
            identity=("StackName",),
            page=_PAGE,
        ),
        Rule(
            "ListStacks",
            "StackSummaries",
            {"StackStatusFilter": Is("StackStatus")},
            of="DescribeStacks",
            identity=("StackName",),
            order="-CreationTime",
            page=_PAGE,
        ),
        Rule(
            "DescribeStackEvents",
            "StackEvents",
            {"StackName": _stack()},
            identity=("EventId",),
            order="-Timestamp",
            page=_PAGE,
            undeclared=("ValidationError", "This local AWS knows no events of that stack: declare them."),
        ),
        Rule(
            "DescribeStackResources",
            "StackResources",
            {
                "StackName": _stack(forwarded=True),
                "LogicalResourceId": Is("LogicalResourceId"),
                "PhysicalResourceId": Is("PhysicalResourceId", forwarded=True),
            },
            identity=("StackName", "LogicalResourceId"),
        ),
        Rule(
            "ListStackResources",
            "StackResourceSummaries",
            {"StackName": _stack()},
            of="DescribeStackResources",
            identity=("StackName", "LogicalResourceId"),
            shows="merge(@, {LastUpdatedTimestamp: LastUpdatedTimestamp || Timestamp})",
            page=_PAGE,
        ),
        Rule("ListChangeSets", "Summaries", {"StackName": _stack()}, identity=("ChangeSetId",), page=_PAGE),
        Rule(
            "DescribeChangeSet",
            "",
            {
                "ChangeSetName": Is("[ChangeSetName, ChangeSetId]"),
                "StackName": _stack(),
                "IncludePropertyValues": Noted("property values are shown as declared"),
            },
            one=True,
            identity=("ChangeSetId",),
            missing=("ChangeSetNotFound", "ChangeSet [{}] does not exist"),
        ),
    ),
    trusted={"GetTemplate": ("StackName", "TemplateStage"), "GetTemplateSummary": ("StackName",)},
)
