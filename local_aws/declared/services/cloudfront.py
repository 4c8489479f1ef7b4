"""Amazon CloudFront's distributions (API reference, "Actions")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Is, Record
from local_aws.declared.rules import Page, Rule, Service

if TYPE_CHECKING:
    from collections.abc import Mapping


def _counted(asked: Mapping[str, Any], shown: list[Record]) -> Mapping[str, Any]:
    size = int(asked.get("MaxItems", 100))
    told = {"Marker": asked.get("Marker", ""), "MaxItems": size, "Quantity": len(shown)}
    return {f"DistributionList.{name}": value for name, value in told.items()}


SERVICE = Service(
    "cloudfront",
    "InvalidArgument",
    (
        Rule(
            "ListDistributions",
            "DistributionList.Items",
            identity=("Id",),
            page=Page(100),
            finish=_counted,
        ),
        Rule(
            "GetDistribution",
            "Distribution",
            {"Id": Is("Id")},
            identity=("Id",),
            one=True,
            missing=("NoSuchDistribution", "The specified distribution does not exist."),
        ),
    ),
)
