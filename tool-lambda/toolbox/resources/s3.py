"""A bucket: how it is encrypted, and whom it tells of new objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox import look as looking
from toolbox.answer import is_missing
from toolbox.resources.base import name_of

if TYPE_CHECKING:
    from toolbox.answer import Asked

_TARGETS = {
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
}


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Default encryption and notifications of a bucket."""
    client = looking.current().client("s3")
    nothing: dict[str, Any] = {}

    def encryption() -> dict[str, Any]:
        try:
            return dict(client.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"])
        except client.exceptions.ClientError as error:
            if is_missing(error):
                return {}
            raise

    found = asked.attempt("encryption", encryption, nothing)
    rules = [each.get("ApplyServerSideEncryptionByDefault") or {} for each in found.get("Rules") or ()]
    told = asked.attempt(
        "notifications", lambda: client.get_bucket_notification_configuration(Bucket=name), nothing
    )
    return {
        "encrypted_with": [each.get("KMSMasterKeyID") or each.get("SSEAlgorithm") for each in rules],
        "tells": [name_of(str(each[arn])) for key, arn in _TARGETS.items() for each in told.get(key) or ()][:5],
    }
