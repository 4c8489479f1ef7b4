"""Whose addresses are these? An error may name where a call came from: a NAT gateway, a host, a balancer."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Neither a version (`Chrome/120.0.0.0`) nor where something goes to: in a URL, or before a port.
_ADDRESS = re.compile(r"(?<![A-Za-z\d./])(?:\d{1,3}\.){3}\d{1,3}(?![.:]?\d|:<)")
#: Addresses that networks use inside (RFC 1918).
_INSIDE = tuple(ipaddress.IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_MOST = 4
_MOST_GATEWAYS = 500
#: Gateways in these states have no address any more.
_GONE = frozenset({"deleted", "failed"})


def public_addresses(text: str) -> list[str]:
    """Addresses of the Internet in a text, each once."""
    found = dict.fromkeys(_ADDRESS.findall(text))
    return [each for each in found if _is_public(each)][:_MOST]


def _is_public(text: str) -> bool:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    # Networks for documentation count, for examples must be possible to look at.
    is_inside = any(address in each for each in _INSIDE)
    return not (address.is_loopback or address.is_link_local or address.is_multicast or is_inside)


def address_owners(addresses: Sequence[str]) -> Answer:
    """Which of some public addresses belong to this account, and to what: a NAT gateway, an instance.

    Args:
        addresses: IPv4 addresses.
    """
    asked = Asked(addresses=list(addresses))
    wanted = set(addresses)
    client = looking.current().client("ec2")
    nothing: list[Any] = []
    gateways = asked.attempt(
        "NAT gateways",
        lambda: list(pages(client, "describe_nat_gateways", "NatGateways", most=_MOST_GATEWAYS + 1)),
        nothing,
    )
    if len(gateways) > _MOST_GATEWAYS:
        asked.cut(f"NAT gateways: the first {_MOST_GATEWAYS} only")
    gateways = [each for each in gateways[:_MOST_GATEWAYS] if each.get("State") not in _GONE]
    owners = [_of_gateway(each, address) for each in gateways for address in sorted(wanted & _addresses(each))]
    filters = [{"Name": "association.public-ip", "Values": sorted(wanted)}]
    interfaces = asked.attempt(
        "network interfaces",
        lambda: client.describe_network_interfaces(Filters=filters)["NetworkInterfaces"],
        nothing,
    )
    known = {each["address"] for each in owners}
    owners += [each for each in map(_of_interface, interfaces) if each["address"] in wanted - known]
    return asked.answer(owners=owners[:_MOST])


def _addresses(gateway: Mapping[str, Any]) -> set[str]:
    return {str(each["PublicIp"]) for each in gateway.get("NatGatewayAddresses") or () if each.get("PublicIp")}


def _of_gateway(gateway: Mapping[str, Any], address: str) -> dict[str, Any]:
    return {
        "address": address,
        "owner": str(gateway["NatGatewayId"]),
        "subnet": gateway.get("SubnetId"),
        "created": gateway.get("CreateTime"),
    }


def _of_interface(interface: Mapping[str, Any]) -> dict[str, Any]:
    instance = (interface.get("Attachment") or {}).get("InstanceId")
    return {
        "address": str((interface.get("Association") or {}).get("PublicIp")),
        "owner": str(instance or interface.get("NetworkInterfaceId")),
        "description": interface.get("Description"),
        "subnet": interface.get("SubnetId"),
    }
