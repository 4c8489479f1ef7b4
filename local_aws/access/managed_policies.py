"""The real AWS managed policies (ReadOnlyAccess and the others), read from moto's copy when first asked for.

The emulator knows some, and not always as AWS has them now; a policy it does not know cannot be attached.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ministack.services import iam

_PREFIX = "arn:aws:iam::aws:policy/"


@cache
def _documents() -> dict[str, dict[str, Any]]:
    """All managed policies by ARN; 5 MB of JSON, so never loaded before it is needed."""
    from moto.iam import aws_managed_policies  # noqa: PLC0415 - see above

    loaded: dict[str, dict[str, Any]] = json.loads(aws_managed_policies.aws_managed_policies_data)
    return {_PREFIX + record["Path"].lstrip("/") + name: record for name, record in loaded.items()}


def install() -> None:
    """Look up what the emulator does not know, wherever it looks up a managed policy."""
    original = iam._lookup_policy
    adopted: set[str] = set()

    def lookup(arn: str) -> Any:
        if arn.startswith(_PREFIX) and arn not in adopted and arn in _documents():
            adopted.add(arn)
            iam._aws_managed_policies[arn] = _record(arn, _documents()[arn])
        return original(arn)

    iam._lookup_policy = lookup


def _record(arn: str, policy: dict[str, Any]) -> dict[str, Any]:
    """The emulator's own form of a managed policy, with the version AWS gave it."""
    record: dict[str, Any] = iam._make_aws_managed_record(
        arn.removeprefix(_PREFIX), json.dumps(policy["Document"])
    )
    version = policy["DefaultVersionId"]
    record["DefaultVersionId"] = version
    record["Versions"] = {version: {**record["Versions"]["v1"], "VersionId": version}}
    return record
