"""Which EC2 instances run, by what they are for: who holds the account's vCPUs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.asking.window import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 1_000
_SHOWN = 8
_TELLING = (
    "Name",
    "Role",
    "Service",
    "Purpose",
    "Team",
    "Owner",
    "Project",
    "CreatedBy",
    "aws:autoscaling:groupName",
)


def running_instances() -> Answer:
    """The instances that run, counted by type and name, with since when and who owns them, the most first."""
    look = looking.current()
    asked = Asked()
    client = look.client("ec2")
    nothing: list[Any] = []
    running = [{"Name": "instance-state-name", "Values": ["running", "pending"]}]
    found = asked.attempt(
        "instances",
        lambda: list(pages(client, "describe_instances", "Reservations", most=_MOST, Filters=running)),
        nothing,
    )
    instances = [each for reservation in found for each in reservation["Instances"]]
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for each in instances:
        groups[(str(each.get("InstanceType")), _named(each))].append(each)
    ordered = sorted(groups.items(), key=lambda each: -sum(_vcpus(one) for one in each[1]))
    if len(ordered) > _SHOWN:
        asked.cut(f"{len(ordered) - _SHOWN} kinds of instances")
    return asked.answer(
        count=len(instances),
        vcpus=sum(_vcpus(each) for each in instances),
        kinds=[_told(kind, name, some) for (kind, name), some in ordered[:_SHOWN]],
    )


def _named(instance: Mapping[str, Any]) -> str:
    tags = {str(tag.get("Key")): str(tag.get("Value")) for tag in instance.get("Tags") or ()}
    return ", ".join(f"{key}={tags[key]}" for key in _TELLING if key in tags)


def _vcpus(instance: Mapping[str, Any]) -> int:
    options = instance.get("CpuOptions") or {}
    return int(options.get("CoreCount") or 0) * int(options.get("ThreadsPerCore") or 0)


def _told(kind: str, name: str, some: list[Mapping[str, Any]]) -> dict[str, Any]:
    times = [each["LaunchTime"] for each in some if each.get("LaunchTime")]
    return {
        "type": kind,
        "tags": name,
        "count": len(some),
        "vcpus": sum(_vcpus(each) for each in some),
        "launched": f"{iso(min(times))} to {iso(max(times))}" if times else None,
        "zones": sorted({str((each.get("Placement") or {}).get("AvailabilityZone")) for each in some}),
    }
