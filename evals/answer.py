"""What an investigator reported, in the shape of `submit_report`, with the evidence it cites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from triage.domain.report import Category, Confidence, Disposition


class AnswerError(ValueError):
    """An investigator returned something that is no answer; the message says what to return instead."""


@dataclass(frozen=True)
class Quote:
    """A citation: text copied from one piece of evidence."""

    evidence: str
    text: str


@dataclass(frozen=True)
class Answer:
    """A report and what it rests on.

    Attributes:
        report: As `submit_report` takes it (`root_cause`, `findings`, …).
        evidence: Whole text of each piece of evidence, by id.
        usage: What it took, as far as the investigator says: `turns`, `tool_calls`, `input_tokens`,
            `output_tokens`, `cache_read_tokens`, `cache_write_tokens`, `usd`, `api_calls`, `log_bytes`, `seconds`.
        stopped_by: The limit that ended it early, or why no model wrote the report; empty when nothing did.
    """

    report: Mapping[str, Any]
    evidence: Mapping[str, str]
    usage: Mapping[str, float] = field(default_factory=dict)
    stopped_by: str = ""

    @classmethod
    def from_json(cls, document: Any) -> Answer:
        """Check what a callable returned.

        Raises:
            AnswerError: It is not `{"report": {…}, "evidence": {id: text}, "usage"?: {name: number}}`.
        """
        if not isinstance(document, Mapping) or not isinstance(document.get("report"), Mapping):
            raise AnswerError('return {"report": {…}, "evidence": {id: text}}: "report" is missing or no object')
        evidence = document.get("evidence") or {}
        if not isinstance(evidence, Mapping) or not all(isinstance(text, str) for text in evidence.values()):
            raise AnswerError('"evidence" must map ids to text')
        if not isinstance(document["report"].get("root_cause"), Mapping):
            raise AnswerError('"report" has no object "root_cause"')
        usage = {str(name): float(value) for name, value in (document.get("usage") or {}).items()}
        return cls(document["report"], evidence, usage, str(document.get("stopped_by") or ""))

    @property
    def cause(self) -> Mapping[str, Any]:
        """The root cause as reported."""
        found: Mapping[str, Any] = self.report["root_cause"]
        return found

    @property
    def origin(self) -> str:
        """Who wrote the report, as far as it says: `model` or `first_look`."""
        return str(self.report.get("origin") or "")

    @property
    def category(self) -> str:
        """Kind of cause; `unknown` when it names none."""
        return str(self.cause.get("category") or Category.UNKNOWN.value).lower()

    @property
    def confidence(self) -> str:
        """Stated confidence; INCONCLUSIVE when it states none."""
        return str(self.cause.get("confidence") or Confidence.INCONCLUSIVE.value).upper()

    @property
    def disposition(self) -> str:
        """What the alarm turned out to be."""
        return str(self.report.get("disposition") or Disposition.UNKNOWN.value).lower()

    def hypotheses(self) -> list[str]:
        """Categories it considered likely: the cause's, then those listed under `hypotheses`."""
        listed = [item for item in self.report.get("hypotheses") or [] if isinstance(item, Mapping)]
        return [self.category, *(str(item.get("category", "")).lower() for item in listed)]

    def asserted(self) -> list[str]:
        """Every text the report stands for, one by one: not what it rules out, leaves open or advises."""
        report = self.report
        texts = [report.get("headline"), report.get("summary"), self.cause.get("statement")]
        texts += [f"{entry.get('at', '')} {entry.get('event', '')}" for entry in _objects(report.get("timeline"))]
        texts += [entry.get("statement") for entry in _objects(report.get("findings"))]
        impact = report.get("impact")
        if isinstance(impact, Mapping):
            texts += [impact.get("statement"), impact.get("users"), *(impact.get("affected_resources") or [])]
        return [str(text) for text in texts if text]

    def said(self) -> str:
        """Everything a reader learns, with what is ruled out, open or could not be seen."""
        report = self.report
        texts = self.asserted()
        for entry in _objects(report.get("ruled_out")):
            texts.append(f"{entry.get('hypothesis', '')}: {entry.get('reason', '')}")
        for entry in _objects(report.get("hypotheses")):
            texts.append(str(entry.get("statement", "")))
        for name in ("open_questions", "gaps"):
            texts += [str(text) for text in report.get(name) or []]
        return "\n".join(texts)

    def quotes(self) -> list[Quote]:
        """Every citation of the report."""
        return list(_quotes(self.report))


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value or [] if isinstance(item, Mapping)]


def _quotes(value: Any) -> list[Quote]:
    found: list[Quote] = []
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "citations":
                found += [Quote(str(one.get("evidence")), str(one.get("quote"))) for one in _objects(item)]
            else:
                found += _quotes(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            found += _quotes(item)
    return found
