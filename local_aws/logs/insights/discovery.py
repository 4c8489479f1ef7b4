"""Fields that are discovered in a message: JSON's, by dotted paths, and Lambda's.

User guide, "Supported logs and discovered fields": arrays are flattened by index; Lambda logs are searched for the
first embedded JSON fragment. Sizes of memory are bytes, as the guide's sample queries have them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from local_aws.logs.insights.values import LARGEST_INTEGER

if TYPE_CHECKING:
    from local_aws.logs.insights.values import Value

_DECODER = json.JSONDecoder()
_EMBEDDED_TRIES = 20

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PLATFORM = re.compile(r"(START|END|REPORT|INIT_START|RESTORE_START|RESTORE_REPORT)\b")
_REQUEST = re.compile(rf"(?:.*?RequestId: |\[\w+\]\s+\S+\s|\S+\s)({_UUID})(?=\s|$)")
_MEASURES = {
    "@duration": (re.compile(r"(?:^|\t)Duration: ([\d.]+) ms"), 1),
    "@billedDuration": (re.compile(r"\tBilled Duration: ([\d.]+) ms"), 1),
    "@initDuration": (re.compile(r"\tInit Duration: ([\d.]+) ms"), 1),
    "@memorySize": (re.compile(r"\tMemory Size: (\d+) MB"), 1_000_000),
    "@maxMemoryUsed": (re.compile(r"\tMax Memory Used: (\d+) MB"), 1_000_000),
}
_TRACES = {
    "@xrayTraceId": re.compile(r"XRAY TraceId: (\S+)"),
    "@xraySegmentId": re.compile(r"SegmentId: (\S+)"),
}


def json_document(message: str, *, embedded: bool) -> object:
    """The JSON document a message is or, where `embedded`, the first one in it; None if there is none."""
    if message.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(message)
        except (ValueError, RecursionError):
            pass
    return _first_fragment(message) if embedded else None


def _first_fragment(message: str) -> object:
    position = message.find("{")
    for _ in range(_EMBEDDED_TRIES):
        if position < 0:
            return None
        try:
            return _DECODER.raw_decode(message, position)[0]
        except (ValueError, RecursionError):
            position = message.find("{", position + 1)
    return None


def json_value(document: object, path: str) -> Value:
    """The scalar at a dotted path; keys may hold dots themselves. Truth values are 1 and 0."""
    if isinstance(document, dict) and path in document:
        found = _scalar(document[path])
        if found is not None:
            return found
    cut = path.find(".")
    while cut >= 0:
        inner = _step(document, path[:cut])
        found = json_value(inner, path[cut + 1 :]) if inner is not None else None
        if found is not None:
            return found
        cut = path.find(".", cut + 1)
    return _scalar(_step(document, path)) if isinstance(document, list) else None


def _step(document: object, name: str) -> object:
    if isinstance(document, dict):
        return document.get(name)
    if isinstance(document, list) and name.isascii() and name.isdigit() and len(name) < 10:
        return document[int(name)] if int(name) < len(document) else None
    return None


def _scalar(value: object) -> Value:
    if isinstance(value, int):
        return int(value) if abs(value) < LARGEST_INTEGER else _rounded(value)
    return value if isinstance(value, (str, float)) else None


def _rounded(value: int) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def lambda_fields(message: str) -> dict[str, Value]:
    """Lambda's own fields of one line: request id, type of platform line, and a report's measures."""
    found: dict[str, Value] = {}
    kind = _PLATFORM.match(message)
    if kind:
        found["@type"] = kind.group(1)
    request = _REQUEST.match(message)
    if request:
        found["@requestId"] = request.group(1)
    if kind is None or kind.group(1) != "REPORT":
        return found
    for name, (measure, factor) in _MEASURES.items():
        match = measure.search(message)
        if match:
            amount = float(match.group(1)) * factor
            found[name] = int(amount) if amount.is_integer() else amount
    for name, trace in _TRACES.items():
        match = trace.search(message)
        if match:
            found[name] = match.group(1)
    return found
