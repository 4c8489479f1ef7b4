"""Certificates of ACM: those that are not well."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox import look as looking
from toolbox.answer import Answer, Asked, pages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_MOST = 200
_SHOWN = 6
_SOON = timedelta(days=30)
#: Long expired and never removed says nothing about today.
_LONG_AGO = timedelta(days=90)


def certificates(arns: Collection[str] = ()) -> Answer:
    """Certificates of the region that are expired, about to expire, not issued or not renewed.

    Args:
        arns: Only these; all in use unless given.
    """
    look = looking.current()
    asked = Asked(certificates=sorted(arn.rpartition("/")[2] for arn in arns) or "all in use")
    client = look.client("acm")
    nothing: list[Any] = []
    found = asked.attempt(
        "certificates",
        lambda: list(pages(client, "list_certificates", "CertificateSummaryList", most=_MOST)),
        nothing,
    )
    chosen = [each for each in found if (each["CertificateArn"] in arns if arns else each.get("InUse"))]
    return asked.answer(unwell=[_told(each) for each in chosen if _is_unwell(each, look.window.now)][:_SHOWN])


def _is_unwell(found: Mapping[str, Any], now: datetime) -> bool:
    until = found.get("NotAfter")
    ends = isinstance(until, datetime) and -_LONG_AGO < until - now < _SOON
    return ends or found.get("Status") not in ("ISSUED", "EXPIRED")


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "domain": found.get("DomainName"),
        "certificate": str(found["CertificateArn"]).rpartition("/")[2],
        "status": found.get("Status"),
        "valid_until": found.get("NotAfter"),
        "imported": found.get("ImportedAt"),
        "renewable": found.get("RenewalEligibility"),
        "kind": found.get("Type"),
    }
