"""AWS Secrets Manager's descriptions (API reference, "Actions"); values of secrets stay with the emulator."""

from __future__ import annotations

import re
from typing import Any

from local_aws.declared.conditions import Record, Where, values
from local_aws.declared.errors import AwsError
from local_aws.declared.rules import ALL, Page, Rule, Service

_PATHS = {"description": "Description", "name": "Name", "tag-key": "Tags[].Key", "tag-value": "Tags[].Value"}
_NAMES = ", ".join(f"`{name}`" for name in _PATHS)


def _is_secret(asked: Any, record: Record) -> bool:
    """Name, ARN, or ARN without the six characters Secrets Manager adds."""
    arn = str(record.get("ARN", ""))
    return asked in {record.get("Name"), arn, re.sub(r"-\w{6}$", "", arn), record.get("SecretId")}


def _check(asked: list[dict[str, Any]]) -> None:
    for one in asked:
        if one.get("Key") not in _PATHS:
            message = f"This local AWS does not apply the filter {one.get('Key')}; it applies {', '.join(_PATHS)}."
            raise AwsError("InvalidParameterException", message)


def _filtered(asked: list[dict[str, Any]], record: Record) -> bool:
    return all(_holds(one, record) for one in asked)


def _holds(one: dict[str, Any], record: Record) -> bool:
    """A filter matches values from their beginning; with `!` before it, none of them (API reference, "Filter")."""
    found = [str(value) for value in values(_PATHS[one["Key"]], record)]
    return any(
        any(value.startswith(pattern.removeprefix("!")) for value in found) != pattern.startswith("!")
        for pattern in one.get("Values", [])
    )


SERVICE = Service(
    "secretsmanager",
    "InvalidParameterException",
    (
        Rule(
            "ListSecrets",
            "SecretList",
            {
                "Filters": Where(_filtered, f"{_NAMES}, by prefix, `!` negates", checks=_check),
                "IncludePlannedDeletion": Where(
                    lambda asked, one: asked or not one.get("DeletedDate"),
                    "those that wait for deletion too",
                    default=False,
                    forwarded=True,
                ),
            },
            identity=("Name",),
            tells={"IncludePlannedDeletion": True},
            page=Page(100),
        ),
        Rule(
            "DescribeSecret",
            "",
            {"SecretId": Where(_is_secret, "name or ARN")},
            of="ListSecrets",
            identity=("Name",),
            one=True,
            missing=("ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
        ),
    ),
    trusted={
        "BatchGetSecretValue": (ALL,),
        "GetSecretValue": (ALL,),
        "ListSecretVersionIds": ("IncludeDeprecated",),
    },
)
