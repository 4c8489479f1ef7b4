"""The evidence of a running investigation: numbered as it arrives, shown to the model within limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from triage.domain.evidence import LINKED_PREFIX, SIGNAL_PREFIX, Evidence, EvidenceStatus
from untrusted import fence, make_visible, redact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.domain.briefing import Gathered
    from triage.domain.grouping import LinkedAlarm
    from triage.domain.signal import Signal
    from triage.ports import ToolReply

HEAD_CHARACTERS = 5_000
TAIL_CHARACTERS = 2_000
DIGEST_CHARACTERS = 120


class EvidenceBook:
    """Append-only list of evidence with its ids.

    Args:
        new_nonce: gives an unguessable text for each fence.
    """

    def __init__(self, new_nonce: Callable[[], str]) -> None:
        self._new_nonce = new_nonce
        self._items: list[Evidence] = []

    @property
    def items(self) -> tuple[Evidence, ...]:
        """All evidence so far, oldest first."""
        return tuple(self._items)

    def add_signal(self, signal: Signal) -> Evidence:
        """The triggering event itself, so that a report can cite it."""
        text = json.dumps(signal.to_json(), ensure_ascii=False, separators=(",", ":"))
        return self._add(
            "The event that started the investigation", "", f"{SIGNAL_PREFIX}{text}", EvidenceStatus.OK
        )

    def add_gathered(self, gathered: Gathered) -> Evidence:
        """What code found out before the first turn."""
        return self._add(
            gathered.purpose,
            gathered.code,
            gathered.output,
            gathered.status,
            duration_ms=gathered.duration_ms,
            truncated=gathered.truncated,
        )

    def add_linked(self, alarm: LinkedAlarm) -> Evidence:
        """Another alarm on the resource, linked to the investigation."""
        text = json.dumps(alarm.to_json(), ensure_ascii=False, separators=(",", ":"))
        return self._add(
            "Another alarm that fired on the resource", "", f"{LINKED_PREFIX}{text}", EvidenceStatus.OK
        )

    def add_reply(self, purpose: str, code: str, reply: ToolReply) -> Evidence:
        """What a tool call returned."""
        return self._add(
            purpose,
            code,
            _text_of(reply),
            EvidenceStatus(reply.status),
            duration_ms=reply.duration_ms,
            truncated=reply.truncated,
        )

    def add_unavailable(self, purpose: str, code: str, why: str) -> Evidence:
        """A tool call that could not be made: a gap is evidence too."""
        return self._add(purpose, code, why, EvidenceStatus.UNAVAILABLE)

    def shown(self, evidence: Evidence) -> str:
        """The evidence as the model sees it: a header, then head and tail inside a fence."""
        return f"{_header(evidence)}\n{fence(_excerpt(evidence), self._new_nonce())}"

    def shown_together(self, items: Sequence[Evidence]) -> str:
        """Several pieces of evidence in one fence, each behind its id and what it answers."""
        text = "\n\n".join(f"[{item.id}] {item.purpose}\n{_excerpt(item)}" for item in items)
        return fence(text, self._new_nonce())

    def digest(self, evidence: Evidence) -> str:
        """One line for an output that was shown before: what it answered, how long it is, how it begins."""
        begin = " ".join(evidence.output[: 4 * DIGEST_CHARACTERS].split())[:DIGEST_CHARACTERS]
        return (
            f"{_header(evidence)} folded: {len(evidence.output):,} characters on {evidence.purpose!r}; "
            f'recall(evidence_id="{evidence.id}", grep=…) shows them.\n{fence(begin, self._new_nonce())}'
        )

    def recalled(self, evidence_id: str, grep: str | None, start: int) -> str | None:
        """Another part of an evidence, or ``None`` when there is no such id."""
        found = next((item for item in self._items if item.id == evidence_id.upper()), None)
        if found is None:
            return None
        text = found.output
        if grep:
            text = "\n".join(line for line in text.splitlines() if grep.lower() in line.lower())
        part = text[max(0, start) : max(0, start) + HEAD_CHARACTERS + TAIL_CHARACTERS]
        rest = len(text) - max(0, start) - len(part)
        note = f"\n({rest:,} more characters)" if rest > 0 else ""
        return f"{_header(found)}\n{fence(part or '(nothing matches)', self._new_nonce())}{note}"

    def _add(
        self,
        purpose: str,
        code: str,
        output: str,
        status: EvidenceStatus,
        *,
        duration_ms: float = 0.0,
        truncated: bool = False,
    ) -> Evidence:
        evidence = Evidence(
            id=f"E{len(self._items) + 1}",
            purpose=make_visible(redact(purpose))[:300],
            code=redact(code),
            output=make_visible(redact(output)),
            status=status,
            duration_ms=duration_ms,
            truncated=truncated,
        )
        self._items.append(evidence)
        return evidence


def _header(evidence: Evidence) -> str:
    lost = " truncated=yes" if evidence.truncated else ""
    return f"[{evidence.id}] status={evidence.status.value} duration_ms={evidence.duration_ms:.0f}{lost}"


def _excerpt(evidence: Evidence) -> str:
    text = evidence.output
    left_out = len(text) - HEAD_CHARACTERS - TAIL_CHARACTERS
    if left_out <= 0:
        return text or "(no output)"
    return (
        f"{text[:HEAD_CHARACTERS]}\n… {left_out:,} characters left out; "
        f'recall(evidence_id="{evidence.id}", grep=…) shows them …\n{text[-TAIL_CHARACTERS:]}'
    )


def _text_of(reply: ToolReply) -> str:
    parts = [reply.stdout.rstrip("\n")] if reply.stdout.strip() else []
    parts.extend(
        f"## {entry.get('title', 'evidence')}\n{_as_text(entry.get('output'))}" for entry in reply.evidence
    )
    if reply.result is not None:
        parts.append(f"result: {_as_text(reply.result)}")
    if reply.error:
        parts.append(f"error: {reply.error}")
    if reply.omitted_bytes:
        parts.append(f"({reply.omitted_bytes:,} bytes of output were lost over the tool's limit)")
    return "\n".join(parts)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
