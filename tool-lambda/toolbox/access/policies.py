"""Policies of resources in words: who may do what, and where from. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_MOST = 4
_MOST_ACTIONS = 3
_LONGEST = 200


def statements_of(document: object) -> list[str]:
    """`Allow sqs:SendMessage to sns.amazonaws.com if aws:SourceArn is orders`, one for each statement.

    Args:
        document: As an object or as JSON; what is no policy of a resource has no statements.
    """
    found = _parsed(document).get("Statement")
    listed = found if isinstance(found, list) else [found]
    statements = [each for each in listed if isinstance(each, Mapping)]
    if not any("Principal" in each or "NotPrincipal" in each for each in statements):
        return []
    return [_told(each) for each in statements[:_MOST]]


def limits_of(document: object) -> list[str]:
    """The statements of an endpoint's policy with what they are about; none where everybody may do everything."""
    found = _parsed(document).get("Statement")
    statements = [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, Mapping)]
    is_open = any(each.get("Effect") == "Allow" and _is_everything(each) for each in statements)
    is_limited = any(each.get("Effect") != "Allow" for each in statements)
    if not statements or (is_open and not is_limited):
        return []
    return [f"{_told(each)} on {_resources(each)}"[:_LONGEST] for each in statements[:_MOST]]


def _is_everything(statement: Mapping[str, Any]) -> bool:
    everything = all("*" in _listed(statement.get(key)) for key in ("Action", "Resource"))
    given = statement.get("Principal")
    everybody = "*" in _listed(given.get("AWS") if isinstance(given, Mapping) else given)
    return everything and everybody and not statement.get("Condition")


def _resources(statement: Mapping[str, Any]) -> str:
    names = list(dict.fromkeys(_short(each).removesuffix("/*") for each in _listed(statement.get("Resource"))))
    more = [f"{len(names) - _MOST} more"] if len(names) > _MOST else []
    return " and ".join([*names[:_MOST], *more]) or "everything but some"


def _parsed(document: object) -> Mapping[str, Any]:
    if isinstance(document, str) and document.lstrip().startswith("{") and '"Statement"' in document:
        try:
            document = json.loads(document)
        except ValueError:
            return {}
    return document if isinstance(document, Mapping) else {}


def _told(statement: Mapping[str, Any]) -> str:
    actions = _listed(statement.get("Action") or statement.get("NotAction"))
    more = [f"{len(actions) - _MOST_ACTIONS} more"] if len(actions) > _MOST_ACTIONS else []
    what = " and ".join([*actions[:_MOST_ACTIONS], *more])
    but = "all but " if "Action" not in statement else ""
    whom = _principals(statement)
    text = f"{statement.get('Effect')} {but}{what} to {whom}{_conditions(statement.get('Condition'))}"
    return text[:_LONGEST]


def _principals(statement: Mapping[str, Any]) -> str:
    key = "Principal" if "Principal" in statement else "NotPrincipal"
    given = statement.get(key)
    listed = (
        [each for value in given.values() for each in _listed(value)]
        if isinstance(given, Mapping)
        else _listed(given)
    )
    names = " and ".join("everybody" if each == "*" else _short(each) for each in listed[:_MOST_ACTIONS])
    return f"all but {names}" if key == "NotPrincipal" else names


def _conditions(given: object) -> str:
    """` if aws:SourceArn is orders and aws:SourceAccount is 123456789012`."""
    if not isinstance(given, Mapping):
        return ""
    parts = [
        f"{key} is {'not ' if 'Not' in operator else ''}{' or '.join(_short(each) for each in _listed(value))}"
        for operator, keys in given.items()
        if isinstance(keys, Mapping)
        for key, value in keys.items()
    ]
    return f" if {' and '.join(parts)}" if parts else ""


def _short(value: str) -> str:
    """An ARN by the name at its end; one of a whole account by its number."""
    account = value.removesuffix(":root")
    return re.split(r"[:/]", account)[-1] if value.startswith("arn:") else value


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
