"""Links of load balancers: their target groups, under the names metrics call both by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.surroundings.links.base import Links, canonical

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked

_MOST = 200


def read(asked: Asked) -> Links:
    """Which target group belongs to which load balancer."""
    client = looking.current().client("elbv2")
    nothing: list[Any] = []
    groups = asked.attempt(
        "list of target groups",
        lambda: list(pages(client, "describe_target_groups", "TargetGroups", most=_MOST)),
        nothing,
    )
    found = Links()
    for each in groups:
        group = canonical("elb", str(each["TargetGroupArn"]).rpartition(":")[2])
        for arn in each.get("LoadBalancerArns") or ():
            found.add(
                canonical("elb", str(arn).rpartition(":")[2]), group, f"target group {each['TargetGroupName']}"
            )
    return found
