"""A digest in the forms it leaves in: the e-mail, and what the archive keeps."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from triage.delivery import digest_outline as outline
from triage.delivery.archive_keys import slug
from triage.delivery.console_links import archived_link, signal_link
from triage.delivery.render.markdown import escaped
from triage.delivery.render.plain import facts, link, wrapped
from triage.delivery.render.text import SNS_BODY_BYTES, shortened_text
from triage.domain.message import OutgoingMessage
from triage.ports import Document
from untrusted import make_visible, redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.delivery.console_links import Link
    from triage.delivery.digest_outline import AlarmLine, GroupOutline
    from triage.domain.digest import DigestEntry, DigestReport
    from triage.domain.signal import Signal

SCHEMA = "alarm-triage/digest"
SCHEMA_VERSION = 1
FEW = 12
"""Alarms up to which each of them is shown with its reason and link, lest hundreds be a book."""


def folder(report: DigestReport) -> str:
    """``reports/YYYY/MM/DD/<HHMMSSZ>_digest_<id>``, like the folder of an investigation."""
    return f"reports/{report.made_at.astimezone(UTC):%Y/%m/%d/%H%M%SZ}_digest_{slug(report.id, 64)}"


def full_list_link(report: DigestReport, home: Signal, bucket: str, bucket_region: str) -> Link | None:
    """The archived digest in the console."""
    return archived_link(
        "Full list, with a link for every alarm", home, bucket, f"{folder(report)}/digest.md", bucket_region
    )


def email(report: DigestReport, full_list: Link | None, limit: int = SNS_BODY_BYTES) -> OutgoingMessage:
    """The digest as the e-mail that SNS sends; as the text part of another one in fewer bytes."""
    body = "\n".join(_text(report, full_list)) + "\n"
    return OutgoingMessage(
        outline.subject_of(report),
        shortened_text(body, limit, full_list.url if full_list else None),
    )


def documents(report: DigestReport) -> list[Document]:
    """Everything that is archived of a digest."""
    return [
        Document("digest.md", "text/markdown; charset=utf-8", markdown(report).encode()),
        Document("digest.json", "application/json", json_document(report).encode()),
    ]


def _text(report: DigestReport, full_list: Link | None) -> Iterator[str]:
    yield from wrapped(f"{outline.headline(report)}.")
    yield ""
    yield from wrapped(outline.introduction(report))
    yield ""
    for gap in outline.gaps(report):
        yield from wrapped(gap, "(!) ", "    ")
        yield ""
    yield from facts(outline.facts(report))
    if full_list:
        yield ""
        yield from link(full_list.label, full_list.url)
    for number, group in enumerate(outline.groups(report), 1):
        yield ""
        yield from wrapped(group.title, f"{number}. ", "   ")
        yield from wrapped(group.facts, "   ", "   ")
        for position, alarm in enumerate(group.alarms):
            yield from _text_line(alarm, in_full=position == 0 or len(report.entries) <= FEW)


def _text_line(alarm: AlarmLine, *, in_full: bool) -> Iterator[str]:
    """One line for each alarm, its notes, and for some of them reason and link."""
    state = "" if alarm.now == outline.UNKNOWN_STATE else alarm.now
    told = ", ".join(part for part in (alarm.span, alarm.times, state) if part)
    yield from wrapped(f"{alarm.name}: {told}", "   - ", "     ")
    for note in alarm.notes:
        yield from wrapped(note, "     ", "     ")
    if in_full and alarm.reason:
        yield from wrapped(alarm.reason, "     ", "     ")
    if in_full and alarm.link:
        yield alarm.link.url


def markdown(report: DigestReport) -> str:
    """The whole digest as CommonMark with tables."""
    return "\n".join(_markdown(report)) + "\n"


def _markdown(report: DigestReport) -> Iterator[str]:
    yield f"# {escaped(outline.headline(report))}"
    yield ""
    yield outline.introduction(report)
    for gap in outline.gaps(report):
        yield ""
        yield f"> **Note:** {escaped(gap)}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    for fact in outline.facts(report):
        yield f"| {fact.label} | {escaped(fact.value)} |"
    for group in outline.groups(report):
        yield from _markdown_group(group)


def _markdown_group(group: GroupOutline) -> Iterator[str]:
    yield ""
    yield f"## {escaped(group.title)}"
    yield ""
    yield escaped(group.facts)
    yield ""
    yield f"| {group.column} | When (UTC) | Times | Now | Reason |"
    yield "|---|---|---|---|---|"
    for alarm in group.alarms:
        name = f"[{escaped(alarm.name)}](<{alarm.link.url}>)" if alarm.link else escaped(alarm.name)
        told = " ".join(escaped(part) for part in (*alarm.notes, alarm.reason) if part)
        yield f"| {name} | {alarm.span} | {alarm.times or '1x'} | {escaped(alarm.now)} | {told} |"


def json_document(report: DigestReport) -> str:
    """The digest for programs; texts are redacted, addresses kept as they are."""
    return json.dumps(_json(report), indent=2, ensure_ascii=False) + "\n"


def _json(report: DigestReport) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "id": report.id,
        "digest": report.digest,
        "made_at": report.made_at.isoformat(),
        "alarms": len(report.entries),
        "transitions": report.count,
        "reasons": [{"reason": _shown(reason), "alarms": number} for reason, number in report.reasons],
        "gaps": [_shown(gap) for gap in report.now.gaps],
        "looked_at": report.now.at.isoformat(),
        "groups": [
            {
                "title": _shown(group.title),
                "account_id": group.account_id,
                "region": group.region,
                "alarms": [_json_entry(entry, report) for entry in group.entries],
            }
            for group in report.groups
        ],
    }


def _json_entry(entry: DigestEntry, report: DigestReport) -> dict[str, Any]:
    found = signal_link(entry.signal)
    return {
        "name": _shown(entry.signal.name),
        "subject": _shown(entry.signal.subject),
        "state": entry.signal.state.value,
        "count": entry.count,
        "first_at": entry.first_at.isoformat(),
        "last_at": entry.last_at.isoformat(),
        "state_now": report.now.of(entry.signal),
        "reason": _shown(entry.signal.reason),
        "why": [_shown(reason) for reason in entry.reasons],
        "notes": [_shown(note) for note in entry.notes],
        "link": found.url if found else None,
    }


def _shown(text: str) -> str:
    return make_visible(redact(text))
