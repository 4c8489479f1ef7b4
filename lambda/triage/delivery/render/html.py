"""The archived page: one file, no script, nothing loaded from anywhere.

Its content security policy allows exactly one thing, the style sheet below ``templates/``, by its hash; so even
text that slipped past Jinja's escaping could neither run nor call out. Jinja2 is imported at render time only:
functions that never render HTML start without it.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from triage.delivery import event_evidence, evidence_excerpt, outline
from triage.delivery.origin import noun_of
from triage.delivery.picture.caption import Caption, caption_of
from triage.delivery.picture.drawing import NARROW, WIDE, Drawing, drawing_of
from triage.delivery.picture.table import Table, table_of
from triage.delivery.presentable import one_line, readable

if TYPE_CHECKING:
    from jinja2 import Environment

    from triage.delivery.console_links import Links
    from triage.domain.chart import Chart
    from triage.domain.investigation import Investigation

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class _Figure:
    """The picture, drawn once for each width of screen, and its text alternatives."""

    heading: str
    caption: Caption
    drawings: tuple[Drawing, ...]
    table: Table


def render(investigation: Investigation, links: Links) -> str:
    """The report as a self-contained page."""
    shown = readable(investigation)
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            investigation=shown,
            report=shown.report,
            verdict=outline.verdict(shown.report),
            warnings=outline.warnings(shown),
            signal_title=noun_of(shown.signal).title,
            signal_facts=outline.signal_facts(shown.signal),
            run_facts=outline.run_facts(shown),
            body=[part if isinstance(part, outline.Section) else _figure(part) for part in outline.body(shown)],
            cited_ids=evidence_excerpt.cited_ids(shown.report),
            links=links,
            anchors=_anchors(shown),
            style=style,
            policy=content_security_policy(style),
        )
    )


def content_security_policy(style: str) -> str:
    """The page's policy: this style sheet, images inside the page, nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def _figure(chart: Chart) -> _Figure | None:
    """Everything about the chart; ``None`` for one that spans no time."""
    caption, table = caption_of(chart), table_of(chart)
    if caption is None or table is None:
        return None
    drawings = (drawing_of(chart, caption, form) for form in (WIDE, NARROW))
    return _Figure(caption.heading, caption, tuple(one for one in drawings if one), table)


def _anchors(investigation: Investigation) -> dict[str, str]:
    """Evidence ids that a citation may link to, with the anchor of each."""
    return {
        evidence.id: f"evidence-{evidence.id}"
        for evidence in investigation.evidence
        if re.fullmatch(r"[A-Za-z0-9-]{1,32}", evidence.id)
    }


def _pixels(position: float) -> str:
    return f"{position:.1f}"


@functools.cache
def environment() -> Environment:
    """The templates, with everything from outside escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only pages need it

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["one_line"] = one_line
    environment.filters["px"] = _pixels
    environment.filters["utc"] = outline.utc
    environment.filters["event"] = event_evidence.laid_out
    environment.filters["evidence_facts"] = evidence_excerpt.evidence_facts
    return environment
