"""Amazon EventBridge (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import Is, Ref, StartsWith
from local_aws.declared.rules import Page, Parent, Rule, Service

_BUS = Ref("EventBusName || 'default'", default="default", forwarded=True)
_RULE_IDENTITY = ("Name", "EventBusName || 'default'")
_PAGE = Page(100)

SERVICE = Service(
    "events",
    "ValidationException",
    (
        Rule(
            "ListRules",
            "Rules",
            {"EventBusName": _BUS, "NamePrefix": StartsWith("Name")},
            identity=_RULE_IDENTITY,
            order="Name",
            page=_PAGE,
        ),
        Rule(
            "DescribeRule",
            "",
            {"EventBusName": _BUS, "Name": Is("Name")},
            of="ListRules",
            identity=_RULE_IDENTITY,
            one=True,
            missing=("ResourceNotFoundException", "Rule does not exist: {}."),
        ),
        Rule(
            "ListTargetsByRule",
            "Targets",
            {"EventBusName": _BUS, "Rule": Is("Rule")},
            identity=("Rule", "EventBusName || 'default'", "Id"),
            page=_PAGE,
            parent=Parent("Rule", "DescribeRule", "Name"),
        ),
        Rule(
            "ListRuleNamesByTarget",
            "RuleNames",
            {"EventBusName": _BUS, "TargetArn": Is("Arn || TargetArn")},
            of="ListTargetsByRule",
            reads="{Rule: @}",
            shows="Rule",
            page=_PAGE,
        ),
        Rule(
            "ListEventBuses",
            "EventBuses",
            {"NamePrefix": StartsWith("Name")},
            identity=("Name",),
            page=Page(100, limit="Limit", cursor="NextToken", following="NextToken"),
        ),
        Rule(
            "ListArchives",
            "Archives",
            {
                "EventSourceArn": Is("EventSourceArn"),
                "NamePrefix": StartsWith("ArchiveName"),
                "State": Is("State"),
            },
            identity=("ArchiveName",),
            page=Page(100, limit="Limit", cursor="NextToken", following="NextToken"),
        ),
    ),
    trusted={"DescribeEventBus": ("Name",)},
)
