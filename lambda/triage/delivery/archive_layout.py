"""The documents that the Archive keeps of an investigation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.delivery.presentable import presentable, readable
from triage.delivery.render import html, json, markdown, transcript
from triage.ports import Document

if TYPE_CHECKING:
    from triage.delivery.console_links import Links
    from triage.domain.investigation import Investigation


def documents(investigation: Investigation, links: Links) -> list[Document]:
    """Everything that is archived of an investigation."""
    for_programs = presentable(investigation)
    for_people = readable(for_programs)
    return [
        Document("report.md", "text/markdown; charset=utf-8", markdown.render(for_people, links).encode()),
        Document("report.html", "text/html; charset=utf-8", html.render(for_people, links).encode()),
        Document("report.json", "application/json", json.render(for_programs, links).encode()),
        Document("transcript.jsonl.gz", "application/gzip", transcript.render(for_programs)),
    ]
