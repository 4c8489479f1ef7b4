"""Reads back what the Archive keeps: an investigation from its transcript, or from report.json alone.

The inverse of ``triage.delivery.render.transcript`` and ``.json``. Texts were redacted when they were written;
they are data here all the same, written by whoever wrote the file.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cli.errors import CliError, ExitCode
from triage.domain.briefing import Effort
from triage.domain.budget import TokenUsage, Usage
from triage.domain.chart import HEADING, Breach, Chart, Mark, MarkKind
from triage.domain.evidence import Evidence, EvidenceStatus
from triage.domain.grouping import LinkedAlarm
from triage.domain.investigation import Investigation
from triage.domain.memory import Remembered
from triage.domain.recurrence import Recurrence
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
    Origin,
    Report,
    Risk,
    RootCause,
    RuledOut,
    Severity,
    TimelineEntry,
)
from triage.domain.signal import Signal
from triage.domain.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

TRANSCRIPT = "transcript.jsonl.gz"
REPORT = "report.json"
MAX_BYTES = 64 * 1024 * 1024
"""Of a file as it is unpacked: evidence of 100 tool calls is at most 100 MB on the wire, and never nearly that."""


@dataclass(frozen=True)
class Archived:
    """An investigation as it was archived.

    Attributes:
        has_evidence: whether the outputs of its evidence were there; report.json alone has none.
        has_turns: whether the calls of the model were recorded.
    """

    investigation: Investigation
    has_evidence: bool = True
    has_turns: bool = True


@dataclass
class _Lines:
    """The lines of a transcript by kind."""

    about: Mapping[str, Any] = field(default_factory=dict)
    signal: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    evidence: list[Mapping[str, Any]] = field(default_factory=list)
    turns: list[Mapping[str, Any]] = field(default_factory=list)


def read(path: Path) -> Archived:
    """Read a transcript, a report.json, or a folder that holds them.

    The transcript says more, so it is read where it lies beside report.json.

    Raises:
        CliError: there is nothing of the kind at this place.
    """
    if not path.exists():
        raise CliError(f"there is no {path}", ExitCode.NOT_FOUND)
    folder = path if path.is_dir() else path.parent
    transcript, report = folder / TRANSCRIPT, folder / REPORT
    try:
        if path.is_file() and path.name != REPORT:
            return from_transcript(_unpacked(path))
        if transcript.is_file():
            return from_transcript(_unpacked(transcript))
        chosen = report if path.is_dir() else path
        if not chosen.is_file():
            raise CliError(f"{path} holds neither {TRANSCRIPT} nor {REPORT}", ExitCode.NOT_FOUND)
        return from_report(json.loads(chosen.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError, AttributeError, OSError, EOFError, zlib.error) as error:
        raise CliError(
            f"{path} is no transcript or report of an investigation ({type(error).__name__}: {error})"
        ) from error


def from_transcript(text: str) -> Archived:
    """The investigation of a transcript, unpacked.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    lines = _sorted(json.loads(line) for line in text.splitlines() if line.strip())
    about = {"investigation": lines.about, **{key: lines.about.get(key) for key in _ABOUT}}
    evidence = tuple(_evidence(item) for item in lines.evidence)
    turns = tuple(map(Turn.from_json, lines.turns))
    found = _investigation(about | {"signal": lines.signal, "report": lines.report}, evidence, turns)
    return Archived(found, has_turns=bool(turns))


def from_report(document: Mapping[str, Any]) -> Archived:
    """The investigation of a report.json, without what its evidence says.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    index = document["evidence"]
    evidence = tuple(_evidence({"code": "", "output": f"(in {TRANSCRIPT})", **item}) for item in index)
    return Archived(_investigation(document, evidence, ()), has_evidence=False, has_turns=False)


_ABOUT = ("usage", "first_look", "chart", "also_covered", "recurrence")


def _unpacked(path: Path) -> str:
    packed = path.read_bytes()
    if not packed.startswith(b"\x1f\x8b"):
        return packed.decode()
    with gzip.open(path) as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES:,} bytes")
    return data.decode()


def _sorted(entries: Iterable[Mapping[str, Any]]) -> _Lines:
    lines = _Lines()
    for entry in entries:
        rest = {key: value for key, value in entry.items() if key != "kind"}
        match entry["kind"]:
            case "investigation":
                lines.about = rest
            case "signal":
                lines.signal = rest
            case "report":
                lines.report = rest
            case "evidence":
                lines.evidence.append(rest)
            case "turn":
                lines.turns.append(rest)
    if not (lines.about and lines.signal and lines.report):
        raise ValueError("it lacks the investigation, the signal or the report")
    return lines


def _investigation(
    document: Mapping[str, Any], evidence: tuple[Evidence, ...], turns: tuple[Turn, ...]
) -> Investigation:
    about = document["investigation"]
    effort, chart, recurrence = (document.get(name) for name in ("first_look", "chart", "recurrence"))
    return Investigation(
        id=about["id"],
        signal=Signal.from_json(document["signal"]),
        attempt=int(about["attempt"]),
        started_at=datetime.fromisoformat(about["started_at"]),
        finished_at=datetime.fromisoformat(about["finished_at"]),
        evidence=evidence,
        report=report_of(document["report"]),
        usage=_usage(document.get("usage") or {}),
        model_id=about.get("model_id"),
        stopped_by=about.get("stopped_by"),
        linked=tuple(map(_linked, document.get("also_covered") or ())),
        chart=_chart(chart) if chart else None,
        first_look=Effort(**effort) if effort else None,
        turns=turns,
        recurrence=_recurrence(recurrence) if recurrence else None,
    )


def _evidence(item: Mapping[str, Any]) -> Evidence:
    return Evidence(
        item["id"],
        item["purpose"],
        item["code"],
        item["output"],
        EvidenceStatus(item["status"]),
        float(item.get("duration_ms") or 0.0),
        bool(item.get("truncated")),
    )


def _usage(data: Mapping[str, Any]) -> Usage:
    tokens = {key: int(value) for key, value in (data.get("tokens") or {}).items() if key != "total"}
    usd = data.get("usd")
    return Usage(
        int(data.get("turns") or 0),
        int(data.get("tool_calls") or 0),
        TokenUsage(**tokens),
        float(usd or 0.0),
        priced=usd is not None,
    )


def _linked(data: Mapping[str, Any]) -> LinkedAlarm:
    return replace(LinkedAlarm.from_json(data), examined=bool(data.get("examined", True)))


def _recurrence(data: Mapping[str, Any]) -> Recurrence:
    last, related = data.get("last"), data.get("on_the_resource")
    [citation] = _citations(data["citations"])
    return Recurrence(
        int(data["times"]),
        bool(data["at_least"]),
        Remembered.from_json(last) if last else None,
        Remembered.from_json(related) if related else None,
        citation,
    )


def _chart(data: Mapping[str, Any]) -> Chart:
    marks = data.get("marks") or ()
    band = data.get("band")
    return Chart(
        data["title"],
        data["unit"],
        datetime.fromisoformat(data["start"]),
        int(data["step_s"]),
        tuple(data["values"]),
        data.get("reading") or "",
        data.get("threshold"),
        Breach(data["breach"]),
        (band[0], band[1]) if band else None,
        tuple(Mark(datetime.fromisoformat(one["at"]), MarkKind(one["kind"]), one["label"]) for one in marks),
        data.get("heading") or HEADING,
    )


def report_of(data: Mapping[str, Any]) -> Report:
    """The report of ``report.json``, with what code decided about it.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    cause, impact = data["root_cause"], data["impact"]
    return Report(
        headline=data["headline"],
        summary=data["summary"],
        severity=Severity(data["severity"]),
        disposition=Disposition(data["disposition"]),
        root_cause=RootCause(
            cause["statement"],
            Category(cause["category"]),
            Confidence(cause["confidence"]),
            _citations(cause["contradictions"]),
            tuple(cause["missing"]),
            **_shown(cause),
        ),
        impact=Impact(
            impact["statement"], tuple(impact["affected_resources"]), impact.get("users"), **_shown(impact)
        ),
        timeline=tuple(TimelineEntry(one["at"], one["event"], **_shown(one)) for one in data["timeline"]),
        findings=tuple(Finding(one["statement"], **_shown(one)) for one in data["findings"]),
        hypotheses=tuple(_hypothesis(one) for one in data.get("hypotheses") or ()),
        ruled_out=tuple(RuledOut(one["hypothesis"], one["reason"], **_shown(one)) for one in data["ruled_out"]),
        immediate_actions=tuple(
            Action(one["title"], Risk(one["risk"]), one.get("command"), one.get("minutes"))
            for one in data["immediate_actions"]
        ),
        prevention=tuple(data["prevention"]),
        monitoring=tuple(data["monitoring"]),
        open_questions=tuple(data["open_questions"]),
        gaps=tuple(data["gaps"]),
        origin=Origin(data["origin"]),
        origin_note=data.get("origin_note") or "",
    )


def _hypothesis(one: Mapping[str, Any]) -> Hypothesis:
    return Hypothesis(
        one["statement"], Category(one["category"]), one["speaks_for"], one["speaks_against"], **_shown(one)
    )


def _shown(claimed: Mapping[str, Any]) -> dict[str, Any]:
    derivations = claimed.get("derivations") or ()
    return {
        "citations": _citations(claimed["citations"]),
        "derivations": tuple(Derivation(one["value"], one["expression"]) for one in derivations),
        "verified": bool(claimed["verified"]),
    }


def _citations(items: Iterable[Mapping[str, Any]]) -> tuple[Citation, ...]:
    return tuple(Citation(item["evidence"], item["quote"]) for item in items)
