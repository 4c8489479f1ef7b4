"""Free addresses of subnets, and who holds the others: tasks, functions, nodes and endpoints each take one."""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: DescribeNetworkInterfaces answers a thousand at once.
_MOST_INTERFACES = 2_000
_MOST_SUBNETS = 200
_SHOWN = 4
_HOLDERS = 5
#: Of every subnet AWS keeps five addresses (VPC User Guide, "Subnet CIDR blocks").
_KEPT_BY_AWS = 5
_ID = re.compile(r"\bsubnet-[0-9a-f]{8,17}\b")
#: How services describe the interfaces they make.
_MADE_BY = (
    (re.compile(r"^AWS Lambda VPC ENI-(.+?)-[0-9a-f]{8}-[0-9a-f-]{27}$"), "lambda"),
    (re.compile(r"^ELB (?:app|net|gwy)/([^/]+)/"), "load balancer"),
    (re.compile(r"^ELB (\S+)$"), "load balancer"),
    (re.compile(r"^Interface for NAT Gateway (\S+)"), "NAT gateway"),
    (re.compile(r"^VPC Endpoint Interface (\S+)"), "endpoint"),
    (re.compile(r"^Attached to Glue using role: \S*?([\w-]+)$"), "glue"),
    (re.compile(r"^aws-K8S-(\S+)|^Amazon EKS (\S+)"), "eks"),
    (re.compile(r"^(RDSNetworkInterface|RDSProxyInterface\S*)$"), "rds"),
    (re.compile(r"^EFS mount target for (\S+)"), "efs"),
)
_TELLING_TAGS = ("aws:ecs:serviceName", "eks:nodegroup-name", "aws:batch:compute-environment", "Name")


def ids_in(answers: Mapping[str, Any]) -> list[str]:
    """Ids of subnets that answers name, those of refused calls first."""
    text = "\n".join(json.dumps(answer, default=str) for answer in answers.values())
    near = [_ID.findall(line) for line in text.split('"') if "Insufficient" in line or "free addresses" in line]
    return list(dict.fromkeys([*(each for some in near for each in some), *_ID.findall(text)]))


def subnet_addresses(subnets: Sequence[str] = ()) -> Answer:
    """How many addresses are free in subnets and beside them, and who holds most of those that are taken.

    Args:
        subnets: Ids; those with the fewest free addresses unless given.
    """
    asked = Asked()
    known = _subnets(asked)
    named = [each for each in known if each["SubnetId"] in subnets]
    scarce = sorted(known, key=lambda each: int(each.get("AvailableIpAddressCount") or 0))
    wanted = sorted(named, key=lambda each: int(each.get("AvailableIpAddressCount") or 0)) or scarce[:2]
    wanted = wanted[:_SHOWN]
    asked.about(subnets=[each["SubnetId"] for each in wanted])
    vpcs = {each.get("VpcId") for each in wanted}
    beside = [each for each in reversed(scarce) if each.get("VpcId") in vpcs and each not in wanted]
    return asked.answer(
        subnets=[_told(each) for each in wanted],
        holders=_holders(asked, [str(each["SubnetId"]) for each in wanted[:1]]),
        beside=[_told(each) for each in beside[:2]],
    )


def _subnets(asked: Asked) -> list[dict[str, Any]]:
    client = looking.current().client("ec2")
    nothing: list[Any] = []
    return asked.attempt(
        "subnets", lambda: list(pages(client, "describe_subnets", "Subnets", most=_MOST_SUBNETS)), nothing
    )


def _told(subnet: Mapping[str, Any]) -> dict[str, Any]:
    tags = {str(tag.get("Key")): tag.get("Value") for tag in subnet.get("Tags") or ()}
    network = str(subnet.get("CidrBlock") or "")
    return {
        "subnet": subnet["SubnetId"],
        "name": tags.get("Name"),
        "cidr": network or None,
        "free": subnet.get("AvailableIpAddressCount"),
        "usable": _usable(network),
        "zone": subnet.get("AvailabilityZone"),
    }


def _usable(network: str) -> int | None:
    """How many addresses a subnet has for its owner; None where its range is not told."""
    try:
        return ipaddress.ip_network(network).num_addresses - _KEPT_BY_AWS
    except ValueError:
        return None


def _holders(asked: Asked, subnets: Sequence[str]) -> list[dict[str, Any]]:
    """Who has the interfaces of some subnets, the most addresses first."""
    if not subnets:
        return []
    client = looking.current().client("ec2")
    wanted = [{"Name": "subnet-id", "Values": list(subnets)}]
    nothing: list[Any] = []
    found = asked.attempt(
        "network interfaces",
        lambda: list(
            pages(
                client,
                "describe_network_interfaces",
                "NetworkInterfaces",
                most=_MOST_INTERFACES,
                Filters=wanted,
            )
        ),
        nothing,
    )
    held: Counter[str] = Counter()
    for each in found:
        if each.get("SubnetId") in subnets:
            held[holder_of(each)] += max(1, len(each.get("PrivateIpAddresses") or ()))
    return [{"holder": name, "addresses": count} for name, count in held.most_common(_HOLDERS)]


def holder_of(interface: Mapping[str, Any]) -> str:
    """Who has a network interface: `ecs shop/cart`, `lambda orders`, else its security group."""
    tags = {str(tag.get("Key")): str(tag.get("Value")) for tag in interface.get("TagSet") or ()}
    if tags.get("aws:ecs:serviceName"):
        cluster = tags.get("aws:ecs:clusterName", "")
        return f"ecs {cluster}/{tags['aws:ecs:serviceName']}".replace(" /", " ")
    description = str(interface.get("Description") or "")
    for wording, kind in _MADE_BY:
        found = wording.match(description)
        if found:
            return f"{kind} {next(filter(None, found.groups()), '')}".strip()
    tagged = next((tags[key] for key in _TELLING_TAGS if key in tags), "")
    groups = [str(each.get("GroupName")) for each in interface.get("Groups") or () if each.get("GroupName")]
    return tagged or next(iter(groups), "") or str(interface.get("InterfaceType") or "interface")
