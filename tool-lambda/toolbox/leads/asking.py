"""What is asked about a lead: only what pays for its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox import links as linking
from toolbox.answer import Asked
from toolbox.leads import brief
from toolbox.leads.lead import PROMISING
from toolbox.log_groups import function_group, named_like
from toolbox.log_shares import log_shares
from toolbox.logs import log_errors
from toolbox.network import network_path
from toolbox.permissions import may
from toolbox.plan import Step, if_anything
from toolbox.resources import KINDS, configuration
from toolbox.resources.base import Resource, name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolbox.leads.lead import Lead
    from toolbox.leads.naming import Refusal
    from toolbox.plan import Done

#: Kinds that write logs of their own.
_LOGGING = frozenset({"log_group", "lambda", "ecs", "rds", "rds_cluster"})


def steps_for(lead: Lead) -> list[Step]:
    """Configuration with fresh changes, and what its log says since the onset."""
    about = lead.about
    name = name_of(about.name)
    told = lead.to_json()
    steps = []
    if about.kind in KINDS:
        shorten = brief.if_changed if lead.is_vague or lead.weight < PROMISING else brief.configuration
        which = {"kind": about.kind, "name": about.name}
        title = f"Configuration of {about.kind} {name}"
        steps.append(Step(f"configuration:{name}", title, configuration, which, lead=told, shorten=shorten))
    if about.kind in _LOGGING:
        title = f"Errors of {name}"
        steps.append(Step(f"logs:{name}", title, log_errors, _groups(about), lead=told, shorten=brief.logs))
        title = f"What the log of {name} holds more and less of"
        compared = _first_group(about, lead.since)
        steps.append(Step(f"shares:{name}", title, log_shares, compared, lead=told, shorten=if_anything))
    return steps


def permission_step(refusal: Refusal, origin: str, hop: int) -> Step:
    """May the role do what it was refused?"""
    lead = {
        "about": f"role {refusal.role}",
        "from": origin,
        "why": f"refused: {refusal.action} on {refusal.resource}"[:160],
        "hop": hop,
    }
    return Step(
        f"may:{refusal.role}:{refusal.action}",
        f"May {refusal.role} {refusal.action}?",
        may,
        {"role": refusal.role, "action": refusal.action, "resource": refusal.resource},
        lead=lead,
    )


def network_step(about: Resource, origin: str, hop: int) -> Step:
    """How does it reach what it cannot reach?"""
    name = name_of(about.name)
    why = "its errors are of something that cannot be reached"
    return Step(
        f"network:{name}",
        f"The network of {name}: routes, gateways, security groups",
        network_path,
        {"kind": about.kind, "name": about.name},
        lead={"about": f"{about.kind} {about.name}", "from": origin, "why": why, "hop": hop},
        shorten=if_anything,
    )


def _groups(about: Resource) -> Callable[[Done], dict[str, Any] | None]:
    def arguments(done: Done) -> dict[str, Any] | None:
        del done  # the account says it, not earlier answers
        found = groups_of(about)
        return {"group": found, "most": 4} if found else None

    return arguments


def _first_group(about: Resource, since: str | None) -> Callable[[Done], dict[str, Any] | None]:
    def arguments(done: Done) -> dict[str, Any] | None:
        del done  # the account says it, not earlier answers
        found = groups_of(about)
        return {"group": found[0], "since": since} if found else None

    return arguments


def groups_of(about: Resource) -> list[str]:
    """The log groups a resource writes to."""
    asked = Asked()
    if about.kind == "log_group":
        return [about.name]
    if about.kind == "lambda":
        return [function_group(asked, about.name)]
    if about.kind in {"rds", "rds_cluster"}:
        part = "instance" if about.kind == "rds" else "cluster"
        return named_like(asked, f"/aws/rds/{part}/{about.name}/")[:3]
    linked = [other for other, _ in linking.of_account(asked).of(about)]
    return [other.name for other in linked if other.kind == "log_group"][:3]
