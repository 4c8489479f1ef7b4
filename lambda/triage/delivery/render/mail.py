"""The HTML e-mail that SES sends, with the text part of the same content.

Mail clients show less than browsers: most drop style sheets, many drop SVG, and pictures wait for a click. So
styles are inline, the layout is a table, and the chart is a table of bars, which is there at once, can be dark,
and is text when all else fails. Gmail cuts a message off behind 102 KB of HTML; the mail ends before, between two
statements, and says so.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from triage.delivery import digest as digest_forms
from triage.delivery import digest_outline, event_evidence, evidence_excerpt, outline
from triage.delivery.console_links import Link
from triage.delivery.notice import Command
from triage.delivery.outline import Entry, Fact, Section
from triage.delivery.picture.bars import HEIGHT, bars_of
from triage.delivery.picture.caption import caption_of
from triage.delivery.presentable import one_line, readable
from triage.delivery.render import text
from triage.delivery.render.html import TEMPLATES, environment
from triage.domain.message import OutgoingMessage
from triage.domain.report import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.delivery.console_links import Links
    from triage.delivery.digest_outline import AlarmLine
    from triage.delivery.notice import Notice, Part
    from triage.domain.chart import Chart
    from triage.domain.digest import DigestReport
    from triage.domain.evidence import Evidence
    from triage.domain.investigation import Investigation

MAX_HTML_BYTES = 90_000
MAX_TEXT_BYTES = 60_000
"""Together they fit a message of the work queue, which carries a mail that SES does not take at once."""

MAX_STATEMENT = 4_000
MAX_COMMAND = 8_000
MAX_QUOTE = 1_000
MAX_QUOTES = 6

_SHORTENED = "Shortened here: the rest is in the full report."
_DARK_INK, _LIGHT_INK = "#16191f", "#ffffff"
_ACCENTS = {
    Severity.CRITICAL: ("#d13212", _LIGHT_INK),
    Severity.HIGH: ("#eb5f07", _DARK_INK),
    Severity.MEDIUM: ("#c79100", _DARK_INK),
    Severity.LOW: ("#2e77d0", _LIGHT_INK),
    Severity.INFO: ("#545b64", _LIGHT_INK),
}
_NEUTRAL = ("#545b64", _LIGHT_INK)
_NUMBERED = (outline.Style.STEPS, outline.Style.RANKED)


def report(investigation: Investigation, links: Links) -> OutgoingMessage:
    """The report as a mail."""
    shown = readable(investigation)
    plain = text.email(shown, links, MAX_TEXT_BYTES)
    accent = _ACCENTS[shown.report.severity]
    html = _document(
        plain.subject, accent, _report_head(shown, links), _report_body(shown), _report_foot(shown, links)
    )
    return OutgoingMessage(plain.subject, plain.body, html)


def notice(told: Notice) -> OutgoingMessage:
    """A notice as a mail."""
    plain = text.notice(told)
    pieces = _pieces()
    head = [pieces.pills([told.mark], *_NEUTRAL), pieces.headline(f"{told.name}: {told.headline}")]
    html = _document(plain.subject, _NEUTRAL, head, map(_part, told.parts), ())
    return OutgoingMessage(plain.subject, plain.body, html)


def digest(report: DigestReport, full_list: Link | None) -> OutgoingMessage:
    """A digest as a mail."""
    plain = digest_forms.email(report, full_list, MAX_TEXT_BYTES)
    foot = [_pieces().link(full_list)] if full_list else []
    html = _document(plain.subject, _NEUTRAL, _digest_head(report), _digest_body(report), foot)
    return OutgoingMessage(plain.subject, plain.body, html)


def _document(
    title: str, accent: tuple[str, str], head: Iterable[str], body: Iterable[str], foot: Iterable[str]
) -> str:
    """Head and foot whole, of the body as many pieces as fit between them."""
    pieces = _pieces()
    style = (TEMPLATES / "mail.css").read_text(encoding="utf-8")
    opened = "".join([pieces.top(title, accent[0], style), *head])
    closed = "".join([*foot, pieces.bottom()])
    shortened = pieces.small(_SHORTENED)
    room = MAX_HTML_BYTES - sum(len(part.encode()) for part in (opened, closed, shortened))
    kept = []
    for piece in body:
        room -= len(piece.encode())
        if room < 0:
            kept.append(shortened)
            break
        kept.append(piece)
    return "".join([opened, *kept, closed])


def _report_head(investigation: Investigation, links: Links) -> Iterator[str]:
    pieces = _pieces()
    told = investigation.report
    yield pieces.pills(outline.verdict(told), *_ACCENTS[told.severity])
    yield pieces.headline(_clipped(one_line(told.headline)))
    for warning in outline.warnings(investigation):
        yield pieces.warning(_clipped(warning))
    yield pieces.rows([Fact(row.label, _clipped(row.value)) for row in outline.signal_facts(investigation.signal)])
    if links.report:
        yield pieces.link(links.report)


def _report_body(investigation: Investigation) -> Iterator[str]:
    for part in outline.body(investigation):
        yield from _section(part) if isinstance(part, Section) else _chart(part)
    if investigation.evidence:
        yield _pieces().heading("Investigation details")
        for evidence in investigation.evidence:
            yield _evidence(evidence, investigation)


def _report_foot(investigation: Investigation, links: Links) -> Iterator[str]:
    pieces = _pieces()
    if links.places:
        yield pieces.heading("Links")
    for place in links.places:
        yield pieces.link(place)
    yield pieces.heading("About this report")
    yield pieces.rows(outline.run_facts(investigation))
    yield pieces.small(text.DISCLAIMER)


def _section(section: Section) -> Iterator[str]:
    """The title with the first entry, so that none stands alone where a mail ends."""
    pieces = _pieces()
    for number, entry in enumerate(map(_bounded, section.entries), 1):
        mark = f"{number}." if section.style in _NUMBERED else "" if section.style is outline.Style.PROSE else "•"
        shown = pieces.entry(entry, mark)
        yield pieces.heading(section.title) + shown if number == 1 else shown


def _bounded(entry: Entry) -> Entry:
    """An entry that leaves room for others; a command whole or not at all: half of one is worse than none."""
    is_long = len(entry.command) > MAX_COMMAND
    quotes = entry.citations[:MAX_QUOTES]
    return replace(
        entry,
        text=_clipped(entry.text, MAX_STATEMENT),
        note=f"{entry.note} The command is in the full report.".strip() if is_long else entry.note,
        command="" if is_long else entry.command,
        citations=tuple(replace(one, quote=_clipped(one.quote, MAX_QUOTE)) for one in quotes),
    )


def _chart(chart: Chart) -> Iterator[str]:
    caption, bars = caption_of(chart), bars_of(chart)
    if caption is not None and bars is not None:
        pieces = _pieces()
        yield pieces.heading(caption.heading) + pieces.chart(bars, caption)


def _evidence(evidence: Evidence, investigation: Investigation) -> str:
    """Title, and for what the report rests on what the text part shows of it."""
    lines: list[str] = []
    if event_evidence.laid_out(evidence):
        lines = [event_evidence.IN_SHORT]
    elif evidence_excerpt.is_telling(evidence, investigation):
        lines = list(evidence_excerpt.excerpt(evidence, investigation.report))
    return str(_pieces().evidence(evidence, evidence_excerpt.evidence_facts(evidence), lines))


def _part(part: Part) -> str:
    pieces = _pieces()
    if isinstance(part, str):
        return str(pieces.paragraph(part))
    if isinstance(part, Command):
        return str(pieces.command(part.line))
    return str(pieces.link(part) if isinstance(part, Link) else pieces.rows(part))


def _digest_head(report: DigestReport) -> Iterator[str]:
    pieces = _pieces()
    yield pieces.pills(["DIGEST"], *_NEUTRAL)
    yield pieces.headline(digest_outline.headline(report))
    yield pieces.paragraph(digest_outline.introduction(report))
    for gap in digest_outline.gaps(report):
        yield pieces.warning(gap)
    yield pieces.rows(digest_outline.facts(report))


def _digest_body(report: DigestReport) -> Iterator[str]:
    pieces = _pieces()
    for group in digest_outline.groups(report):
        yield pieces.heading(group.title) + pieces.small(group.facts)
        for alarm in group.alarms:
            yield _alarm(alarm)


def _alarm(alarm: AlarmLine) -> str:
    told = ", ".join(part for part in (alarm.span, alarm.times, alarm.now) if part)
    entry = Entry(told, lead=alarm.name, note=" ".join(part for part in (*alarm.notes, alarm.reason) if part))
    return str(_pieces().entry(entry, "•"))


def _clipped(value: str, limit: int = 2_000) -> str:
    return value if len(value) <= limit else f"{value[: limit - 1]}…"


@functools.cache
def _pieces() -> Any:
    """The macros of the template: functions that return escaped HTML."""
    return environment().get_template("mail.html.j2").make_module({"height": HEIGHT})
