"""Request and reply of the tool function: what a caller may send and what always comes back."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["ok", "error", "timeout", "refused", "killed"]

#: Longest code accepted, in characters; far beyond what a model writes in one turn.
MAX_CODE_CHARACTERS = 256 * 1024
#: Whole reply, as encoded JSON, stays below this many bytes (the contract says 1 MB).
MAX_REPLY_BYTES = 1_000_000

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")
_ACCOUNT = re.compile(r"\d{12}")


class RequestError(ValueError):
    """The request cannot be run; the message names the field and says what to send instead."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call: code to run and the data it works on.

    Attributes:
        code: Python source.
        inputs: Bound to the name `inputs` as data; never becomes part of the source.
        purpose: Why the caller runs this, for the log.
        timeout_seconds: Time the code may take, or None for as long as the function has.
        investigation_id: Names the role session; one session serves all calls of an investigation.
        account_id: Account to look into, or None for the investigator role's own.
        region: Default region of the code, or None for the function's own.
    """

    code: str
    inputs: dict[str, Any]
    purpose: str | None = None
    timeout_seconds: float | None = None
    investigation_id: str | None = None
    account_id: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call returns. `as_dict` has exactly the keys callers rely on.

    Attributes:
        status: ok; error (the code raised); timeout; refused (nothing was run); killed (ended by the sandbox or
            by a crash).
        stdout: What the code printed, standard error included, in the order of writing.
        result: The name `result` if the code assigned it, else the value of a last expression, else None.
        error: Traceback or reason, or None.
        evidence: What the code handed to `evidence(title, output)`.
        truncated: Whether anything was left out.
        omitted_bytes: UTF-8 bytes left out of stdout, error, result and evidence together.
        duration_ms: Wall time of the call.
        guard: State of each protective layer, "on" or "off: reason".
    """

    status: Status
    stdout: str = ""
    result: Any = None
    error: str | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    omitted_bytes: int = 0
    duration_ms: float = 0.0
    guard: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The reply as the JSON object a caller receives."""
        return {
            "status": self.status,
            "stdout": self.stdout,
            "result": self.result,
            "error": self.error,
            "evidence": self.evidence,
            "truncated": self.omitted_bytes > 0,
            "omitted_bytes": self.omitted_bytes,
            "duration_ms": self.duration_ms,
            "guard": self.guard,
        }


def parse_request(event: object) -> Request:
    """Check an incoming event. Unknown keys are ignored; a null counts as absent.

    Raises:
        RequestError: A field is missing, of the wrong type, or out of range.
    """
    if not isinstance(event, dict):
        raise RequestError(
            f'the request is a JSON {_json_type(event)}; send an object such as {{"code": "print(1)"}}'
        )
    return Request(
        code=_code(event.get("code")),
        inputs=_inputs(event.get("inputs")),
        purpose=_text(event, "purpose"),
        timeout_seconds=_timeout(event.get("timeout_s")),
        investigation_id=_text(event, "investigation_id"),
        account_id=_shaped(event, "account_id", _ACCOUNT, "twelve digits"),
        region=_shaped(event, "region", _REGION, "a region name such as eu-west-1"),
    )


def _code(value: object) -> str:
    if not isinstance(value, str):
        raise RequestError(f"'code' is {_json_type(value)}; send Python source as a string")
    if not value.strip():
        raise RequestError("'code' is empty; send Python source")
    if len(value) > MAX_CODE_CHARACTERS:
        raise RequestError(
            f"'code' has {len(value)} characters, the limit is {MAX_CODE_CHARACTERS}; pass data in 'inputs'"
        )
    return value


def _inputs(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RequestError(
            f"'inputs' is {_json_type(value)}; send an object, its members are read as inputs['name']"
        )
    return value


def _timeout(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        raise RequestError(f"'timeout_s' is {str(value)[:40]!r}; send a number of seconds above 0")
    return float(value)


def _text(event: dict[str, Any], name: str) -> str | None:
    value = event.get(name)
    if value is not None and not isinstance(value, str):
        raise RequestError(f"'{name}' is {_json_type(value)}; send a string or leave it out")
    return value


def _shaped(event: dict[str, Any], name: str, pattern: re.Pattern[str], shape: str) -> str | None:
    value = _text(event, name)
    if value is not None and not pattern.fullmatch(value):
        raise RequestError(f"'{name}' is {value[:40]!r}; send {shape} or leave it out")
    return value


def _json_type(value: object) -> str:
    names = {type(None): "null", bool: "boolean", str: "string", int: "number", float: "number", list: "array"}
    return names.get(type(value), "object")
