"""The pages, from what there is to show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local_aws.inbox.cards import html_of

if TYPE_CHECKING:
    from local_aws.inbox.reading import Inbox
    from local_aws.inbox.run import Run
    from local_aws.inbox.timeline import Course, Step
    from local_aws.mail.mailbox import Mail
    from local_aws.slack.receiver import Card

_TEMPLATES = Path(__file__).with_name("templates")
_LEAST_WIDTH = 0.6
"""Of a bar, in hundredths of the whole course: what took no time is still seen."""

_OUTWARD = re.compile(r'<a (?=[^<>]*href="https:)')


@dataclass(frozen=True)
class Bar:
    """Where in the course a step lies, in hundredths."""

    left: float
    width: float


def overview(inbox: Inbox, nonce: str) -> str:
    """The courses of all investigations."""
    return _page("overview.html.j2", inbox, nonce, "", "Course")


def mail(inbox: Inbox, shown: Mail, nonce: str, *, as_text: bool) -> str:
    """One mail."""
    is_html = bool(shown.html) and not as_text
    return _page("mail.html.j2", inbox, nonce, f"mail/{shown.name}", shown.subject, mail=shown, is_html=is_html)


def card(inbox: Inbox, shown: Card, nonce: str) -> str:
    """One Slack card."""
    body = html_of(shown.payload)
    return _page("card.html.j2", inbox, nonce, f"slack/{shown.name}", shown.title, card=shown, body=body)


def report(inbox: Inbox, investigation_id: str, nonce: str) -> str:
    """The HTML report of an investigation."""
    course = next((one for one in inbox.courses if one.investigation_id == investigation_id), None)
    title = f"Report: {course.about if course else investigation_id}"
    return _page("report.html.j2", inbox, nonce, f"report/{investigation_id}", title, id=investigation_id)


def missing(inbox: Inbox, nonce: str) -> str:
    """What is shown where there is nothing."""
    return _page("missing.html.j2", inbox, nonce, "missing", "Not found")


def framed(html: str) -> str:
    """A document for a frame: its links out of it open a page of their own."""
    return _OUTWARD.sub('<a target="_blank" rel="noopener noreferrer" ', html)


def status(run: Run | None, inbox: Inbox) -> tuple[str, str]:
    """How the run stands, as a kind (`busy`, `good`, `bad`, `idle`) and a sentence."""
    if run is None:
        return "idle", "Nothing has run yet."
    if run.is_going_on:
        return "busy", f"{run.step} …"
    if run.problem:
        return "bad", f"Ended without an e-mail: {run.problem}"
    if run.ended_ns == 0:
        return "bad", "The run was stopped before its end."
    newest = inbox.courses[0] if inbox.courses else None
    took = f" {_seconds(_span(newest))} after it began" if newest else ""
    return "good", f"Delivered{took}."


def _page(template: str, inbox: Inbox, nonce: str, here: str, title: str, **more: Any) -> str:
    kind, sentence = status(inbox.run, inbox)
    values = {"inbox": inbox, "nonce": nonce, "here": here, "title": title, "kind": kind, "sentence": sentence}
    return _environment().get_template(template).render(**values, **more)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clock=_clock, seconds=_seconds, since=_since)
    environment.globals.update(bar_of=bar_of, span=_span)
    return environment


def bar_of(step: Step, course: Course) -> Bar:
    """The place of a step within its course."""
    whole = max(1, course.ended_ns - course.began_ns)
    width = max(_LEAST_WIDTH, 100 * (step.ended_ns - step.began_ns) / whole)
    left = 100 * (step.began_ns - course.began_ns) / whole
    return Bar(round(min(left, 100 - _LEAST_WIDTH), 2), round(min(width, 100 - min(left, 100 - _LEAST_WIDTH)), 2))


def _span(course: Course) -> float:
    return (course.ended_ns - course.began_ns) / 1e9


def _since(ns: int, course: Course) -> str:
    """Seconds since the course began."""
    return f"+{max(0, ns - course.began_ns) / 1e9:.1f}"


def _seconds(value: float) -> str:
    if value < 0.0005:
        return ""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 120:
        return f"{value:.1f} s"
    return f"{value // 60:.0f} min {value % 60:.0f} s"


def _clock(ns: int) -> str:
    return f"{datetime.fromtimestamp(ns / 1e9, UTC):%H:%M:%S} UTC"
