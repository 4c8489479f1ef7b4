"""Amazon Route 53's health checks and zones (API reference, "Actions")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Is, Record
from local_aws.declared.rules import Page, Rule, Service

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE = Page(100)
_MISSING = ("NoSuchHealthCheck", "A health check with id {} does not exist.")


def _size(asked: Mapping[str, Any], _shown: list[Record]) -> Mapping[str, Any]:
    return {"MaxItems": str(asked.get("MaxItems", 100)), "Marker": asked.get("Marker", "")}


SERVICE = Service(
    "route53",
    "InvalidInput",
    (
        Rule("ListHealthChecks", "HealthChecks", identity=("Id",), order="Id", page=_PAGE, finish=_size),
        Rule(
            "GetHealthCheck",
            "HealthCheck",
            {"HealthCheckId": Is("Id")},
            of="ListHealthChecks",
            identity=("Id",),
            one=True,
            missing=_MISSING,
        ),
        Rule(
            "GetHealthCheckStatus",
            "HealthCheckObservations",
            {"HealthCheckId": Is("HealthCheckId")},
            identity=("IPAddress",),
            emulated=False,
            undeclared=("NoSuchHealthCheck", "This local AWS has no status of that health check: declare it."),
        ),
        Rule(
            "GetHealthCheckLastFailureReason",
            "HealthCheckObservations",
            {"HealthCheckId": Is("HealthCheckId")},
            identity=("IPAddress",),
            emulated=False,
            undeclared=("NoSuchHealthCheck", "This local AWS has no failure of that health check: declare it."),
        ),
        Rule("ListHostedZones", "HostedZones", identity=("Id",), page=_PAGE, finish=_size),
    ),
    trusted={"ListHostedZonesByName": ("DNSName", "HostedZoneId", "MaxItems")},
)
