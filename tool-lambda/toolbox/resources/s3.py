"""A bucket: how it is encrypted, whom it tells of new objects, and what its lifecycle rules take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import is_missing
from toolbox.resources.base import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolbox.asking.answer import Asked

_TARGETS = {
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
}
_MOST = 5
#: What is moved there cannot be read before it is restored.
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Default encryption, notifications with their filters, lifecycle rules and versioning of a bucket."""
    client = looking.current().client("s3")
    nothing: dict[str, Any] = {}

    def if_there(read: Callable[[], Mapping[str, Any]]) -> Callable[[], dict[str, Any]]:
        """A bucket that has no such configuration answers with an error."""

        def answer() -> dict[str, Any]:
            try:
                return dict(read())
            except client.exceptions.ClientError as error:
                if is_missing(error):
                    return {}
                raise

        return answer

    encryption = asked.attempt(
        "encryption",
        if_there(lambda: client.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]),
        nothing,
    )
    rules = [each.get("ApplyServerSideEncryptionByDefault") or {} for each in encryption.get("Rules") or ()]
    told = asked.attempt(
        "notifications", lambda: client.get_bucket_notification_configuration(Bucket=name), nothing
    )
    lifecycle = asked.attempt(
        "lifecycle", if_there(lambda: client.get_bucket_lifecycle_configuration(Bucket=name)), nothing
    )
    versioning = asked.attempt("versioning", lambda: client.get_bucket_versioning(Bucket=name), nothing)
    return {
        "encrypted_with": [each.get("KMSMasterKeyID") or each.get("SSEAlgorithm") for each in rules],
        "tells": [_notified(each, arn) for key, arn in _TARGETS.items() for each in told.get(key) or ()][:_MOST],
        "lifecycle": [text for each in lifecycle.get("Rules") or () if (text := _expires(each))][:_MOST],
        "versioning": versioning.get("Status"),
    }


def _notified(each: Mapping[str, Any], arn: str) -> str:
    """`thumbnails: s3:ObjectCreated:* under uploads/, ending .jpg`."""
    rules = ((each.get("Filter") or {}).get("Key") or {}).get("FilterRules") or ()
    given = {str(rule.get("Name", "")).lower(): str(rule.get("Value", "")) for rule in rules}
    where = f" under {given['prefix']}" if given.get("prefix") else " of all prefixes"
    ending = f", ending {given['suffix']}" if given.get("suffix") else ""
    return f"{name_of(str(each[arn]))}: {', '.join(each.get('Events') or ())}{where}{ending}"


def _expires(rule: Mapping[str, Any]) -> str:
    """`expire-old: objects under tmp/ expire after 30 days`; nothing of rules that are off or delete nothing."""
    if rule.get("Status") != "Enabled":
        return ""
    chosen = rule.get("Filter") or {}
    prefix = chosen.get("Prefix") or (chosen.get("And") or {}).get("Prefix") or rule.get("Prefix")
    what = f"objects under {prefix}" if prefix else "all objects"
    ends = rule.get("Expiration") or {}
    older = rule.get("NoncurrentVersionExpiration") or {}
    parts = [f"{what} expire after {ends['Days']} days"] if ends.get("Days") else []
    parts += [f"{what} expire on {ends['Date']}"] if ends.get("Date") else []
    parts += [
        f"{what} move to {each['StorageClass']} after {each['Days']} days"
        for each in rule.get("Transitions") or ()
        if each.get("StorageClass") in _ARCHIVES and each.get("Days") is not None
    ]
    days = older.get("NoncurrentDays")
    parts += [f"earlier versions are deleted after {days} days"] if days else []
    return f"{rule.get('ID') or 'a rule'}: {'; '.join(parts)}" if parts else ""
