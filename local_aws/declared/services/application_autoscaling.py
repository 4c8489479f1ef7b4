"""Application Auto Scaling (API reference, "Actions"). The emulator does not know it: everything is declared."""

from __future__ import annotations

from local_aws.declared.conditions import Condition, Is, Where
from local_aws.declared.rules import Page, Rule, Service

_ABOUT: dict[str, Condition] = {
    "ResourceId": Is("ResourceId"),
    "ScalableDimension": Is("ScalableDimension"),
    "ServiceNamespace": Is("ServiceNamespace"),
}
_PAGE = Page(50)

SERVICE = Service(
    "application-autoscaling",
    "ValidationException",
    (
        Rule(
            "DescribeScalableTargets",
            "ScalableTargets",
            {
                "ResourceIds": Is("ResourceId"),
                "ScalableDimension": Is("ScalableDimension"),
                "ServiceNamespace": Is("ServiceNamespace"),
            },
            identity=("ServiceNamespace", "ResourceId", "ScalableDimension"),
            page=_PAGE,
        ),
        Rule(
            "DescribeScalingActivities",
            "ScalingActivities",
            {
                **_ABOUT,
                "IncludeNotScaledActivities": Where(
                    lambda asked, one: asked or not one.get("NotScaledReasons"),
                    "those that did not scale too",
                    default=False,
                ),
            },
            identity=("ActivityId",),
            order="-StartTime",
            page=_PAGE,
        ),
        Rule(
            "DescribeScalingPolicies",
            "ScalingPolicies",
            {**_ABOUT, "PolicyNames": Is("PolicyName")},
            identity=("PolicyARN || PolicyName",),
            page=_PAGE,
        ),
        Rule(
            "DescribeScheduledActions",
            "ScheduledActions",
            {**_ABOUT, "ScheduledActionNames": Is("ScheduledActionName")},
            identity=("ScheduledActionARN || ScheduledActionName",),
            page=_PAGE,
        ),
    ),
)
