"""Certificates of ACM that are not well, and the authorities that signed those of databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_MOST = 200
_SHOWN = 6
_MOST_DATABASES = 100
_SHOWN_DATABASES = 4
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
    unwell = [_told(each) for each in chosen if _is_unwell(each, look.window.now)][:_SHOWN]
    return asked.answer(unwell=unwell, databases=[] if arns else _databases(asked))


def _databases(asked: Asked) -> list[dict[str, Any]]:
    """Who signed the certificates that databases show their clients, the latest of them first."""
    client = looking.current().client("rds")
    nothing: list[Any] = []
    found = asked.attempt(
        "databases",
        lambda: list(pages(client, "describe_db_instances", "DBInstances", most=_MOST_DATABASES)),
        nothing,
    )
    told = [
        {
            "database": each["DBInstanceIdentifier"],
            "authority": (each.get("CertificateDetails") or {}).get("CAIdentifier")
            or each["CACertificateIdentifier"],
            "valid_until": (each.get("CertificateDetails") or {}).get("ValidTill"),
        }
        for each in found
        if each.get("CACertificateIdentifier") or (each.get("CertificateDetails") or {}).get("CAIdentifier")
    ]
    return sorted(told, key=lambda each: str(each["valid_until"] or ""), reverse=True)[:_SHOWN_DATABASES]


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
