"""Why a certificate of ACM is not renewed: the state of its renewal, and what happened to the records it needs.

AWS Certificate Manager User Guide, "Managed certificate renewal": ACM begins 60 days before a certificate ends,
and renews one that DNS proves only while the CNAME record it gave is still there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.changes import trail
from toolbox.changes.before_onset import shown
from toolbox.resources.base import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from toolbox.asking.look import Look
    from toolbox.changes.trail import Event

_MOST = 4
_MOST_CHANGES = 4
_DAY = timedelta(days=1)
#: CloudTrail's event history holds ninety days.
_HISTORY = timedelta(days=89)
_LAG = "CloudTrail's history ends 90 days ago: what was deleted before is not in it"


def certificate_renewal(arns: Collection[str]) -> Answer:
    """How far the renewal of certificates is, which records prove their domains, and who changed those records.

    Args:
        arns: Certificates of ACM.
    """
    look = looking.current()
    asked = Asked(certificates=sorted(name_of(arn) for arn in arns))
    found = [each for arn in sorted(arns)[:_MOST] if (each := _described(asked, look, arn))]
    records = [record for each in found for record in _unproven(each)]
    names = [record["record"] for record in records if record.get("record")]
    return asked.answer(
        certificates=[_told(each, look) for each in found],
        unproven=records,
        record_changes=_changes_of(asked, look, names) if names else [],
    )


def _described(asked: Asked, look: Look, arn: str) -> Mapping[str, Any]:
    nothing: dict[str, Any] = {}
    client = look.client("acm")
    return asked.attempt(
        "certificate", lambda: client.describe_certificate(CertificateArn=arn)["Certificate"], nothing
    )


def _told(found: Mapping[str, Any], look: Look) -> dict[str, Any]:
    renewal = found.get("RenewalSummary") or {}
    until = found.get("NotAfter")
    return {
        "certificate": name_of(str(found.get("CertificateArn") or "")),
        "domain": found.get("DomainName"),
        "status": found.get("Status"),
        "days_left": (until - look.window.now) // _DAY if isinstance(until, datetime) else None,
        "valid_until": until,
        "renewal": renewal.get("RenewalStatus"),
        "renewal_since": renewal.get("UpdatedAt"),
        "reason": renewal.get("RenewalStatusReason") or found.get("FailureReason"),
        "renewable": found.get("RenewalEligibility"),
        "kind": found.get("Type"),
        "used_by": ", ".join(_short(arn) for arn in found.get("InUseBy") or ()),
    }


def _short(arn: str) -> str:
    """``loadbalancer/app/shop/50dc6c495c0c9188`` as people say it: ``shop``."""
    parts = arn.split("/")
    return parts[2] if ":loadbalancer/" in arn and len(parts) > 2 else name_of(arn)


def _unproven(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Domains whose validation is not through: of the renewal where there is one, else of the request."""
    options = (found.get("RenewalSummary") or found).get("DomainValidationOptions") or ()
    for each in options:
        if each.get("ValidationStatus") not in ("SUCCESS", None):
            record = each.get("ResourceRecord") or {}
            yield {
                "domain": each.get("DomainName"),
                "validation": each.get("ValidationStatus"),
                "method": each.get("ValidationMethod"),
                "type": record.get("Type"),
                "record": str(record.get("Name") or "").rstrip(".") or None,
            }


def _changes_of(asked: Asked, look: Look, names: Collection[str]) -> list[dict[str, Any]]:
    """What was done to those records, as far back as CloudTrail goes: Route 53 logs in one region."""
    asked.lags(_LAG)
    window = look.window.between(look.window.now - _HISTORY)
    found = trail.of_call(asked, look, "ChangeResourceRecordSets", window, look.clients.home_region)
    touching = [(event, sorted(_done_to(event, names))) for event in found if not event.error]
    told = [shown(event, window) | {"given": ", ".join(done)} for event, done in touching if done]
    return sorted(told, key=lambda each: str(each["at"]), reverse=True)[:_MOST_CHANGES]


def _done_to(event: Event, names: Collection[str]) -> Iterator[str]:
    return (f"{action}={name}" for action, name in event.records if name in names)
