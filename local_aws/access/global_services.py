"""Services with one endpoint for the whole partition: they work in one region, whatever region the client uses.

They report that region as `aws:RequestedRegion` (IAM user guide, "AWS global condition context keys"), and their
events are in that region's event history alone (CloudTrail user guide, "Global service events"). The emulator goes
by the client's region, so a region condition that breaks IAM calls on AWS would pass here.
"""

from __future__ import annotations

from typing import Any

from botocore.session import Session
from ministack.core import iam_evaluator

GLOBAL_SERVICES = frozenset(
    {
        "iam",
        "route53",
        "cloudfront",
        "organizations",
        "support",
        "health",
        "budgets",
        "ce",
        "waf",
    }
)
"""IAM service prefixes whose only endpoint is in the partition's first region.

STS is not among them: boto3 calls its regional endpoints, and one who calls the global one signs for us-east-1.
"""

_FIRST_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Where the global endpoints of a partition are (IAM's row in "Service endpoints", AWS General Reference)."""

_PARTITIONS = Session()


def region_of(service: str, region: str) -> str:
    """The region a call is made in.

    Args:
        service: IAM service prefix.
        region: region of the client.
    """
    if service not in GLOBAL_SERVICES:
        return region
    return _FIRST_REGIONS.get(_PARTITIONS.get_partition_for_region(region), region)


def install() -> None:
    """Resolve the key as AWS does."""
    original = iam_evaluator._resolve_condition_key

    def resolve(key: str, context: Any) -> Any:
        if key.lower() == "aws:requestedregion":
            return region_of(context.action.split(":")[0], context.region)
        return original(key, context)

    iam_evaluator._resolve_condition_key = resolve
