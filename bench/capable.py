"""A scripted stand-in for a capable model: asks as one was seen to ask, and knows the cause when it has read it.

It is no language model. What it has read it knows by `truth.json`: once half of the pieces of decisive evidence of
an incident stand in what it was shown, besides the event, it writes the report an oracle would, quoting them;
until then it asks its next question, and when it has none left it says that it does not know. So it measures what
an investigation lays before a model, and at what price; not how well any model reads.

Its questions are those of a model of the most capable class that was watched at other incidents: told the alarm
alone, one broad look of about ninety lines of boto3 and one focused check; told a first look, the check at most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.prompt_cache import CHARACTERS_PER_TOKEN, PromptCache, message_characters
from evals.investigators import as_report
from evals.matching import any_found
from triage.domain.budget import TokenUsage
from triage.domain.report import Category
from triage.ports import ModelResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evals.play import Incident
    from evals.truth import Decisive
    from triage.ports import Message, ModelRequest

SWEEP = (Path(__file__).parent / "sweep.py.txt").read_text(encoding="utf-8")
CHECK = """for look in (lambda_invocations, log_changes, surroundings, changes_before):
    try:
        print(look.__name__, look())
    except Exception as error:
        print(look.__name__, "failed:", error)
"""
MODEL_ID = "scripted.capable"

_SECTION = re.compile(r"^\[(E\d+)\] ?(.*)$", re.MULTILINE)
_EVENT = "E1"
_EVENT_ONLY = 2
"""Sections of an opening without a first look: the event, and that there is none."""

_QUOTE_CHARACTERS = 300


@dataclass
class CapableStandIn:
    """Behind the Model port, for one incident.

    Attributes:
        sent: what its requests would have cost with a prompt cache.
        seen: pieces of decisive evidence that it was shown, in the end.
    """

    incident: Incident
    sent: PromptCache = field(default_factory=PromptCache)
    seen: int = 0

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        """The next question, or the report."""
        del timeout_s
        before = self.sent.tokens
        self.sent.count(request)
        quotes = self._decisive_quotes(request.messages)
        self.seen = len(quotes)
        knows = self.seen >= len(self.incident.truth.decisive) / 2
        code = None if knows or len(request.tools) == 1 else _next_question(request.messages)
        if code is None:
            name, given = "submit_report", self._report(quotes, knows=knows)
        else:
            name, given = "run_python", {"code": code, "purpose": "What the evidence so far leaves open"}
        use = {"toolUseId": f"tooluse_{len(request.messages)}", "name": name, "input": given}
        message: Message = {"role": "assistant", "content": [{"toolUse": use}]}
        tokens = TokenUsage(
            round(self.sent.tokens - before), round(message_characters(message) / CHARACTERS_PER_TOKEN)
        )
        return ModelResponse(message, "tool_use", tokens, MODEL_ID)

    def _decisive_quotes(self, messages: Sequence[Message]) -> list[tuple[str, str]]:
        """Evidence and quote for each decisive piece that stands in what was shown."""
        shown = list(_shown(messages))
        found = (self._quoted(decisive, shown) for decisive in self.incident.truth.decisive)
        return [quote for quote in found if quote is not None]

    def _quoted(self, decisive: Decisive, shown: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
        setting = self.incident.setting
        for evidence_id, text in shown:
            for line in text.splitlines():
                if any_found(decisive.any_of, line, setting):
                    return evidence_id, _short(line, decisive, self.incident)
        return None

    def _report(self, quotes: Sequence[tuple[str, str]], *, knows: bool) -> Mapping[str, Any]:
        truth = self.incident.truth
        category = truth.category[0] if knows else Category.UNKNOWN
        unsure = category is Category.UNKNOWN
        facts = [fact for fact in truth.facts if knows or fact.kind not in {"cause", "change"}]
        citations = [{"evidence": evidence_id, "quote": quote} for evidence_id, quote in quotes]
        cause = " ".join(fact.says for fact in facts if fact.kind == "cause")
        return as_report(
            headline=truth.title if knows else "Cause not known",
            category=category.value,
            confidence="INCONCLUSIVE" if unsure else "CONFIRMED",
            disposition=truth.disposition[0].value,
            statement=cause or "The evidence that would tell was not seen.",
            findings=[{"statement": fact.says, "citations": citations} for fact in facts],
        )


def _next_question(messages: Sequence[Message]) -> str | None:
    """The sweep unless there was a first look, then the check, then nothing more."""
    opening = len(_SECTION.findall(messages[0]["content"][0]["text"]))
    plan = [CHECK] if opening > _EVENT_ONLY else [SWEEP, CHECK]
    turn = sum(message["role"] == "assistant" for message in messages)
    return plan[turn] if turn < len(plan) else None


def _shown(messages: Sequence[Message]) -> Iterator[tuple[str, str]]:
    """Everything that was shown as evidence, with its id; not the event, which is no finding."""
    for message in messages:
        for text in _texts(message):
            parts = _SECTION.split(text)
            for evidence_id, head, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
                if evidence_id != _EVENT:
                    yield evidence_id, f"{head}\n{body}"


def _texts(message: Message) -> Iterator[str]:
    if message["role"] != "user":
        return
    for block in message["content"]:
        if "toolResult" in block:
            yield from (part["text"] for part in block["toolResult"]["content"])
        elif "text" in block:
            yield block["text"]


def _short(line: str, decisive: Decisive, incident: Incident) -> str:
    """A part of a long line that still is the evidence; the whole line where none is."""
    step = _QUOTE_CHARACTERS // 2
    for start in range(0, len(line), step):
        part = line[start : start + _QUOTE_CHARACTERS].strip()
        if any_found(decisive.any_of, part, incident.setting):
            return part
    return line.strip()
