"""Addresses: a subnet has none free, and something else holds them; calls leave with one that others turn away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.facts import REFUSED
from triage.first_look.observations.rows import member
from triage.first_look.observations.walking import short
from triage.first_look.signatures.base import Candidate, Depth, Signature, is_heard, signature
from triage.first_look.untyped import objects, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Complaint, Row, Scene

WORDINGS = (
    r"InsufficientFreeAddressesInSubnet|InsufficientFreeAddresses|no (?:free|available) IP addresses",
    r"not have enough free (?:IP )?addresses|insufficient (?:free )?IP addresses|out of (?:free )?IP addresses",
    r"SubnetOutOfIPAddresses|(?:ENI|NetworkInterface)Limit\w*|EC2 ENI limit|Not enough IP space available",
    r"InsufficientCidrBlocks|AddressLimitExceeded|failed to assign an IP address to container",
)
_SAYS = re.compile("|".join(WORDINGS), re.IGNORECASE)
_HELPER = "subnet_addresses"
_OWNERS = "address_owners"
#: Words for where a call comes from; what a call goes to may be an address of the account as well.
_OF_A_SOURCE = re.compile(r"(?i)\bsource|\bsrc|\borigin|client ip|from ip|(?:allow|white|deny|block)-?list")
_FEW = 16


@signature(
    "addresses-held",
    Category.QUOTA_EXCEEDED,
    "no free address in a subnet, and most of its addresses are held by one other resource",
)
def _held(scene: Scene) -> Iterator[Candidate]:
    rows = [row for row in scene.rows if row.helper == _HELPER]
    full = next((row for row in rows if _is_full(row)), None)
    holders = [row for row in rows if member(row, "holder")]
    complaint = _complaint(scene)
    if full is None or complaint is None:
        return
    subnet = f"the subnet {member(full, 'subnet')}{_named(full)}"
    names = frozenset({short(member(row, "holder").partition(" ")[2]) for row in holders[:1]} - {""})
    most = ", ".join(f"{member(row, 'holder')} {member(row, 'addresses')}" for row in holders[:2])
    held = f"; of those in use {most} hold most" if most else ""
    yield Candidate(
        "addresses-held",
        Category.QUOTA_EXCEEDED,
        f"{complaint.about or scene.subject} gets no network address: {subnet} has only {member(full, 'free')} "
        f"free addresses left of {member(full, 'usable')} usable ones{held}",
        f"{_filled(names, full)}: no free address for {complaint.about or scene.subject}",
        0.95,
        Depth.CAUSE,
        about=complaint.about,
        names=names,
        since=complaint.first,
        quotes=(*complaint.quotes, *full.quotes, *(quote for row in holders[:1] for quote in row.quotes)),
        speaks_for=(full.text, *(row.text for row in holders[:1])),
        kin=(Kin.CAPACITY, Kin.SCHEDULE, Kin.DEPLOYMENT),
        complaint=complaint,
        hop=complaint.hop,
    )


def _filled(names: frozenset[str], full: Row) -> str:
    subnet = member(full, "subnet")
    return f"{next(iter(names))} fills {subnet}" if names else f"{subnet} is full"


def _named(row: Row) -> str:
    described = [member(row, "name"), member(row, "cidr")]
    told = ", ".join(each for each in described if each)
    return f" ({told})" if told else ""


def _is_full(row: Row) -> bool:
    free = member(row, "free")
    return bool(member(row, "subnet")) and free.isdigit() and int(free) < _FEW


def _complaint(scene: Scene) -> Complaint | None:
    """Who says that it got no address; its own words before calls that were refused for it."""
    found = [each for each in scene.complaints if _SAYS.search(each.text)]
    return min(found, key=lambda each: (each.origin in REFUSED, each.hop), default=None)


@signature(
    "address-turned-away",
    Category.CONFIGURATION_MISSING,
    "errors name an address of this account, from which another service accepts no calls",
)
def _turned_away(scene: Scene) -> Iterator[Candidate]:
    for row in scene.rows:
        address, owner = member(row, "address"), member(row, "owner")
        if row.helper != _OWNERS or not address:
            continue
        whole = re.compile(rf"(?<![\d.]){re.escape(address)}(?![\d.:])")
        said = [each for each in scene.complaints if each.since and whole.search(each.text)]
        said = [each for each in said if owner.startswith("nat-") or _OF_A_SOURCE.search(each.text)]
        complaint = max(said, key=lambda each: each.since, default=None)
        if complaint is None or not is_heard(complaint):
            continue
        kind = "the NAT gateway " if owner.startswith("nat-") else ""
        subnet = f" in {member(row, 'subnet')}" if member(row, "subnet") else ""
        yield Candidate(
            "address-turned-away",
            Category.CONFIGURATION_MISSING,
            f"calls of {complaint.about or scene.subject} that leave with the address {address} are turned away, "
            f"as the error names it: it belongs to {kind}{owner}{subnet}",
            f"{complaint.about or scene.subject}: calls from {address} are turned away",
            0.93,
            Depth.CAUSE,
            about=complaint.about,
            names=frozenset({owner, address, *_on_the_way(owner, scene)}),
            since=complaint.first,
            quotes=(*complaint.quotes, *row.quotes),
            speaks_for=(row.text,),
            kin=(Kin.NETWORK, Kin.CAPACITY),
            complaint=complaint,
            hop=complaint.hop,
        )


def _on_the_way(owner: str, scene: Scene) -> set[str]:
    """Route tables that lead to what has the address: a change of one of them sent calls there."""
    tables = [
        str(each.get("table"))
        for section in scene.look.of("network_path")
        for each in objects(section.data.get("routes"))
        if any(owner in route for route in texts(each.get("routes")))
    ]
    return set(tables)


SIGNATURES: tuple[Signature, ...] = (_held, _turned_away)
