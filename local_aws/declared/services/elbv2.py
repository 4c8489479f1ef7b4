"""Elastic Load Balancing v2 (API reference, "Actions")."""

from __future__ import annotations

from typing import Any

from local_aws.declared.conditions import Condition, Is, Noted, Record, Where
from local_aws.declared.rules import Page, Parent, Rule, Service

_PAGE = Page(400)


def _known(path: str, code: str, what: str) -> Condition:
    return Is(path, missing=(code, f"One or more {what} not found"))


def _is_target(asked: list[dict[str, Any]], record: Record) -> bool:
    target = record["Target"]
    return any(
        one["Id"] == target["Id"] and one.get("Port", target.get("Port")) == target.get("Port") for one in asked
    )


def _of_listener(asked: Any, record: Record) -> bool:
    """A rule's ARN holds its listener's: listener-rule/app/NAME/LB/LISTENER/RULE."""
    listener = str(record.get("RuleArn", "")).rpartition("/")[0].replace(":listener-rule/", ":listener/")
    return asked in {record.get("ListenerArn"), listener}


def _attributes(operation: str, about: str) -> Rule:
    return Rule(operation, "Attributes", {about: Is(about)}, identity=(about, "Key"))


SERVICE = Service(
    "elbv2",
    "ValidationError",
    (
        Rule(
            "DescribeLoadBalancers",
            "LoadBalancers",
            {
                "LoadBalancerArns": _known("LoadBalancerArn", "LoadBalancerNotFound", "load balancers"),
                "Names": _known("LoadBalancerName", "LoadBalancerNotFound", "load balancers"),
            },
            identity=("LoadBalancerArn",),
            page=_PAGE,
        ),
        Rule(
            "DescribeTargetGroups",
            "TargetGroups",
            {
                "LoadBalancerArn": Is("LoadBalancerArns"),
                "TargetGroupArns": _known("TargetGroupArn", "TargetGroupNotFound", "target groups"),
                "Names": _known("TargetGroupName", "TargetGroupNotFound", "target groups"),
            },
            identity=("TargetGroupArn",),
            page=_PAGE,
        ),
        Rule(
            "DescribeTargetHealth",
            "TargetHealthDescriptions",
            {
                "TargetGroupArn": Is("TargetGroupArn"),
                "Targets": Where(_is_target, "`Target` is one of it, by Id and Port"),
                "Include": Noted("shows AnomalyDetection as well"),
            },
            identity=("TargetGroupArn", "Target.Id", "to_string(Target.Port)"),
            hides={"AnomalyDetection": "AnomalyDetection"},
            includes="Include",
            parent=Parent("TargetGroupArn", "DescribeTargetGroups", "TargetGroupArns"),
        ),
        Rule(
            "DescribeListeners",
            "Listeners",
            {
                "LoadBalancerArn": Is("LoadBalancerArn"),
                "ListenerArns": _known("ListenerArn", "ListenerNotFound", "listeners"),
            },
            identity=("ListenerArn",),
            page=_PAGE,
            parent=Parent("LoadBalancerArn", "DescribeLoadBalancers", "LoadBalancerArns"),
        ),
        Rule(
            "DescribeRules",
            "Rules",
            {
                "ListenerArn": Where(_of_listener, "`RuleArn` belongs to the listener", forwarded=True),
                "RuleArns": Is("RuleArn", forwarded=True, missing=("RuleNotFound", "One or more rules not found")),
            },
            identity=("RuleArn",),
            page=_PAGE,
            parent=Parent("ListenerArn", "DescribeListeners", "ListenerArns"),
        ),
        _attributes("DescribeLoadBalancerAttributes", "LoadBalancerArn"),
        _attributes("DescribeTargetGroupAttributes", "TargetGroupArn"),
        _attributes("DescribeListenerAttributes", "ListenerArn"),
        Rule(
            "DescribeTags",
            "TagDescriptions",
            {"ResourceArns": Is("ResourceArn")},
            identity=("ResourceArn",),
        ),
    ),
)
