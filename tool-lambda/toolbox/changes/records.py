"""Batches of changes to DNS records, in words: which record was made, set or deleted. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: What is gone explains more than what is new.
_ORDER = ("DELETE", "UPSERT", "CREATE")
_MOST_CHANGES = 5


def record_changes(parameters: Any) -> list[tuple[str, str]]:
    """What a call of `ChangeResourceRecordSets` did, as CloudTrail logs it: `("DELETE.CNAME", "a.example.org")`.

    Empty for the parameters of any other call.
    """
    return sorted(_changes(parameters), key=lambda each: _ORDER.index(each[0].partition(".")[0]))


def batch_in_words(parameters: Any) -> list[tuple[str, str]]:
    """The parameters of such a call, what it did first; empty for any other call."""
    done = record_changes(parameters)
    if not done:
        return []
    further = [("further", f"{len(done) - _MOST_CHANGES} records")] if len(done) > _MOST_CHANGES else []
    batch = parameters.get("changeBatch") or {}
    about = [
        ("hostedZoneId", str(parameters.get("hostedZoneId") or "")),
        ("comment", str(batch.get("comment") or "")),
    ]
    return [*done[:_MOST_CHANGES], *further, *about]


def _changes(parameters: Any) -> Iterator[tuple[str, str]]:
    batch = parameters.get("changeBatch") if isinstance(parameters, Mapping) else None
    listed = batch.get("changes") if isinstance(batch, Mapping) else None
    for each in listed if isinstance(listed, list) else ():
        record = each.get("resourceRecordSet") if isinstance(each, Mapping) else None
        if isinstance(record, Mapping) and each.get("action") in _ORDER:
            name = str(record.get("name") or "").rstrip(".").replace("\\052", "*")
            yield f"{each['action']}.{record.get('type') or 'record'}", name
