"""Auto Scaling groups: what they stand behind, and whether they have what they want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.logs.groups import telling_name
from toolbox.resources.base import Resource
from toolbox.surroundings.links.base import Links, canonical

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked

_MOST = 100


def read(asked: Asked) -> Links:
    """The groups of the account."""
    client = looking.current().client("autoscaling")
    nothing: list[Any] = []
    groups = asked.attempt(
        "list of Auto Scaling groups",
        lambda: list(pages(client, "describe_auto_scaling_groups", "AutoScalingGroups", most=_MOST)),
        nothing,
    )
    found = Links()
    for each in groups:
        own = Resource("asg", str(each["AutoScalingGroupName"]))
        wanted = each.get("DesiredCapacity")
        serving = sum(one.get("LifecycleState") == "InService" for one in each.get("Instances") or ())
        found.notes[own] = "" if serving == wanted else f"{serving} of {wanted} instances in service"
        for arn in each.get("TargetGroupARNs") or ():
            group = canonical("elb", str(arn).rpartition(":")[2])
            found.add(group, own, f"targets of {telling_name(group.name)}")
    return found
