"""`render`: an archived report in another form, with the renderers of the product."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

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


def run(arguments: argparse.Namespace, screen: Screen) -> ExitCode:
    """Write the report to standard output, or to a file."""
    archived = read(Path(arguments.report))
    if not archived.has_evidence:
        screen.note("report.json alone: what the evidence says is in transcript.jsonl.gz, which is not beside it")
    # Links are made anew: those in a file could lead anywhere.
    links = links_for(archived.investigation)
    written = FORMS[arguments.form](archived.investigation, links)
    if arguments.out:
        Path(arguments.out).write_text(written, encoding="utf-8")
        screen.note(f"written to {arguments.out}")
    else:
        screen.answer(written)
    return ExitCode.OK
