"""The e-mail: plain text for SNS, read on a phone by somebody who was asleep a minute ago.

What decides comes first, commands stand alone on their lines at the left edge so that they can be pasted, and
neither commands nor links are ever wrapped. SNS takes at most 256 KiB; what does not fit is cut from the end,
where the raw evidence is, and the text says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.delivery import event_evidence, evidence_excerpt, outline
from triage.delivery.code_excerpt import telling_code
from triage.delivery.console_links import Link
from triage.delivery.notice import Command
from triage.delivery.outline import Section
from triage.delivery.picture.caption import caption_of, sentence
from triage.delivery.picture.spark import spark_of
from triage.delivery.presentable import one_line, readable
from triage.delivery.render.plain import facts, link, wrapped
from triage.delivery.subject import report_subject, subject
from triage.domain.message import OutgoingMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.delivery.console_links import Links
    from triage.delivery.notice import Notice, Part
    from triage.delivery.outline import Entry
    from triage.domain.chart import Chart
    from triage.domain.evidence import Evidence
    from triage.domain.investigation import Investigation

SNS_BODY_BYTES = 256 * 1024
"""Amazon SNS API reference, ``Publish``: a message is at most 262,144 bytes of UTF-8."""

DISCLAIMER = (
    "Written by an automated, read-only investigation. [E1] names the evidence a statement rests on. "
    "Read a command before you run it."
)
CODE_LINES = 5
_APART = (outline.Style.PROSE, outline.Style.STEPS, outline.Style.RANKED)
_NUMBERED = (outline.Style.STEPS, outline.Style.RANKED)


def email(investigation: Investigation, links: Links, limit: int = SNS_BODY_BYTES) -> OutgoingMessage:
    """The report as the e-mail that SNS sends; as the text part of another one in fewer bytes."""
    shown = readable(investigation)
    foot = "\n".join(_foot(shown, links)) + "\n"
    body = shortened_text(
        "\n".join(_body(shown, links)) + "\n",
        limit - len(foot.encode()),
        links.report.url if links.report else None,
    )
    return OutgoingMessage(report_subject(shown), body + foot)


def render(investigation: Investigation, links: Links) -> str:
    """The whole text, whatever its size."""
    shown = readable(investigation)
    return "\n".join((*_body(shown, links), *_foot(shown, links))) + "\n"


def notice(told: Notice) -> OutgoingMessage:
    """A notice as the e-mail that SNS sends: paragraphs, each command and link alone on its line."""
    paragraphs = ("\n".join(_notice_part(part)) for part in told.parts)
    return OutgoingMessage(subject(f"[{told.mark}]", told.name, told.headline), "\n\n".join(paragraphs) + "\n")


def _notice_part(part: Part) -> Iterable[str]:
    if isinstance(part, str):
        return wrapped(part)
    if isinstance(part, Command):
        return (part.line,)
    if isinstance(part, Link):
        return link(part.label, part.url)
    return facts(part)


def shortened_text(text: str, limit: int, link: str | None) -> str:
    """The text in at most ``limit`` bytes of UTF-8.

    The end, which matters least, is left out at a line break where there is one; a last line says how much is
    missing and where the whole is.
    """
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    where = f"The whole report:\n{link}" if link else "The archive holds the whole report."
    notice = f"\n[Shortened: {{:,}} of {len(encoded):,} bytes left out here. {where}]\n"
    room = max(0, limit - len(notice.format(len(encoded)).encode()))
    kept = encoded[:room].decode(errors="ignore")
    at_line_end = kept[: kept.rfind("\n") + 1] or kept
    return at_line_end + notice.format(len(encoded) - len(at_line_end.encode()))


def _body(investigation: Investigation, links: Links) -> Iterator[str]:
    yield from _head(investigation, links)
    for part in outline.body(investigation):
        yield from _section(part) if isinstance(part, Section) else _chart(part)
    if investigation.evidence:
        yield from _heading("Investigation details")
        yield from _all_evidence(investigation)


def _head(investigation: Investigation, links: Links) -> Iterator[str]:
    report = investigation.report
    yield " | ".join(outline.verdict(report))
    yield from wrapped(one_line(report.headline))
    yield ""
    for warning in outline.warnings(investigation):
        yield from wrapped(warning, "(!) ", "    ")
    if outline.warnings(investigation):
        yield ""
    yield from facts(outline.signal_facts(investigation.signal))
    if links.report:
        yield ""
        yield from link(links.report.label, links.report.url)


def _heading(title: str) -> Iterator[str]:
    yield ""
    yield title.upper()
    yield "-" * len(title)


def _section(section: Section) -> Iterator[str]:
    yield from _heading(section.title)
    for number, entry in enumerate(section.entries, 1):
        if number > 1 and section.style in _APART:
            yield ""
        yield from _entry(entry, _mark(section.style, number))


def _mark(style: outline.Style, number: int) -> str:
    return f"{number}. " if style in _NUMBERED else "" if style is outline.Style.PROSE else "- "


def _entry(entry: Entry, mark: str) -> Iterator[str]:
    indent = " " * len(mark)
    unverified = "" if entry.verified else "[UNVERIFIED] "
    lead = (
        f"{entry.lead}: " if entry.lead and not _is_time(entry.lead) else f"{entry.lead}  " if entry.lead else ""
    )
    cited = f" [{', '.join(entry.evidence_ids)}]" if entry.evidence_ids else ""
    yield from wrapped(f"{unverified}{lead}{entry.text}{cited}", mark, indent)
    if entry.note:
        yield from wrapped(entry.note, indent, indent)
    for reason in entry.reasons:
        yield from wrapped(f"{reason.label}: {one_line(reason.value)}", indent, f"{indent}  ")
    if not mark:
        yield from _quotes(entry)
    if entry.command:
        yield ""
        yield from (line.rstrip() for line in entry.command.splitlines())


def _is_time(lead: str) -> bool:
    return lead[:1].isdigit()


def _quotes(entry: Entry) -> Iterator[str]:
    for citation in entry.citations:
        mark = f"  {citation.evidence_id} | "
        yield from wrapped(one_line(citation.quote), mark, " " * (len(mark) - 2) + "| ")


def _chart(chart: Chart) -> Iterator[str]:
    """What the metric did: in a sentence, as a spark line, and in numbers."""
    caption, spark = caption_of(chart), spark_of(chart)
    if caption is None or spark is None:
        return
    yield from _heading(caption.heading)
    if caption.reading:
        yield from wrapped(caption.reading)
    yield ""
    yield spark.line
    yield ""
    yield from wrapped(f"{sentence(caption.title)} {spark.legend}")
    yield from wrapped(" ".join(caption.facts))


def _all_evidence(investigation: Investigation) -> Iterator[str]:
    """What the report rests on first; of the rest the titles."""
    telling = [one for one in investigation.evidence if evidence_excerpt.is_telling(one, investigation)]
    rest = [one for one in investigation.evidence if one not in telling]
    for evidence in telling:
        yield ""
        yield from _title(evidence)
        yield from _content(evidence, investigation)
    if rest:
        yield ""
        yield "Also looked at:" if telling else "Looked at:"
        for evidence in rest:
            yield from _title(evidence)


def _title(evidence: Evidence) -> Iterator[str]:
    how = evidence_excerpt.evidence_facts(evidence)
    yield from wrapped(f"{one_line(evidence.purpose)} ({how})", f"{evidence.id}  ", "    ")


def _content(evidence: Evidence, investigation: Investigation) -> Iterator[str]:
    if event_evidence.laid_out(evidence):
        yield from wrapped(event_evidence.IN_SHORT, "  ", "  ")
        return
    yield from _code(evidence.code)
    for line in evidence_excerpt.excerpt(evidence, investigation.report):
        yield from wrapped(line, "  | ", "  |   ")


def _code(code: str) -> Iterator[str]:
    """What the code that ran asked, never wrapped: the whole of it is in the archived report."""
    for line in telling_code(code, CODE_LINES):
        yield f"  > {line}"


def _foot(investigation: Investigation, links: Links) -> Iterator[str]:
    if links.places:
        yield from _heading("Links")
        for place in links.places:
            yield from link(one_line(place.label), place.url)
    yield from _heading("About this report")
    yield from facts(outline.run_facts(investigation))
    yield ""
    yield from wrapped(DISCLAIMER)
