"""The Slack card: what decides, the evidence for it, what to do, and where the rest is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.delivery import digest_outline, outline
from triage.delivery.console_links import Link
from triage.delivery.notice import Command
from triage.delivery.outline import Fact
from triage.delivery.picture.caption import caption_of, sentence
from triage.delivery.picture.spark import spark_of
from triage.delivery.presentable import one_line, readable
from triage.delivery.render.blocks import (
    Card,
    clipped,
    code,
    context,
    escaped,
    fields,
    header,
    length,
    lines_of,
    links,
    payload,
    section,
    titled,
)
from triage.delivery.subject import report_subject, subject
from triage.domain.message import OutgoingMessage
from triage.domain.report import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.delivery.console_links import Links
    from triage.delivery.digest_outline import AlarmLine, GroupOutline
    from triage.delivery.notice import Notice, Part
    from triage.delivery.outline import Entry, Section
    from triage.delivery.render.blocks import Block
    from triage.domain.chart import Chart
    from triage.domain.digest import DigestReport
    from triage.domain.investigation import Investigation

SIGNS = {
    Severity.CRITICAL: "\U0001f534",
    Severity.HIGH: "\U0001f7e0",
    Severity.MEDIUM: "\U0001f7e1",
    Severity.LOW: "\U0001f535",
    Severity.INFO: "\u26aa",
}
WARNING = "\u26a0\ufe0f"

MAX_TEXT = 900
MAX_QUOTE = 240
MAX_COMMAND = 1_500
MOST_ENTRIES = {"actions": 5, "findings": 4, "hypotheses": 3, "gaps": 3, "also-covered": 6, "impact": 3}
"""By section, the entries a card shows; sections that are not named are in the report only."""

_FIRST_ROWS = (
    *("Alarm", "Error", "State", "Log group", "Raised at", "Since", "Handed over", "Account", "Region"),
    *("Contributor", "Triggered by"),
)
_ORDER = ("impact", "also-covered", "actions", "hypotheses", "findings", "gaps")


def report(investigation: Investigation, places: Links) -> OutgoingMessage:
    """The report as a card."""
    shown = readable(investigation)
    found = {one.key: one for one in outline.sections(shown)}
    body = [
        *_told(found.get("summary"), 1),
        *_told(found.get("root-cause"), 1),
        *_told(found.get("recurrence"), 2),
        *(_chart(shown.chart) if shown.chart else ()),
        *(block for key in _ORDER for block in _told(found.get(key), MOST_ENTRIES[key])),
    ]
    title = report_subject(shown)
    card = Card(list(_head(shown)), body, list(_foot(shown, places)), "Shortened: the rest is in the full report.")
    return OutgoingMessage(title, payload(title, card.blocks()))


def notice(told: Notice) -> OutgoingMessage:
    """A notice as a card."""
    title = subject(f"[{told.mark}]", told.name, told.headline)
    places = [part for part in told.parts if isinstance(part, Link)]
    body = [block for part in told.parts for block in _part(part)]
    head = [header(f"{WARNING} {told.mark.capitalize()}: {one_line(told.name)}")]
    return OutgoingMessage(title, payload(title, Card(head, body, list(links(places)), "Shortened.").blocks()))


def digest(report: DigestReport, full_list: Link | None) -> OutgoingMessage:
    """A digest as a card: totals, then its groups."""
    title = digest_outline.subject_of(report)
    head = [
        header(f"{WARNING} {digest_outline.headline(report)}"),
        section(clipped(digest_outline.introduction(report), MAX_TEXT)),
        *(context(f"{WARNING} {clipped(gap, MAX_TEXT)}") for gap in digest_outline.gaps(report)[:2]),
        *fields(digest_outline.facts(report)[:10]),
    ]
    body = [_group(group) for group in digest_outline.groups(report)]
    foot = list(links([full_list] if full_list else []))
    return OutgoingMessage(
        title, payload(title, Card(head, body, foot, "Shortened: the full list is in the archive.").blocks())
    )


def _head(investigation: Investigation) -> Iterator[Block]:
    told = investigation.report
    severity, disposition, cause = outline.verdict(told)
    yield header(f"{SIGNS[told.severity]} {severity}: {one_line(told.headline)}")
    rows = {row.label: row for row in outline.signal_facts(investigation.signal)}
    first = [rows[label] for label in _FIRST_ROWS if label in rows]
    yield from fields([*first, Fact("Verdict", f"{disposition}, {cause}")][:10])
    for warning in outline.warnings(investigation)[:4]:
        yield context(f"{WARNING} {clipped(warning, 400)}")


def _told(found: Section | None, most: int) -> Iterator[Block]:
    """The title with the first entry, then an entry to a block, so that a card ends between two of them."""
    if found is None:
        return
    for number, entry in enumerate(found.entries[:most], 1):
        lines = list(_entry(entry, _mark(found.style, number)))
        yield titled(found.title, lines) if number == 1 else lines_of(lines)
    if len(found.entries) > most:
        yield context(f"and {len(found.entries) - most} more in the full report")


def _mark(style: outline.Style, number: int) -> str:
    numbered = style in (outline.Style.STEPS, outline.Style.RANKED)
    return f"{number}. " if numbered else "" if style is outline.Style.PROSE else "• "


def _entry(entry: Entry, mark: str) -> Iterator[str]:
    unverified = "*UNVERIFIED* " if not entry.verified else ""
    lead = f"*{clipped(entry.lead, 120)}:* " if entry.lead else ""
    cited = f" [{', '.join(clipped(one, 12) for one in entry.evidence_ids[:6])}]" if entry.evidence_ids else ""
    yield f"{mark}{unverified}{lead}{clipped(one_line(entry.text), MAX_TEXT)}{cited}"
    if entry.note:
        yield f"_{clipped(one_line(entry.note), 200)}_"
    for reason in entry.reasons:
        yield f"{reason.label}: {clipped(one_line(reason.value), 200)}"
    for citation in entry.citations[:2]:
        quote = clipped(one_line(citation.quote), MAX_QUOTE)
        yield f"> {clipped(citation.evidence_id, 12)}: {quote}"
    if entry.command:
        yield _command(entry.command)


def _command(command: str) -> str:
    """Whole, or not at all: half a command is worse than none."""
    shown = code("\n".join(line.rstrip() for line in command.splitlines()))
    return shown if length(shown) <= MAX_COMMAND else "_The command is in the full report._"


def _chart(chart: Chart) -> Iterator[Block]:
    caption, spark = caption_of(chart), spark_of(chart)
    if caption is None or spark is None:
        return
    lines = [clipped(sentence(caption.reading), 300)] if caption.reading else []
    lines += [code(spark.line), clipped(f"{sentence(caption.title)} {spark.legend}", 600)]
    yield titled(caption.heading, [*lines, clipped(" ".join(caption.facts), 400)])


def _foot(investigation: Investigation, places: Links) -> Iterator[Block]:
    yield from links(places.every)
    rows = {row.label: row.value for row in outline.run_facts(investigation)}
    about = "  ·  ".join(f"{label}: {clipped(rows[label], 160)}" for label in _ABOUT if label in rows)
    yield context(f"{about}\nWritten by an automated, read-only investigation. Read a command before you run it.")


_ABOUT = ("Investigation", "Written by", "Duration", "Cost")


def _part(part: Part) -> Iterator[Block]:
    if isinstance(part, str):
        yield section(clipped(part, MAX_TEXT * 2))
    elif isinstance(part, Command):
        yield section(_command(part.line))
    elif not isinstance(part, Link):
        yield from fields(part)


def _group(group: GroupOutline) -> Block:
    alarms = [_alarm(alarm) for alarm in group.alarms[:8]]
    more = len(group.alarms) - len(alarms)
    return titled(
        clipped(group.title, 200),
        [clipped(group.facts, 300), *alarms, *([f"and {more} more"] if more else [])],
        MAX_TEXT * 2,
    )


def _alarm(alarm: AlarmLine) -> str:
    told = ", ".join(part for part in (alarm.span, alarm.times, escaped(alarm.now)) if part)
    notes = f" {clipped(' '.join(alarm.notes), 200)}" if alarm.notes else ""
    return f"• {clipped(alarm.name, 120)}: {told}{notes}"
