"""Certificates that ACM would renew and cannot: the record that proves the domain is gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.rows import member
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Row, Scene

_HELPER = "certificate_renewal"
_STUCK = re.compile(r"PENDING_VALIDATION|FAILED|VALIDATION_TIMED_OUT")
_DELETED = re.compile(r"\bDELETE\.\w+=(?P<name>\S+)")
_CONSEQUENCES = frozenset({"certificate-runs-out"})


@signature(
    "renewal-not-proven",
    Category.CERTIFICATE_EXPIRED,
    "ACM cannot renew a certificate: a record that proves one of its domains is not found",
)
def _not_proven(scene: Scene) -> Iterator[Candidate]:
    rows = [row for row in scene.rows if row.helper == _HELPER]
    unproven = [row for row in rows if member(row, "validation")]
    deletions = [row for row in rows if _DELETED.search(member(row, "given"))]
    for row in rows:
        renewal = member(row, "renewal")
        if not _STUCK.search(renewal):
            continue
        of_it = next(iter(unproven), None)
        record = member(of_it, "record") if of_it else ""
        deleted = next((each for each in deletions if record and record in member(each, "given")), None)
        domain, since = member(row, "domain") or scene.subject, member(row, "renewal_since")[:10]
        missing = (
            f": the {member(of_it, 'type')} record {record} that validates the domain" if of_it and record else ""
        )
        found = " is not found" if missing and not deleted else ""
        yield Candidate(
            "renewal-not-proven",
            Category.CERTIFICATE_EXPIRED,
            f"ACM cannot renew the certificate of {domain}, RenewalStatus {renewal}"
            f"{f' since {since}' if since else ''}{missing}{found}{_by(deleted)}; {_until(row)}",
            f"{domain}: ACM cannot renew the certificate, {_left(row)}",
            0.97,
            Depth.CAUSE,
            about=domain,
            names=frozenset({domain, record} - {""}),
            quotes=tuple(quote for each in (row, of_it, deleted) if each for quote in each.quotes),
            speaks_for=tuple(each.text for each in (row, of_it, deleted) if each),
            kin=(Kin.NETWORK,),
            consequences=_CONSEQUENCES,
        )


def _by(deleted: Row | None) -> str:
    if deleted is None:
        return ""
    by, at = member(deleted, "by") or "somebody", member(deleted, "at")[:16].replace("T", " ")
    return f" was deleted by {by} (ChangeResourceRecordSets at {at} UTC)"


def _until(row: Row) -> str:
    """Until when it is valid; nothing fails before."""
    until, used = member(row, "valid_until")[:10], member(row, "used_by")
    serves = f" by {used}" if used else ""
    if _days(row) < 0:
        return f"it expired on {until}"
    return f"it is still valid until {until} ({_left(row)}), nothing fails yet where it is used{serves}"


def _left(row: Row) -> str:
    days = _days(row)
    return "which has expired" if days < 0 else f"{days} days left"


def _days(row: Row) -> int:
    told = member(row, "days_left")
    return int(told) if re.fullmatch(r"-?\d+", told) else 0


SIGNATURES: tuple[Signature, ...] = (_not_proven,)
