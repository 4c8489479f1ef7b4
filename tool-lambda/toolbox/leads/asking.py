"""What is asked about a lead: only what pays for its kind."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.access.permissions import may
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.window import iso, known_time
from toolbox.leads import brief
from toolbox.leads.lead import PROMISING
from toolbox.logs.errors import log_errors, log_lines
from toolbox.logs.in_common import log_shares
from toolbox.metrics.related import related_metrics
from toolbox.plan import Step, if_anything, only_changes
from toolbox.resources import KINDS, configuration
from toolbox.resources.base import name_of
from toolbox.resources.measured import MEASURED
from toolbox.surroundings.addresses import address_owners
from toolbox.surroundings.network import network_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.leads.lead import Lead
    from toolbox.leads.naming import Refusal
    from toolbox.plan import Done
    from toolbox.resources.base import Resource
    from toolbox.surroundings.links.base import Links

#: Kinds that stacks make and switch off.
_STACKED = frozenset({"rule", "schedule", "lambda", "sqs", "dynamodb"})
#: Databases and caches: whether they are well decides between them and the way to them.
_STORES = frozenset({"rds", "rds_cluster", "elasticache"})
#: Kinds one dimension names, with their telling metrics: what errors name for being throttled or full.
MEASURED_BY_NAME = {
    kind: (MEASURED[kind].namespace, MEASURED[kind].metrics, dimension)
    for kind, dimension in (("kinesis", "StreamName"), ("dynamodb", "TableName"), ("sqs", "QueueName"))
}
#: Who reads a parameter reads it again every few minutes.
_BEFORE_SET = timedelta(minutes=2)
_AFTER_SET = timedelta(minutes=30)
_UNREACHED = "its errors are of something that cannot be reached"
_OF_RDS = {"rds": "instance", "rds_cluster": "cluster"}


def steps_for(lead: Lead, groups: Sequence[str]) -> list[Step]:
    """Configuration with fresh changes, and what its log says since the onset.

    Args:
        lead: What is followed.
        groups: Its log groups that nobody has read yet.
    """
    about = lead.about
    name = name_of(about.name)
    told = lead.to_json()
    steps = []
    if about.kind in KINDS:
        shorten = brief.if_changed if lead.is_vague or lead.weight < PROMISING else brief.configuration
        title = f"Configuration of {about.kind} {name}"
        steps.append(
            Step(f"configuration:{name}", title, configuration, _named(about), lead=told, shorten=shorten)
        )
    if about.kind in MEASURED_BY_NAME and lead.origin != "neighbourhood" and not lead.is_vague:
        steps.append(metrics_step(lead))
    if about.kind in _STORES and lead.origin != "neighbourhood" and not lead.is_vague:
        steps.append(store_step(lead))
    if about.kind in _STACKED and not lead.is_vague:
        steps.append(stack_step(lead))
    if groups:
        title = f"Errors of {name}"
        which: dict[str, Any] = {"group": list(groups), "most": 4}
        steps.append(Step(f"logs:{name}", title, log_errors, which, lead=told, shorten=brief.logs))
        title = f"What the log of {name} holds more and less of"
        which = {"group": groups[0], "since": lead.since}
        steps.append(Step(f"shares:{name}", title, log_shares, which, lead=told, shorten=if_anything))
    return steps


def _named(about: Resource) -> dict[str, str]:
    return {"kind": about.kind, "name": about.name}


def metrics_step(lead: Lead) -> Step:
    """Which of its telling metrics changed? Those of neighbours are told with the neighbourhood."""
    name = name_of(lead.about.name)
    namespace, metrics, dimension = MEASURED_BY_NAME[lead.about.kind]
    which = {
        "dimensions": {dimension: name},
        "namespace": namespace,
        "names": [metric for metric, _ in metrics],
        "period": 60,
    }
    told = lead.to_json()
    return Step(f"metrics:{name}", f"Metrics of {name}", related_metrics, which, lead=told, shorten=only_changes)


def store_step(lead: Lead) -> Step:
    """Is a database or cache well itself? Of one that errors name, what did not change is told too."""
    kind, name = lead.about.kind, lead.about.name
    measured = MEASURED[kind]

    def arguments(done: Done) -> dict[str, Any] | None:
        del done  # its name says it, or the members of its group
        found = measured.dimensions(Asked(), name)
        names = [metric for metric, _ in measured.metrics]
        given = {"namespace": measured.namespace, "names": names, "period": 60}
        return {"dimensions": found[0], **given} if found else None

    shorten = if_anything if lead.why.startswith("named by errors") else only_changes
    title = f"Metrics of {name_of(name)}"
    return Step(
        f"metrics:{name_of(name)}", title, related_metrics, arguments, lead=lead.to_json(), shorten=shorten
    )


def stack_step(lead: Lead) -> Step:
    """Does a stack own it, and what did its latest update do?"""
    name = name_of(lead.about.name)
    which = {"kind": "stack", "name": name}
    title = f"The stack of {name}"
    return Step(f"stack:{name}", title, configuration, which, lead=lead.to_json(), shorten=brief.recent_stack)


def memory_step(about: Resource, origin: str, hop: int) -> Step:
    """How did its memory grow, over a week?"""
    cluster, _, service = about.name.partition("/")
    which = {
        "dimensions": {"ClusterName": cluster, "ServiceName": service},
        "namespace": "AWS/ECS",
        "names": ["MemoryUtilization"],
        "period": 3_600,
        "start": "-8d",
    }
    why = "its tasks ran out of memory"
    lead = {"about": f"ecs {about.name}", "from": origin, "why": why, "hop": hop}
    return Step(f"memory:{service}", f"Memory of {service} over a week", related_metrics, which, lead=lead)


def permission_step(refusal: Refusal, origin: str, hop: int) -> Step:
    """May the role do what it was refused?"""
    lead = {
        "about": f"role {refusal.role}",
        "from": origin,
        "why": f"refused: {refusal.action} on {refusal.resource}"[:160],
        "hop": hop,
    }
    return Step(
        f"may:{refusal.role}:{refusal.action}:{refusal.resource}",
        f"May {refusal.role} {refusal.action}?",
        may,
        {"role": refusal.role, "action": refusal.action, "resource": refusal.resource},
        lead=lead,
    )


def network_step(about: Resource, origin: str, hop: int, why: str = _UNREACHED) -> Step:
    """How does it reach what it cannot reach?"""
    name = name_of(about.name)
    return Step(
        f"network:{name}",
        f"The network of {name}: routes, gateways, security groups",
        network_path,
        {"kind": about.kind, "name": about.name},
        lead={"about": f"{about.kind} {about.name}", "from": origin, "why": why, "hop": hop},
        shorten=if_anything,
    )


def owners_step(addresses: Sequence[str], origin: str, hop: int) -> Step:
    """Whose addresses are these that were turned away?"""
    lead = {"about": ", ".join(addresses), "from": origin, "why": "named by errors that turn it away", "hop": hop}
    title = "Whose the addresses are that errors name"
    given = {"addresses": list(addresses)}
    return Step("owners", title, address_owners, given, lead=lead, shorten=if_owned)


def if_owned(answer: Answer) -> Answer | None:
    """Addresses, where any is of this account."""
    return answer if answer.get("owners") else None


def parameter_steps(changes: Mapping[str, Any], groups: Sequence[str], hop: int) -> list[Step]:
    """What do those who read a parameter say of it when it was set? CloudTrail hides to what."""
    steps = []
    for each in changes.get("related") or ():
        name = re.search(r"(?:^|, )name=(/?[\w./-]{6,})", str(each.get("given")))
        at = known_time(each.get("at"))
        group = next((one for one in groups if name and _shares_a_part(one, name[1])), None)
        if str(each.get("event")) != "ssm:PutParameter" or not name or at is None or group is None:
            continue
        which = {
            "group": group,
            "pattern": f'"{name[1]}"',
            "start": iso(at - _BEFORE_SET),
            "end": iso(at + _AFTER_SET),
            "most": 3,
        }
        title = f"What the log says of the parameter {name[1]}"
        lead = {"about": f"parameter {name[1]}", "from": "changes", "why": "it was set", "hop": hop}
        steps.append(Step(f"said:{name[1]}", title, log_lines, which, lead=lead, shorten=if_any_line))
    return steps[:1]


def if_any_line(answer: Answer) -> Answer | None:
    """Lines, where there are any."""
    return answer if answer.get("lines") else None


def _shares_a_part(group: str, name: str) -> bool:
    """Whether a log group and a parameter have a whole part of their names in common."""
    parts = {part for part in name.split("/")[:-1] if len(part) > 3}
    return bool(parts & set(group.split("/")))


def groups_of(about: Resource, links: Links) -> list[str]:
    """The log groups a resource writes to, as far as names and task definitions tell."""
    if about.kind == "log_group":
        return [about.name]
    linked = [other.name for other, _ in links.of(about) if other.kind == "log_group"]
    if about.kind == "lambda":
        return linked or [f"/aws/lambda/{about.name}"]
    if about.kind in _OF_RDS:
        known = [each.name for each in links.resources() if each.kind == "log_group"]
        return [name for name in known if name.startswith(f"/aws/rds/{_OF_RDS[about.kind]}/{about.name}/")][:3]
    return linked[:3] or _called_like(name_of(about.name), links)


def _called_like(name: str, links: Links) -> list[str]:
    """Groups a service's name is a part of, where its definition does not say where it writes."""
    known = [each.name for each in links.resources() if each.kind == "log_group"]
    return [group for group in known if name in group.split("/")][:2] if len(name) > 3 else []
