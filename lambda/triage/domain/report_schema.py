"""The shape of ``submit_report``: its JSON Schema for the model, and the parser of what the model sends.

The schema is what Bedrock shows to the model; the parser is what decides. Models send small deviations (a list
as JSON text, lower-case enum values): those with one obvious reading are read, everything else is reported back
with its path so that the model can mend it in one turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from triage.domain.errors import InvalidReport
from triage.domain.report import (
    Action,
    Category,
    Citation,
    Confidence,
    Derivation,
    Disposition,
    Finding,
    Hypothesis,
    Impact,
    Report,
    Risk,
    RootCause,
    RuledOut,
    Severity,
    TimelineEntry,
)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

MAX_TEXT = 4_000
MAX_ITEMS = 40


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _one_of(kind: type[StrEnum], description: str) -> dict[str, Any]:
    return {"type": "string", "enum": [member.value for member in kind], "description": description}


def _list_of(item: dict[str, Any], description: str = "") -> dict[str, Any]:
    return {"type": "array", "items": item} | ({"description": description} if description else {})


def _object(required: Sequence[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


_CITATION = _object(("evidence", "quote"), evidence={"type": "string"}, quote={"type": "string"})

_CITATIONS = _list_of(
    _CITATION,
    "Where this can be seen: evidence id (E2) and a short text copied from it verbatim. Code looks for the quote, "
    "and for every name, time and number of the claim.",
)

_DERIVATIONS = _list_of(
    _object(
        ("value", "expression"),
        value=_text("As the claim writes it, with its unit."),
        expression=_text('Over cited numbers: 47 / 50 * 100, minutes("02:58", "03:02"), count("timed out").'),
    ),
    "For numbers that no evidence states as such.",
)

# The schema is sent with every turn: what the first claim explains, the others do not repeat.
_SHOWN: dict[str, dict[str, Any]] = {
    "citations": _list_of(_CITATION),
    "derivations": _list_of({"type": "object"}, "As in root_cause."),
}

REPORT_SCHEMA: dict[str, Any] = _object(
    (
        "headline",
        "summary",
        "severity",
        "disposition",
        "root_cause",
        "impact",
        "findings",
        "immediate_actions",
    ),
    headline=_text("One line: what broke and why. No more than 120 characters."),
    summary=_text("Two to four sentences for the engineer who was woken up."),
    severity=_one_of(Severity, "Urgency as the evidence shows it."),
    disposition=_one_of(Disposition, "What the alarm or the error turned out to be."),
    root_cause=_object(
        ("statement", "category", "confidence", "citations"),
        statement=_text("Why it broke, naming the resource and the failing operation."),
        category=_one_of(Category, "Kind of cause."),
        confidence=_one_of(
            Confidence,
            "CONFIRMED only with direct evidence; INCONCLUSIVE when evidence is missing or disagrees.",
        ),
        citations=_CITATIONS,
        derivations=_DERIVATIONS,
        contradictions=_list_of(_CITATION, "Evidence that does not fit this cause."),
        missing=_list_of({"type": "string"}, "What would decide and could not be read."),
    ),
    timeline=_list_of(
        _object(
            ("at", "event", "citations"),
            at=_text("Time as the evidence states it, ISO 8601."),
            event=_text("What happened."),
            **_SHOWN,
        )
    ),
    impact=_object(
        ("statement", "affected_resources"),
        statement=_text("What suffers, as far as the evidence shows."),
        affected_resources=_list_of({"type": "string"}, "Names or ARNs."),
        users=_text("Affected users, only if evidence shows them; else leave out."),
        **_SHOWN,
    ),
    findings=_list_of(
        _object(
            ("statement", "citations"),
            statement=_text("One fact."),
            **_SHOWN,
        )
    ),
    hypotheses=_list_of(
        _object(
            ("statement", "category"),
            statement=_text("Another explanation that stays possible."),
            category=_one_of(Category, "Kind of cause."),
            speaks_for=_text("What makes it likely."),
            speaks_against=_text("What makes it less so."),
            **_SHOWN,
        )
    ),
    ruled_out=_list_of(
        _object(
            ("hypothesis", "reason"),
            hypothesis=_text("What it could have been."),
            reason=_text("What speaks against it."),
            **_SHOWN,
        )
    ),
    immediate_actions=_list_of(
        _object(
            ("title", "risk"),
            title=_text("What to do now."),
            command=_text("A command ready to paste; leave out if there is none."),
            risk=_one_of(Risk, "What the action may break."),
            minutes={"type": "integer", "description": "Estimated effort in minutes."},
        )
    ),
    prevention=_list_of({"type": "string"}, "What would prevent a recurrence."),
    monitoring=_list_of({"type": "string"}, "What to change in alarms, metrics or logs."),
    open_questions=_list_of({"type": "string"}, "What is still unknown."),
    gaps=_list_of({"type": "string"}, "What could not be seen, and why (denied, truncated, out of window)."),
)


def parse_report(data: Any) -> Report:
    """Read the input of a ``submit_report`` call.

    Raises:
        InvalidReport: with one sentence per problem, each naming the path of the field and what to send instead.
    """
    reader = _Reader()
    root = reader.object(data, "report")
    report = Report(
        headline=reader.text(root, "headline"),
        summary=reader.text(root, "summary"),
        severity=reader.one_of(Severity, root, "severity", Severity.MEDIUM),
        disposition=reader.one_of(Disposition, root, "disposition", Disposition.UNKNOWN),
        root_cause=_root_cause(reader, root),
        impact=_impact(reader, root),
        timeline=reader.items(root, "timeline", _timeline_entry),
        findings=reader.items(root, "findings", _finding),
        hypotheses=reader.items(root, "hypotheses", _hypothesis),
        ruled_out=reader.items(root, "ruled_out", _ruled_out),
        immediate_actions=reader.items(root, "immediate_actions", _action),
        prevention=reader.texts(root, "prevention"),
        monitoring=reader.texts(root, "monitoring"),
        open_questions=reader.texts(root, "open_questions"),
        gaps=reader.texts(root, "gaps"),
    )
    if reader.problems:
        raise InvalidReport(tuple(reader.problems))
    return report


class _Reader:
    """Collects every problem instead of stopping at the first, so that one repair turn is enough."""

    def __init__(self, problems: list[str] | None = None, path: str = "") -> None:
        self.problems: list[str] = [] if problems is None else problems
        self._path = path

    def at(self, path: str) -> _Reader:
        return _Reader(self.problems, path)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def object(self, value: Any, name: str) -> Mapping[str, Any]:
        decoded = _decode(value)
        if isinstance(decoded, Mapping):
            return decoded
        self.problems.append(f"{name}: send an object, not {_kind(value)}")
        return {}

    def text(self, data: Mapping[str, Any], key: str) -> str:
        value = data.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()[:MAX_TEXT]
        self.problems.append(f"{self._name(key)}: send non-empty text, not {_kind(value)}")
        return ""

    def optional_text(self, data: Mapping[str, Any], key: str) -> str | None:
        value = data.get(key)
        return value.strip()[:MAX_TEXT] if isinstance(value, str) and value.strip() else None

    def one_of(self, kind: type[E], data: Mapping[str, Any], key: str, otherwise: E) -> E:
        value = data.get(key)
        for member in kind:
            if isinstance(value, str) and value.strip().lower() == member.value.lower():
                return member
        legal = ", ".join(member.value for member in kind)
        self.problems.append(f"{self._name(key)}: send one of {legal}, not {_as_sent(value)}")
        return otherwise

    def sequence(self, data: Mapping[str, Any], key: str) -> Sequence[Any]:
        value = _decode(data.get(key))
        if value is None:
            return ()
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return value[:MAX_ITEMS]
        self.problems.append(f"{self._name(key)}: send a list, not {_kind(value)}")
        return ()

    def texts(self, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
        if isinstance(data.get(key), str) and not isinstance(_decode(data[key]), list):
            return tuple(line.strip("-• ").strip() for line in data[key].splitlines() if line.strip("-• "))
        return tuple(str(item).strip()[:MAX_TEXT] for item in self.sequence(data, key) if str(item).strip())

    def items(
        self, data: Mapping[str, Any], key: str, parse: Callable[[_Reader, Mapping[str, Any]], T]
    ) -> tuple[T, ...]:
        found = []
        for index, item in enumerate(self.sequence(data, key)):
            path = f"{self._name(key)}[{index}]"
            found.append(parse(self.at(path), self.object(item, path)))
        return tuple(found)


def _root_cause(reader: _Reader, root: Mapping[str, Any]) -> RootCause:
    data = reader.object(root.get("root_cause"), "root_cause")
    inner = reader.at("root_cause")
    return RootCause(
        inner.text(data, "statement"),
        inner.one_of(Category, data, "category", Category.UNKNOWN),
        inner.one_of(Confidence, data, "confidence", Confidence.INCONCLUSIVE),
        inner.items(data, "contradictions", _citation),
        inner.texts(data, "missing"),
        **_shown(inner, data),
    )


def _impact(reader: _Reader, root: Mapping[str, Any]) -> Impact:
    data = reader.object(root.get("impact"), "impact")
    inner = reader.at("impact")
    return Impact(
        inner.text(data, "statement"),
        inner.texts(data, "affected_resources"),
        inner.optional_text(data, "users"),
        **_shown(inner, data),
    )


def _timeline_entry(reader: _Reader, data: Mapping[str, Any]) -> TimelineEntry:
    return TimelineEntry(reader.text(data, "at"), reader.text(data, "event"), **_shown(reader, data))


def _finding(reader: _Reader, data: Mapping[str, Any]) -> Finding:
    return Finding(reader.text(data, "statement"), **_shown(reader, data))


def _hypothesis(reader: _Reader, data: Mapping[str, Any]) -> Hypothesis:
    return Hypothesis(
        reader.text(data, "statement"),
        reader.one_of(Category, data, "category", Category.UNKNOWN),
        reader.optional_text(data, "speaks_for") or "",
        reader.optional_text(data, "speaks_against") or "",
        **_shown(reader, data),
    )


def _ruled_out(reader: _Reader, data: Mapping[str, Any]) -> RuledOut:
    return RuledOut(reader.text(data, "hypothesis"), reader.text(data, "reason"), **_shown(reader, data))


def _action(reader: _Reader, data: Mapping[str, Any]) -> Action:
    minutes = data.get("minutes")
    return Action(
        reader.text(data, "title"),
        reader.one_of(Risk, data, "risk", Risk.MEDIUM),
        reader.optional_text(data, "command"),
        int(minutes) if isinstance(minutes, int | float) and 0 <= minutes <= 10_000 else None,
    )


def _citation(reader: _Reader, data: Mapping[str, Any]) -> Citation:
    return Citation(reader.text(data, "evidence").upper(), reader.text(data, "quote"))


def _derivation(reader: _Reader, data: Mapping[str, Any]) -> Derivation:
    # A model may send the value as a number; that has only one reading.
    value = data.get("value")
    written = f"{value:g}" if isinstance(value, int | float) else reader.text(data, "value")
    return Derivation(written, reader.text(data, "expression"))


def _shown(reader: _Reader, data: Mapping[str, Any]) -> dict[str, Any]:
    """What every claim says about how it can be checked."""
    return {
        "citations": reader.items(data, "citations", _citation),
        "derivations": reader.items(data, "derivations", _derivation),
    }


def _decode(value: Any) -> Any:
    """Some models send a nested object or list as JSON text; that has only one reading."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _kind(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__


def _as_sent(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:60]
