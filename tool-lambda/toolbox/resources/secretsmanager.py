"""A secret: when it was changed and rotated; never its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.resources.base import change, name_of

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Dates of a secret, by name or ARN."""
    client = looking.current().client("secretsmanager")
    nothing: dict[str, Any] = {}
    found = asked.attempt(f"dates of {name_of(name)}", lambda: client.describe_secret(SecretId=name), nothing)
    return {
        "changed": found.get("LastChangedDate"),
        "rotated": found.get("LastRotatedDate"),
        "rotates": found.get("RotationEnabled"),
        "deleted": found.get("DeletedDate"),
        "changes": [
            change(found.get("LastChangedDate"), "changed"),
            change(found.get("LastRotatedDate"), "rotated"),
        ],
    }
