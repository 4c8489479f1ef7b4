"""Turns what came of a call into the reply: read with suspicion, redacted, made visible, within its size."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.contract import Reply, Status
from untrusted import make_visible, make_visible_value, redact, redact_value

if TYPE_CHECKING:
    from sandbox.capture import Captured
    from sandbox.runner import Outcome

# Shares of the reply, in bytes of encoded JSON. They add up to less than contract.MAX_REPLY_BYTES, so the whole
# fits by construction.
STDOUT_BYTES = 400_000
RESULT_BYTES = 270_000
EVIDENCE_BYTES = 270_000
ERROR_BYTES = 40_000
TITLE_BYTES = 2_000
_TITLED_BYTES = TITLE_BYTES + 100
_GUARD_BYTES = 8_000

#: A secret cut in two by the limits of the capture would not be recognised: this much is given up at each cut,
#: after redaction. Longer than any session token.
_CUT_MARGIN = 4_096


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the reply and the bytes left out of it."""

    value: Any
    omitted_bytes: int


def build_reply(outcome: Outcome, secrets: tuple[str, ...], duration_ms: float) -> Reply:
    """Assemble the reply of a call that was run.

    Args:
        outcome: What came back; everything in it may be forged except how the process ended.
        secrets: The session's own credentials, taken out wherever they appear.
        duration_ms: Wall time of the call.
    """
    done = next((line["done"] for line in outcome.lines if isinstance(line.get("done"), dict)), None)
    status, reason = _status(outcome, done)
    stdout = _stdout(outcome.stdout, secrets)
    error = _text(reason, ERROR_BYTES, secrets)
    result = _json(None if done is None else done.get("result"), RESULT_BYTES, secrets)
    evidence = _evidence(outcome.lines, secrets)
    left_out = _left_out_by_child(outcome.lines) + outcome.report_omitted_bytes
    return Reply(
        status=status,
        stdout=stdout.value,
        result=result.value,
        error=error.value or None,
        evidence=evidence.value,
        omitted_bytes=left_out + sum(part.omitted_bytes for part in (stdout, error, result, evidence)),
        duration_ms=round(duration_ms, 1),
        guard=guard_of(outcome.lines),
    )


def imports_of(lines: list[dict[str, Any]]) -> dict[str, bool]:
    """Modules the code imports, each with whether it was loaded already."""
    imports = lines[0].get("imports") if lines else None
    return imports if isinstance(imports, dict) else {}


def guard_of(lines: list[dict[str, Any]]) -> dict[str, str]:
    """State of the layers inside the child, from the one line written before the code started."""
    guard = lines[0].get("guard") if lines else None
    if not isinstance(guard, dict) or len(json.dumps(guard)) > _GUARD_BYTES:
        return {}
    return {str(layer): str(state) for layer, state in guard.items()}


def _status(outcome: Outcome, done: dict[str, Any] | None) -> tuple[Status, str]:
    """How the call ended, and why if not well. The ending of the process outranks what the report claims."""
    if outcome.stopped == "deadline":
        return "timeout", "the code ran out of time and was ended; what it printed until then is in stdout"
    if outcome.stopped is None and outcome.signal_name == "SIGXCPU":
        return "timeout", "the code used up its processor time and was ended"
    killed = _killed(outcome, done)
    if killed is not None:
        return "killed", killed
    error = None if done is None else done.get("error")
    return ("ok", "") if error is None else ("error", str(error))


def _killed(outcome: Outcome, done: dict[str, Any] | None) -> str | None:
    """Why the process of the code did not end by itself in good order, or None if it did."""
    overstepped = next((line["stopped"] for line in outcome.lines if "stopped" in line), None)
    stopped = outcome.stopped or overstepped
    if stopped is not None:
        return f"the sandbox ended the code: {stopped}"
    if outcome.signal_name is not None:
        return f"the process of the code was ended by {outcome.signal_name}, as after a crash of the interpreter"
    if done is None:
        return f"the process of the code ended itself (exit code {outcome.exit_code}) before it was done"
    return None


def _left_out_by_child(lines: list[dict[str, Any]]) -> int:
    counts = [line.get("omitted_bytes") for line in lines]
    counts += [line["done"].get("omitted_bytes") for line in lines if isinstance(line.get("done"), dict)]
    return sum(count for count in counts if type(count) is int and 0 < count < 1 << 40)


def _stdout(captured: Captured, secrets: tuple[str, ...]) -> _Part:
    """Head and tail with a note between them, each cut where no secret can be split."""
    head = _clean(captured.head.decode("utf-8", "replace"), secrets)
    if not captured.omitted_bytes:
        return _cut(head, STDOUT_BYTES)
    tail = _clean(captured.tail.decode("utf-8", "replace"), secrets)
    kept_head, kept_tail = head[:-_CUT_MARGIN], tail[_CUT_MARGIN:]
    dropped = captured.omitted_bytes + _size(head) - _size(kept_head) + _size(tail) - _size(kept_tail)
    first = _cut(kept_head, STDOUT_BYTES * 2 // 3, note=False)
    last = _cut(kept_tail, STDOUT_BYTES // 3 - 200, from_end=True, note=False)
    dropped += first.omitted_bytes + last.omitted_bytes
    return _Part(f"{first.value}\n[{dropped} bytes left out]\n{last.value}", dropped)


def _evidence(lines: list[dict[str, Any]], secrets: tuple[str, ...]) -> _Part:
    """Pieces in the order recorded, until the share is used up."""
    kept: list[dict[str, Any]] = []
    left, omitted = EVIDENCE_BYTES, 0
    for line in lines:
        entry = line.get("evidence")
        if not isinstance(entry, dict):
            continue
        if left <= _TITLED_BYTES:  # nothing is shown of what comes now, so nothing of it has to be read
            omitted += len(json.dumps(entry))
            continue
        title = _cut(_clean(str(entry.get("title")), secrets), TITLE_BYTES).value
        piece = _json(entry.get("output"), left - _TITLED_BYTES, secrets)
        candidate = {"title": title, "output": piece.value}
        size = len(json.dumps(candidate)) + 2
        if size > left:
            omitted += size
            continue
        kept.append(candidate)
        left -= size
        omitted += piece.omitted_bytes
    return _Part(kept, omitted)


def _json(value: Any, limit: int, secrets: tuple[str, ...]) -> _Part:
    """A JSON value within a size. The child shortens what is too long with care; this is for a child that lies."""
    cleaned = make_visible_value(redact_value(value, secrets))
    encoded = json.dumps(cleaned)
    if len(encoded) <= limit:
        return _Part(cleaned, 0)
    return _cut(encoded, limit)


def _text(text: str, limit: int, secrets: tuple[str, ...]) -> _Part:
    return _cut(_clean(text, secrets), limit)


def _clean(text: str, secrets: tuple[str, ...]) -> str:
    return make_visible(redact(text, secrets))


def _cut(text: str, limit: int, *, from_end: bool = False, note: bool = True) -> _Part:
    """Shorten a text until its JSON encoding has at most `limit` bytes."""
    if len(json.dumps(text)) <= limit:
        return _Part(text, 0)
    room = limit - 60
    low, high = 0, min(len(text), max(0, room))
    while low < high:  # the longest piece that fits: encoded size only grows with length
        middle = (low + high + 1) // 2
        piece = text[-middle:] if from_end else text[:middle]
        if len(json.dumps(piece)) <= room:
            low = middle
        else:
            high = middle - 1
    kept = (text[-low:] if from_end else text[:low]) if low else ""
    omitted = _size(text) - _size(kept)
    return _Part(f"{kept}\n[{omitted} bytes left out]" if note else kept, omitted)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
