"""Environment variables of the tool function: its whole configuration, read once when the function starts.

INVESTIGATOR_ROLE_ARN
    Required. The read-only role investigations assume: `arn:<partition>:iam::<account>:role/<name>`.
TOOL_TIMEOUT_SECONDS
    Time-out of this function in whole seconds, 10 to 900, 120 if absent. Code gets a few seconds less.
AWS_REGION
    Required, set by Lambda. Region of a call that names none.
AWS_LAMBDA_FUNCTION_MEMORY_SIZE
    Set by Lambda. Memory of this function in MiB, 512 or more, 2048 if absent; bounds the memory of the code.
MALLOC_ARENA_MAX
    Read by glibc: fewer arenas, so that threads take less of the address space that bounds the code.
READABLE_LOGS
    JSON list of "<bucket>/<prefix>" below which the role may read objects; [] if absent.
AWS_ENDPOINT_URL
    One endpoint for every AWS service, for a local AWS. Absent on AWS itself.
LOG_LEVEL
    DEBUG, INFO, WARNING, ERROR or CRITICAL; INFO if absent.
POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE
    Read by aws-lambda-powertools itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROLE_ARN = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/[\w+=,.@/-]{1,576}")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class ConfigurationError(ValueError):
    """An environment variable is missing or malformed; the message names it and says what it should hold."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Configuration of the tool function.

    Attributes:
        investigator_role_arn: Role whose read-only session the code gets.
        timeout_seconds: Time-out of the function itself, in seconds.
        region: Region of a call that names none.
        memory_mib: Memory of the function, in MiB.
        endpoint_url: Endpoint of a local AWS, or None on AWS itself.
        log_level: Level of the function's own log.
        readable_logs: Where the role may read objects: buckets with prefixes.
    """

    investigator_role_arn: str
    timeout_seconds: int
    region: str
    memory_mib: int
    endpoint_url: str | None
    log_level: str
    readable_logs: tuple[str, ...] = ()

    @property
    def endpoint(self) -> tuple[str, int] | None:
        """Host and port of a local AWS."""
        if self.endpoint_url is None:
            return None
        parts = urlsplit(self.endpoint_url)
        return str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def account_id(self) -> str:
        """Account of the investigator role, the only one this function can look into."""
        return self.investigator_role_arn.split(":")[4]


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check the environment.

    Raises:
        ConfigurationError: A variable is missing or malformed.
    """
    return Settings(
        investigator_role_arn=_matching(
            environ, "INVESTIGATOR_ROLE_ARN", _ROLE_ARN, "arn:<partition>:iam::<account id>:role/<role name>"
        ),
        timeout_seconds=_whole_number(environ, "TOOL_TIMEOUT_SECONDS", default=120, low=10, high=900),
        region=_matching(environ, "AWS_REGION", _REGION, "the region of the function, such as eu-west-1"),
        memory_mib=_whole_number(environ, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", default=2048, low=512, high=1 << 20),
        endpoint_url=_endpoint(environ),
        log_level=_log_level(environ),
        readable_logs=_readable_logs(environ),
    )


def _matching(environ: Mapping[str, str], name: str, pattern: re.Pattern[str], shape: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"environment variable {name} is not set; it should hold {shape}")
    if not pattern.fullmatch(value):
        raise ConfigurationError(f"environment variable {name} is {value!r}; it should hold {shape}")
    return value


def _whole_number(environ: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ConfigurationError(
            f"environment variable {name} is {text!r}; it should hold a whole number from {low} to {high}"
        )
    return int(text)


def _endpoint(environ: Mapping[str, str]) -> str | None:
    value = environ.get("AWS_ENDPOINT_URL", "").strip()
    if not value:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(
            f"environment variable AWS_ENDPOINT_URL is {value!r}; it should hold http://<host>:<port> of a local "
            "AWS, or be absent"
        )
    return value


def _readable_logs(environ: Mapping[str, str]) -> tuple[str, ...]:
    text = environ.get("READABLE_LOGS", "").strip() or "[]"
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise ConfigurationError(
            f"environment variable READABLE_LOGS is {text[:100]!r}; it should hold a JSON list such as "
            '["my-logs/AWSLogs/"]'
        )
    return tuple(names)


def _log_level(environ: Mapping[str, str]) -> str:
    value = environ.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if value not in _LOG_LEVELS:
        raise ConfigurationError(
            f"environment variable LOG_LEVEL is {value!r}; it should hold one of {', '.join(_LOG_LEVELS)}"
        )
    return value
