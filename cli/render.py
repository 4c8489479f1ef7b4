"""`render`: an archived report in another form, with the renderers of the product."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cli.archived import read
from cli.errors import ExitCode
from triage.delivery.console_links import Links, links_for
from triage.delivery.presentable import readable
from triage.delivery.render import html, markdown, slack, text
from triage.delivery.render import json as as_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from cli.screen import Screen
    from triage.domain.investigation import Investigation


_REDACTED = "[redacted:"


def _slack(investigation: Investigation, links: Links) -> str:
    """The body that is posted to the webhook, laid out so that a person can read it."""
    return json.dumps(json.loads(slack.report(investigation, links).body), indent=2, ensure_ascii=False) + "\n"


FORMS: dict[str, Callable[[Investigation, Links], str]] = {
    "text": text.render,
    "markdown": lambda investigation, links: markdown.render(readable(investigation), links),
    "html": lambda investigation, links: html.render(readable(investigation), links),
    "slack": _slack,
    "json": as_json.render,
}


def _links(investigation: Investigation) -> Links:
    """Links made anew, for those in a file could lead anywhere; a name that was redacted leads nowhere."""
    links = links_for(investigation)
    return replace(
        links, places=tuple(link for link in links.places if _REDACTED not in link.label + _plain(link.url))
    )


def _plain(url: str) -> str:
    """An address of the console as text; it escapes parts twice and writes ``$`` for the percent sign."""
    return unquote(unquote(url.replace("$", "%")))


def run(arguments: argparse.Namespace, screen: Screen) -> ExitCode:
    """Write the report to standard output, or to a file."""
    archived = read(Path(arguments.report))
    if not archived.has_evidence:
        screen.note("report.json alone: what the evidence says is in transcript.jsonl.gz, which is not beside it")
    links = _links(archived.investigation)
    written = FORMS[arguments.form](archived.investigation, links)
    if arguments.out:
        Path(arguments.out).write_text(written, encoding="utf-8")
        screen.note(f"written to {arguments.out}")
    else:
        screen.answer(written)
    return ExitCode.OK
