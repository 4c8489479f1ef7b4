"""Load balancers: certificates of the listeners that end, and the fleet behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.capacity.credits import cpu_credits, if_spent
from toolbox.plan import Step, answer_of, if_anything
from toolbox.recipes import firewall
from toolbox.recipes.recipe import Recipe
from toolbox.services.certificates import certificates

if TYPE_CHECKING:
    from toolbox.plan import Done


def listeners(done: Done) -> dict[str, Any] | None:
    """The certificates the listeners serve."""
    found = answer_of(done, "configuration").get("listeners") or ()
    arns = [str(arn) for each in found for arn in each.get("certificates") or ()]
    return {"arns": arns} if arns else None


def instances(done: Done) -> dict[str, Any] | None:
    """The instances behind it, where its targets are such."""
    groups = answer_of(done, "configuration").get("target_groups") or ()
    found = [str(each) for group in groups for each in group.get("hosts") or ()]
    return {"instances": list(dict.fromkeys(found))} if found else None


RECIPE = Recipe(
    "Load balancers (ALB, NLB)",
    ("AWS/ApplicationELB", "AWS/NetworkELB", "AWS/ELB", "AWS/GatewayELB"),
    "certificates of the listeners; zones by the alarm's metric in parts; why targets are unhealthy; CPU credits "
    "of burstable instances behind it; what AWS WAF blocks where clients are refused",
    (
        Step(
            "certificates",
            "Certificates of the listeners that are not well",
            certificates,
            listeners,
            after=("configuration",),
            shorten=if_anything,
        ),
        Step(
            "credits",
            "CPU credits of the instances behind it",
            cpu_credits,
            instances,
            after=("configuration",),
            shorten=if_spent,
        ),
        *firewall.STEPS,
    ),
)
