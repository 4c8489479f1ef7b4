"""What a configuration refers to: tables, queues, functions, secrets and hosts named in environment variables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ARN = re.compile(r"arn:aws[\w-]*:(?P<service>[\w-]+):[\w-]*:\d*:(?P<rest>\S+)")
_QUEUE_URL = re.compile(r"https?://[^/\s]+/\d{12}/(?P<name>[\w.-]{1,80})$")
_HOST = re.compile(
    r"(?:^|//|@)(?P<host>[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,24}|localhost)(?::(?P<port>\d+))?",
    re.IGNORECASE,
)
_KINDS_BY_SERVICE = {
    "dynamodb": "dynamodb",
    "sqs": "sqs",
    "sns": "sns",
    "lambda": "lambda",
    "kinesis": "kinesis",
    "states": "stepfunctions",
    "secretsmanager": "secret",
    "s3": "bucket",
    "kms": "key",
    "ssm": "parameter",
}
_KINDS_BY_WORD = (
    ("table", "dynamodb"),
    ("queue", "sqs"),
    ("topic", "sns"),
    ("stream", "kinesis"),
    ("bucket", "bucket"),
    ("secret", "secret"),
    ("function", "lambda"),
    ("state_machine", "stepfunctions"),
)
_KINDS_BY_HOST = (
    (".rds.amazonaws.com", "rds"),
    (".cache.amazonaws.com", "elasticache"),
    (".elb.amazonaws.com", "elb"),
    (".execute-api.", "apigateway_http"),
)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{2,254}")
#: Names of secrets may be paths (Secrets Manager API reference, `CreateSecret`); a variable may hold one itself.
_SECRET = re.compile(r"(?=[^/]*/)[A-Za-z0-9][\w/.@+-]{2,254}")
_NAMES_A_SECRET = re.compile(r"(?i)secret(?:s?[-_]?(?:id|name|arn|path|key[-_]?name))?$")


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing a configuration names.

    Attributes:
        variable: The variable that names it.
        kind: Kind of resource, or `host`.
        name: Its name; of a host, the host.
    """

    variable: str
    kind: str
    name: str


def references(environment: Mapping[str, str]) -> list[Reference]:
    """What an environment refers to, by its values and, where they are plain names, by the variables."""
    found = (_reference(variable, str(value)) for variable, value in environment.items())
    return [each for each in found if each is not None]


def _reference(variable: str, value: str) -> Reference | None:
    arn = _ARN.fullmatch(value)
    if arn:
        return _of_arn(variable, value, arn)
    queue = _QUEUE_URL.fullmatch(value)
    if queue:
        return Reference(variable, "sqs", queue["name"])
    host = _HOST.search(value)
    if host:
        return Reference(variable, *of_host(host["host"].lower()))
    words = variable.lower()
    kind = next((kind for word, kind in _KINDS_BY_WORD if word in words), "")
    if kind == "secret" and _NAMES_A_SECRET.search(variable) and _SECRET.fullmatch(value):
        return Reference(variable, kind, value)
    return Reference(variable, kind, value) if kind and _NAME.fullmatch(value) else None


def _of_arn(variable: str, value: str, arn: re.Match[str]) -> Reference | None:
    kind = _KINDS_BY_SERVICE.get(arn["service"])
    if kind is None:
        return None
    if kind in {"stepfunctions", "secret", "key", "sns", "parameter"}:
        return Reference(variable, kind, value)
    return Reference(variable, kind, re.split(r"[:/]", arn["rest"])[-1 if kind != "lambda" else 1])


def of_host(host: str) -> tuple[str, str]:
    """Kind and name of what is behind an address; of an address of somebody else's, `host` and the address.

    `orders.abc.eu-west-1.rds.amazonaws.com` is the instance `orders`.
    """
    kind = next((kind for suffix, kind in _KINDS_BY_HOST if suffix in host), "host")
    if kind == "host":
        return kind, host
    labels = host.split(".")
    if kind == "rds" and labels[1].startswith("cluster-"):
        kind = "rds_cluster"
    if kind == "elasticache":
        return kind, next(
            (label for label in labels if label not in ("master", "replica", "clustercfg")), labels[0]
        )
    return kind, labels[0]
