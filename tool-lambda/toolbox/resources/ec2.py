"""An EC2 instance or an Auto Scaling group: state, status checks, sizes, scaling activities."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.asking.window import iso, known_time
from toolbox.resources.base import change, picked, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolbox.asking.answer import Asked

_INSTANCE = (
    "InstanceType",
    "ImageId",
    "LaunchTime",
    "StateTransitionReason",
    "SubnetId",
    "VpcId",
    "PrivateIpAddress",
    "InstanceLifecycle",
)
_GROUP = (
    "MinSize",
    "MaxSize",
    "DesiredCapacity",
    "DefaultCooldown",
    "HealthCheckType",
    "HealthCheckGracePeriod",
    "AvailabilityZones",
    "Status",
)
#: Keys of tags by which people say what runs on an instance.
_RUNS = re.compile(r"(?i)(?:[\w.-]*[:/])?(?:role|app|app(?:lication)?[-_]?name|application|service|component)")
#: How Auto Scaling begins to word the cause of an activity: what differs between equal ones.
_MOMENT = re.compile(r"^At \d{4}-\d\d-\d\dT[\d:]+Z ")
#: As it words the cause: by a policy or a schedule, or by a person.
_RESIZED = re.compile(r"(?:desired capacity|the capacity) from (\d+) to (\d+)")


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """State, status checks and scheduled events of an instance."""
    client = looking.current().client("ec2")
    nothing: list[Any] = []
    found = asked.attempt(
        "instance", lambda: client.describe_instances(InstanceIds=[name])["Reservations"], nothing
    )
    instances = [each for reservation in found for each in reservation["Instances"]]
    instance: Mapping[str, Any] = instances[0] if instances else {}
    checks = asked.attempt(
        "status checks",
        lambda: client.describe_instance_status(InstanceIds=[name], IncludeAllInstances=True)["InstanceStatuses"],
        nothing,
    )
    status: Mapping[str, Any] = checks[0] if checks else {}
    return {
        **picked(instance, *_INSTANCE),
        "state": (instance.get("State") or {}).get("Name"),
        "zone": (instance.get("Placement") or {}).get("AvailabilityZone"),
        "profile": (instance.get("IamInstanceProfile") or {}).get("Arn"),
        "security_groups": [each["GroupId"] for each in instance.get("SecurityGroups") or ()],
        "tags": tags_of(instance.get("Tags")),
        "runs": what_runs_on(instance),
        "system_check": (status.get("SystemStatus") or {}).get("Status"),
        "instance_check": (status.get("InstanceStatus") or {}).get("Status"),
        "scheduled_events": [
            picked(each, "Code", "Description", "NotBefore") for each in status.get("Events") or ()
        ],
        "changes": [change(instance.get("LaunchTime"), "launched")] if instance else [],
    }


def what_runs_on(instance: Mapping[str, Any]) -> list[str]:
    """What an instance's tags say that it runs."""
    return [str(each["Value"]) for each in instance.get("Tags") or () if _RUNS.fullmatch(str(each.get("Key")))]


def describe_group(asked: Asked, name: str) -> dict[str, Any]:
    """Sizes, members, policies, schedules and scaling activities of an Auto Scaling group."""
    client = looking.current().client("autoscaling")
    nothing: list[Any] = []
    found = asked.attempt(
        "group",
        lambda: client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"],
        nothing,
    )
    group: Mapping[str, Any] = found[0] if found else {}
    members = group.get("Instances") or ()
    activities = asked.attempt(
        "scaling activities",
        lambda: list(
            pages(client, "describe_scaling_activities", "Activities", most=30, AutoScalingGroupName=name)
        ),
        nothing,
    )
    scheduled = asked.attempt(
        "scheduled actions",
        lambda: client.describe_scheduled_actions(AutoScalingGroupName=name)["ScheduledUpdateGroupActions"],
        nothing,
    )
    return {
        **picked(group, *_GROUP),
        "launch_template": picked(group.get("LaunchTemplate"), "LaunchTemplateName", "Version"),
        "suspended": [each["ProcessName"] for each in group.get("SuspendedProcesses") or ()],
        "had_more": _had_more(activities, group.get("MaxSize")),
        "members": dict(Counter(f"{each['LifecycleState']} {each['HealthStatus']}" for each in members)),
        "instances": [each["InstanceId"] for each in members][:12],
        "scheduled": [
            picked(each, "ScheduledActionName", "Recurrence", "MinSize", "MaxSize", "DesiredCapacity")
            for each in scheduled[:6]
        ],
        "failed_activities": _failures(activities)[:4],
        "changes": [change(each.get("StartTime"), _activity(each)) for each in activities],
    }


def _activity(each: Mapping[str, Any]) -> str:
    cause = str(each.get("Cause", "")).partition(".")[0]
    resized = _RESIZED.search(cause)
    size = f", desired capacity {resized[1]} → {resized[2]}" if resized else ""
    return f"{each.get('Description', '')} ({each.get('StatusCode')}){size}: {_MOMENT.sub('', cause)}"[:220]


def _had_more(activities: Iterable[Mapping[str, Any]], most: int | None) -> str | None:
    """Whether the group was larger in the last days than it may be now: `12 instances at …`."""
    sizes = [
        (int(size), each["StartTime"])
        for each in activities
        if known_time(each.get("StartTime"))
        for found in _RESIZED.finditer(str(each.get("Cause", "")))
        for size in found.groups()
    ]
    if most is None or not sizes:
        return None
    largest, at = max(sizes, key=lambda each: each[0])
    return f"{largest} instances at {iso(at)}" if largest > most else None


def _failures(activities: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What activities failed with, each reason once, the latest first."""
    found: dict[str, dict[str, Any]] = {}
    for each in activities:
        if each.get("StatusCode") == "Failed":
            reason = str(each.get("StatusMessage") or each.get("Description"))
            known = found.setdefault(reason, {"StatusMessage": reason, "last": each.get("StartTime"), "times": 0})
            known |= {"StartTime": each.get("StartTime"), "times": known["times"] + 1}
    return list(found.values())
