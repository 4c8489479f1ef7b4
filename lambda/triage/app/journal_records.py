"""What a journal keeps of a call, as JSON, and back again. Secrets are redacted before they are kept."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from triage.domain.budget import TokenUsage
from triage.domain.recurrence import Recalled
from triage.ports import ModelResponse, ToolReply
from untrusted import redact, redact_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from triage.ports import Message

VERSION = 1
_BYTES = "base64"


class UnreadableRecords(ValueError):
    """The text was not written by :func:`written`, or by another version of it."""


def written(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Records as they are stored."""
    document = {"version": VERSION, "records": records}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_encoded).encode()


def read(body: bytes) -> list[dict[str, Any]]:
    """Records as they were before they were stored.

    Raises:
        UnreadableRecords: the text is none of ours.
    """
    try:
        document = json.loads(body, object_hook=_decoded)
    except ValueError as error:
        raise UnreadableRecords(f"a checkpoint is no JSON: {error}") from error
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise UnreadableRecords("a checkpoint has another version")
    return [_understood(record) for record in document.get("records", ()) if isinstance(record, dict)]


def _understood(record: dict[str, Any]) -> dict[str, Any]:
    """A record as its reader wants it."""
    if record.get("kind") != "recalled":
        return record
    try:
        return {**record, "recalled": Recalled.from_json(record["recalled"])}
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRecords(f"a checkpoint has another form of memory: {error!r}") from error


def of_response(response: ModelResponse) -> dict[str, Any]:
    """An answer of a model. Its reasoning is signed and stays as it is; it was made from redacted text."""
    return {
        "kind": "response",
        "message": {**response.message, "content": [_redacted(block) for block in response.message["content"]]},
        "stop_reason": response.stop_reason,
        "tokens": asdict(response.tokens),
        "model_id": response.model_id,
    }


def response_of(record: Mapping[str, Any]) -> ModelResponse:
    """The answer that :func:`of_response` kept."""
    message: Message = record["message"]
    return ModelResponse(message, record["stop_reason"], TokenUsage(**record["tokens"]), record["model_id"])


def of_reply(code: str, reply: ToolReply) -> dict[str, Any]:
    """What a tool call returned."""
    texts = {"stdout": redact(reply.stdout), "error": redact(reply.error) if reply.error else None}
    values = {"result": redact_value(reply.result), "evidence": redact_value(list(reply.evidence))}
    return {"kind": "reply", "code": redact(code), "reply": {**vars(reply), **texts, **values}}


def reply_of(record: Mapping[str, Any]) -> ToolReply:
    """The reply that :func:`of_reply` kept."""
    return ToolReply(**record["reply"])


def of_recalled(recalled: Recalled) -> dict[str, Any]:
    """What memory said; it was redacted before it was remembered."""
    return {"kind": "recalled", "recalled": recalled.to_json()}


def of_failure(code: str, why: str) -> dict[str, Any]:
    """A tool call of which nobody knows whether it ran: it must not be sent again either."""
    return {"kind": "failure", "code": redact(code), "why": redact(why)}


def _redacted(block: Mapping[str, Any]) -> Mapping[str, Any]:
    if "text" in block:
        return {"text": redact(block["text"])}
    if "toolUse" in block:
        return {"toolUse": {**block["toolUse"], "input": redact_value(block["toolUse"].get("input"))}}
    return block


def _encoded(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} cannot be kept in a checkpoint")


def _decoded(value: dict[str, Any]) -> Any:
    return base64.b64decode(value[_BYTES]) if value.keys() == {_BYTES} else value
