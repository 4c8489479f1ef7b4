"""The archived Markdown: the whole report, with the code and output of every piece of evidence.

Everything that came from outside is escaped: it can make no heading, link, image, HTML or table cell, and the
fence around a block is always longer than any fence inside it (CommonMark 0.31, "Fenced code blocks").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.delivery import event_evidence, evidence_excerpt, outline
from triage.delivery.outline import Section
from triage.delivery.picture.caption import caption_of, sentence
from triage.delivery.picture.spark import spark_of
from triage.delivery.presentable import one_line, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.delivery.console_links import Links
    from triage.delivery.outline import Entry, Fact
    from triage.domain.chart import Chart
    from triage.domain.evidence import Evidence
    from triage.domain.investigation import Investigation

_SPECIAL = re.compile(r"[\\`*\[\]<>|~&!$#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_STARTS_BLOCK = re.compile(r"^([-+=]|\d{1,9}(?=[.)](?:\s|$)))")
_BACKTICKS = re.compile(r"`{3,}")


def render(investigation: Investigation, links: Links) -> str:
    """The report as CommonMark with tables (GitHub's flavour)."""
    return "\n".join(_lines(readable(investigation), links)) + "\n"


def escaped(text: str) -> str:
    """Text as one line of Markdown that reads exactly like the text."""
    line = one_line(text)
    line = _SPECIAL.sub(lambda found: f"\\{found[0]}", line)
    return _STARTS_BLOCK.sub(_escaped_start, line)


def fenced(text: str, language: str = "") -> Iterator[str]:
    """A code block that nothing inside can end."""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    yield fence + language
    yield text.strip("\n")
    yield fence


def _escaped_start(found: re.Match[str]) -> str:
    """A list marker or underline at the start of a line; after a digit it is the dot that must be escaped."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def _lines(investigation: Investigation, links: Links) -> Iterator[str]:
    report = investigation.report
    yield f"# {escaped(report.headline)}"
    yield ""
    yield " · ".join(f"**{escaped(word)}**" for word in outline.verdict(report))
    for warning in outline.warnings(investigation):
        yield ""
        yield f"> **Note:** {escaped(warning)}"
    yield ""
    yield from _table(outline.signal_facts(investigation.signal))
    for part in outline.body(investigation):
        yield from _section(part) if isinstance(part, Section) else _chart(part)
    if investigation.evidence:
        yield from _heading("Investigation details")
        for evidence in investigation.evidence:
            yield from _evidence(evidence)
    yield from _links(links)
    yield from _heading("About this report")
    yield from _table(outline.run_facts(investigation))


def _heading(title: str) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""


def _table(facts: Sequence[Fact]) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    for fact in facts:
        yield f"| {fact.label} | {escaped(fact.value)} |"


def _section(section: Section) -> Iterator[str]:
    yield from _heading(section.title)
    for number, entry in enumerate(section.entries, 1):
        if number > 1 and section.style is outline.Style.PROSE:
            yield ""
        yield from _entry(entry, _mark(section.style, number))


def _mark(style: outline.Style, number: int) -> str:
    numbered = style in (outline.Style.STEPS, outline.Style.RANKED)
    return f"{number}. " if numbered else "" if style is outline.Style.PROSE else "- "


def _chart(chart: Chart) -> Iterator[str]:
    """The chart as a spark line and in words: a picture would be a second file, which a forwarded one loses."""
    caption, spark = caption_of(chart), spark_of(chart)
    if caption is None or spark is None:
        return
    yield from _heading(caption.heading)
    if caption.reading:
        yield f"**{escaped(caption.reading)}**"
        yield ""
    yield from fenced(spark.line, "text")
    yield ""
    yield escaped(f"{sentence(caption.title)} {spark.legend}")
    yield ""
    yield escaped(" ".join(caption.facts))
    if caption.marks:
        yield ""
    for mark in caption.marks:
        yield f"- **{escaped(mark.when)}** {escaped(mark.text)}"


def _entry(entry: Entry, mark: str) -> Iterator[str]:
    indent = " " * len(mark)
    paragraphs = [line for line in entry.text.splitlines() if line.strip()] or [""]
    unverified = "" if entry.verified else "**UNVERIFIED** "
    lead = f"**{escaped(entry.lead)}** " if entry.lead else ""
    cited = f" ({', '.join(map(_reference, entry.evidence_ids))})" if entry.evidence_ids else ""
    texts = [escaped(line) for line in paragraphs]
    yield f"{mark}{unverified}{lead}{texts[0]}{cited if len(texts) == 1 else ''}"
    for position, text in enumerate(texts[1:], 2):
        yield ""
        yield f"{indent}{text}{cited if position == len(texts) else ''}"
    if entry.note:
        yield ""
        yield f"{indent}*{escaped(entry.note)}*"
    if entry.reasons:
        yield ""
        for reason in entry.reasons:
            yield f"{indent}- **{escaped(reason.label)}:** {escaped(reason.value)}"
    if entry.command:
        yield ""
        for line in fenced(entry.command, "bash"):
            yield from (f"{indent}{part}".rstrip() for part in line.split("\n"))
    yield from _quotes(entry, indent)


def _quotes(entry: Entry, indent: str) -> Iterator[str]:
    for citation in entry.citations:
        yield ""
        yield f"{indent}> {_reference(citation.evidence_id)}: “{escaped(citation.quote)}”"


def _reference(evidence_id: str) -> str:
    """A link to the evidence in this document; an id of another form stays text."""
    if re.fullmatch(r"E\d{1,6}", evidence_id):
        return f"[{evidence_id}](#{evidence_id.lower()})"
    return escaped(evidence_id)


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield f"### {escaped(evidence.id)}"
    yield ""
    yield f"{escaped(evidence.purpose)} ({escaped(evidence_excerpt.evidence_facts(evidence))})"
    yield ""
    if evidence.code.strip():
        yield from fenced(evidence.code, "python")
        yield ""
    event = event_evidence.laid_out(evidence)
    yield from fenced(event, "json") if event else fenced(evidence.output or "(no output)", "text")
    yield ""


def _links(links: Links) -> Iterator[str]:
    if links.places:
        yield from _heading("Links")
        for link in links.places:
            yield f"- [{escaped(link.label)}](<{link.url}>)"
