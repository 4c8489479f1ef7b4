"""Amazon EC2 Auto Scaling (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import AtLeast, AtMost, Is, Where
from local_aws.declared.filters import Filters
from local_aws.declared.rules import Page, Rule, Service

_GROUP = Is("AutoScalingGroupName")
_PAGE = Page(50, most=100)

SERVICE = Service(
    "autoscaling",
    "ValidationError",
    (
        Rule(
            "DescribeAutoScalingGroups",
            "AutoScalingGroups",
            {
                "AutoScalingGroupNames": _GROUP,
                "Filters": Filters({}, tags="Tags", code="ValidationError"),
            },
            identity=("AutoScalingGroupName",),
            page=_PAGE,
        ),
        Rule(
            "DescribeAutoScalingInstances",
            "AutoScalingInstances",
            {"InstanceIds": Is("InstanceId")},
            identity=("InstanceId",),
            page=Page(50),
        ),
        Rule(
            "DescribeScalingActivities",
            "Activities",
            {
                "ActivityIds": Is("ActivityId"),
                "AutoScalingGroupName": _GROUP,
                "IncludeDeletedGroups": Where(
                    lambda asked, one: asked or one.get("AutoScalingGroupState") != "Deleted",
                    "those of deleted groups too",
                    default=False,
                ),
                "Filters": Filters({"Status": "StatusCode"}, code="ValidationError"),
            },
            identity=("ActivityId",),
            order="-StartTime",
            page=Page(100),
        ),
        Rule(
            "DescribePolicies",
            "ScalingPolicies",
            {
                "AutoScalingGroupName": _GROUP,
                "PolicyNames": Is("[PolicyName, PolicyARN]"),
                "PolicyTypes": Is("PolicyType"),
            },
            identity=("AutoScalingGroupName", "PolicyName"),
            page=_PAGE,
        ),
        Rule(
            "DescribeScheduledActions",
            "ScheduledUpdateGroupActions",
            {
                "AutoScalingGroupName": _GROUP,
                "ScheduledActionNames": Is("ScheduledActionName"),
                "StartTime": AtLeast("StartTime"),
                "EndTime": AtMost("StartTime"),
            },
            identity=("AutoScalingGroupName", "ScheduledActionName"),
            page=_PAGE,
        ),
        Rule(
            "DescribeInstanceRefreshes",
            "InstanceRefreshes",
            {"AutoScalingGroupName": _GROUP, "InstanceRefreshIds": Is("InstanceRefreshId")},
            identity=("InstanceRefreshId",),
            order="-StartTime",
            page=Page(50, most=100, limit="MaxRecords", cursor="NextToken", following="NextToken"),
        ),
        Rule(
            "DescribeLaunchConfigurations",
            "LaunchConfigurations",
            {"LaunchConfigurationNames": Is("LaunchConfigurationName")},
            identity=("LaunchConfigurationName",),
            page=_PAGE,
        ),
        Rule(
            "DescribeLifecycleHooks",
            "LifecycleHooks",
            {"AutoScalingGroupName": _GROUP, "LifecycleHookNames": Is("LifecycleHookName")},
            identity=("AutoScalingGroupName", "LifecycleHookName"),
        ),
        Rule(
            "DescribeTags",
            "Tags",
            {
                "Filters": Filters(
                    {
                        "auto-scaling-group": "ResourceId",
                        "key": "Key",
                        "value": "Value",
                        "propagate-at-launch": "PropagateAtLaunch",
                    },
                    code="ValidationError",
                )
            },
            identity=("ResourceId", "Key"),
            page=_PAGE,
        ),
    ),
)
