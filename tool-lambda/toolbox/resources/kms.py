"""A KMS key: its state, and whether it waits for deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.resources.base import change, picked

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """State, dates and aliases of a key, by id, ARN or alias."""
    client = looking.current().client("kms")
    nothing: dict[str, Any] = {}
    found = asked.attempt("key", lambda: client.describe_key(KeyId=name)["KeyMetadata"], nothing)
    empty: list[Any] = []
    aliases = asked.attempt(
        "aliases", lambda: client.list_aliases(KeyId=str(found["KeyId"]))["Aliases"] if found else [], empty
    )
    return {
        **picked(found, "KeyId", "KeyState", "Enabled", "Description", "DeletionDate", "ValidTo", "KeyManager"),
        "aliases": [each["AliasName"] for each in aliases[:4]],
        "changes": [change(found.get("CreationDate"), "created")] if found else [],
    }
