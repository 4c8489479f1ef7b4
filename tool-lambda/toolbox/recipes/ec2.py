"""EC2 and Auto Scaling: what the group wanted and has, credits of burstable instances, status checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.capacity.credits import cpu_credits, if_spent
from toolbox.metrics.related import related_metrics
from toolbox.plan import Step, answer_of, only_changes
from toolbox.recipes.recipe import Recipe

if TYPE_CHECKING:
    from toolbox.plan import Done

_GROUP = ("GroupDesiredCapacity", "GroupInServiceInstances", "GroupPendingInstances", "GroupMaxSize")
_INSTANCE = ("StatusCheckFailed", "StatusCheckFailed_System", "StatusCheckFailed_Instance", "CPUCreditBalance")


def beside(done: Done) -> dict[str, Any] | None:
    """Sizes of the group, or what says that an instance is not well."""
    del done  # the alarm says it
    dimensions = looking.current().dimensions
    for key, space, names in (
        ("AutoScalingGroupName", "AWS/AutoScaling", _GROUP),
        ("InstanceId", "AWS/EC2", _INSTANCE),
    ):
        if key in dimensions:
            return {"dimensions": {key: dimensions[key]}, "namespace": space, "names": names}
    return None


def instances(done: Done) -> dict[str, Any] | None:
    """The instance of the alarm, or those of its group."""
    own = looking.current().dimensions.get("InstanceId")
    found = [own] if own else [str(each) for each in answer_of(done, "configuration").get("instances") or ()]
    return {"instances": found} if found else None


RECIPE = Recipe(
    "EC2 and Auto Scaling",
    ("AWS/EC2", "AWS/AutoScaling", "CWAgent"),
    "sizes of the group, and whether it was larger in the last days than it may be now; status checks and CPU "
    "credits of an instance; quotas where a launch met a limit",
    (
        Step(
            "fleet", "Sizes, checks and credits", related_metrics, beside, after=("metric",), shorten=only_changes
        ),
        Step(
            "credits",
            "CPU credits",
            cpu_credits,
            instances,
            after=("configuration",),
            shorten=if_spent,
        ),
    ),
)
