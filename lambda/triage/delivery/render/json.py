"""report.json: everything a program may want to know, without reading prose.

The form is versioned: fields may be added under one version; a change of meaning or a removal raises it.
``report`` has the shape of the ``submit_report`` tool, plus what code decided (``verified``, ``origin``). Texts
are redacted and their invisible characters named; addresses are kept as they are: nobody clicks in JSON.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from triage.delivery.presentable import presentable
from triage.domain.recurrence import DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.delivery.console_links import Links
    from triage.domain.budget import Usage
    from triage.domain.chart import Chart
    from triage.domain.evidence import Evidence
    from triage.domain.investigation import Investigation
    from triage.domain.recurrence import Recurrence
    from triage.domain.report import Citation, Claimed, Report

SCHEMA = "alarm-triage/report"
SCHEMA_VERSION = 1


def render(investigation: Investigation, links: Links) -> str:
    """The report as a JSON document."""
    return json.dumps(document(investigation, links), indent=2, ensure_ascii=False) + "\n"


def document(investigation: Investigation, links: Links) -> dict[str, Any]:
    """The report as JSON values."""
    shown = presentable(investigation)
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "investigation": {
            "id": shown.id,
            "attempt": shown.attempt,
            "started_at": shown.started_at.isoformat(),
            "finished_at": shown.finished_at.isoformat(),
            "duration_s": shown.duration_s,
            "model_id": shown.model_id,
            "stopped_by": shown.stopped_by,
        },
        "signal": shown.signal.to_json(),
        "report": report_object(shown.report),
        "chart": chart_object(shown.chart) if shown.chart else None,
        "also_covered": [{**alarm.to_json(), "examined": alarm.examined} for alarm in shown.linked],
        "recurrence": _recurrence(shown.recurrence) if shown.recurrence else None,
        "usage": _usage(shown.usage),
        "first_look": vars(shown.first_look) if shown.first_look else None,
        "evidence": [_index_entry(evidence) for evidence in shown.evidence],
        "links": [{"label": link.label, "url": link.url} for link in links.every],
    }


def report_object(report: Report) -> dict[str, Any]:
    """A report in the shape of ``submit_report``, with what code decided."""
    cause, impact = report.root_cause, report.impact
    return {
        "headline": report.headline,
        "summary": report.summary,
        "severity": report.severity.value,
        "disposition": report.disposition.value,
        "root_cause": _claimed(
            cause,
            statement=cause.statement,
            category=cause.category.value,
            confidence=cause.confidence.value,
            contradictions=_citations(cause.contradictions),
            missing=list(cause.missing),
        ),
        "impact": _claimed(
            impact,
            statement=impact.statement,
            affected_resources=list(impact.affected_resources),
            users=impact.users,
        ),
        "timeline": [_claimed(entry, at=entry.at, event=entry.event) for entry in report.timeline],
        "findings": [_claimed(finding, statement=finding.statement) for finding in report.findings],
        "hypotheses": [
            _claimed(
                hypothesis,
                statement=hypothesis.statement,
                category=hypothesis.category.value,
                speaks_for=hypothesis.speaks_for,
                speaks_against=hypothesis.speaks_against,
            )
            for hypothesis in report.hypotheses
        ],
        "ruled_out": [
            _claimed(ruled_out, hypothesis=ruled_out.hypothesis, reason=ruled_out.reason)
            for ruled_out in report.ruled_out
        ],
        "immediate_actions": [
            {
                "title": action.title,
                "command": action.command,
                "risk": action.risk.value,
                "minutes": action.minutes,
            }
            for action in report.immediate_actions
        ],
        "prevention": list(report.prevention),
        "monitoring": list(report.monitoring),
        "open_questions": list(report.open_questions),
        "gaps": list(report.gaps),
        "origin": report.origin.value,
        "origin_note": report.origin_note,
    }


def chart_object(chart: Chart) -> dict[str, Any]:
    """The series around the breach; what is no finite number is ``null``, for JSON has no other word for it."""
    return {
        "heading": chart.heading,
        "title": chart.title,
        "unit": chart.unit,
        "start": chart.start.isoformat(),
        "step_s": chart.step_s,
        "values": [_finite(value) for value in chart.values],
        "reading": chart.reading,
        "threshold": _finite(chart.threshold),
        "breach": chart.breach.value,
        "band": [_finite(edge) for edge in chart.band] if chart.band else None,
        "marks": [
            {"at": mark.at.isoformat(), "kind": mark.kind.value, "label": mark.label} for mark in chart.marks
        ],
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _claimed(claimed: Claimed, **values: Any) -> dict[str, Any]:
    derivations = [{"value": each.value, "expression": each.expression} for each in claimed.derivations]
    citations = _citations(claimed.citations)
    return {**values, "citations": citations, "derivations": derivations, "verified": claimed.verified}


def _citations(citations: Sequence[Citation]) -> list[dict[str, str]]:
    return [{"evidence": citation.evidence_id, "quote": citation.quote} for citation in citations]


def _recurrence(recurrence: Recurrence) -> dict[str, Any]:
    """``times`` counts this one, within the last ``days``; ``at_least``: there may have been more."""
    last, related = recurrence.last, recurrence.related
    return {
        "times": recurrence.times,
        "at_least": recurrence.is_least,
        "days": DAYS,
        "last": last.to_json() if last else None,
        "on_the_resource": related.to_json() if related else None,
        "citations": _citations([recurrence.citation]),
    }


def _usage(usage: Usage) -> dict[str, Any]:
    """``usd`` is ``null`` when a model without a known price was used: nothing is not the price."""
    return {
        "turns": usage.turns,
        "tool_calls": usage.tool_calls,
        "tokens": dict(vars(usage.tokens)) | {"total": usage.tokens.total},
        "usd": round(usage.usd, 6) if usage.priced else None,
    }


def _index_entry(evidence: Evidence) -> dict[str, Any]:
    """What a piece of evidence is; its code and output are in the transcript."""
    return {
        "id": evidence.id,
        "purpose": evidence.purpose,
        "status": evidence.status.value,
        "duration_ms": evidence.duration_ms,
        "truncated": evidence.truncated,
        "output_bytes": len(evidence.output.encode()),
    }
