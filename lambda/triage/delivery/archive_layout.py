"""Where an investigation's documents lie in the Archive, and what they are."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from triage.delivery.presentable import presentable, readable
from triage.delivery.render import html, json, markdown, transcript
from triage.ports import Document

if TYPE_CHECKING:
    from triage.delivery.console_links import Links
    from triage.domain.investigation import Investigation

MAX_SLUG = 60


def folder(investigation: Investigation) -> str:
    """``reports/YYYY/MM/DD/<HHMMSSZ>_<alarm>_<investigation id>``, without a slash at its end.

    The date is when the run started, UTC. The alarm's name is there for people who browse; the investigation id
    makes the folder unique, whatever becomes of the name. All characters are among those that S3 calls safe in
    keys ("Naming Amazon S3 objects"), so that no tool has to escape them.
    """
    started = investigation.started_at.astimezone(UTC)
    return f"reports/{started:%Y/%m/%d/%H%M%SZ}_{slug(investigation.signal.name)}_{slug(investigation.id, 64)}"


def slug(name: str, limit: int = MAX_SLUG) -> str:
    """The name in ``A-Z a-z 0-9 . -``, at most ``limit`` characters; ``alarm`` when nothing of it is left."""
    safe = re.sub(r"[^A-Za-z0-9.]+", "-", name)
    return re.sub(r"\.{2,}", ".", safe)[:limit].strip("-.") or "alarm"


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
