"""Services without regional endpoints report us-east-1 as `aws:RequestedRegion`, whatever region the client uses.

The emulator reports the client's region, so a region condition that breaks IAM calls on AWS would pass here.
(IAM user guide, "AWS global condition context keys", aws:RequestedRegion.)
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator

GLOBAL_SERVICES = frozenset(
    {
        "iam",
        "route53",
        "cloudfront",
        "organizations",
        "support",
        "health",
        "globalaccelerator",
        "budgets",
        "ce",
        "waf",
    }
)
"""IAM service prefixes whose endpoint is in us-east-1."""


def install() -> None:
    """Resolve the key as AWS does."""
    original = iam_evaluator._resolve_condition_key

    def resolve(key: str, context: Any) -> Any:
        if key.lower() == "aws:requestedregion" and context.action.split(":")[0] in GLOBAL_SERVICES:
            return "us-east-1"
        return original(key, context)

    iam_evaluator._resolve_condition_key = resolve
