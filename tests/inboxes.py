"""Inboxes to be shown, made of what the renderers really write."""

from __future__ import annotations

import functools
import json
import os
import time
from dataclasses import dataclass, field

from local_aws.inbox.reading import Inbox
from local_aws.inbox.run import Run
from local_aws.inbox.timeline import Course, LogLine, Message, Origin, courses
from local_aws.mail.mailbox import SNS_SENDER, Mail
from local_aws.model.turns import Turn
from local_aws.slack.receiver import Card
from tests.channel_messages import INVESTIGATIONS, links_of
from triage.delivery.render import html, mail, slack, text

SECOND = 1_000_000_000
BEGAN = 1_795_303_200 * SECOND
ID = "20261121T232002Z-2962e871e0"
FINGERPRINT = (
    "cloudwatch_alarm#123456789012#us-east-1#arn:aws:cloudwatch:us-east-1:123456789012:alarm:order-api-errors"
)
TRACE = "1-6b022722-b45ce75ea688f1f7652934aa"
STATES = ("permission_removed", "first_look_only", "healthy_again_in_govcloud", "huge", "hostile_text")
"""A full report, one without a model, one of an alarm that is over, one that is too long, one that is hostile."""


def at(seconds: float) -> int:
    """Nanoseconds since the epoch, so many seconds into the incident."""
    return BEGAN + int(seconds * SECOND)


def a_line(seconds: float, message: str, service: str = "investigator", **fields: object) -> LogLine:
    """A line of the log of an investigation."""
    return LogLine(at(seconds), {"message": message, "service": service, "investigation_id": ID, **fields})


def the_log() -> list[LogLine]:
    """An investigation with two turns, as its functions log it."""
    return [
        LogLine(at(1.0), {"start_of": "request-1"}),
        a_line(1.2, "investigate", "triage", aws_request_id="request-1", fingerprint=FINGERPRINT),
        a_line(2.0, "investigation started", attempt=1, fingerprint=FINGERPRINT, xray_trace_id=TRACE),
        a_line(4.9, "tool call", "tool", duration_ms=2_800.0, status="ok"),
        a_line(5.0, "first look taken", sections=14, api_calls=60, log_bytes=3_726, gap="", xray_trace_id=TRACE),
        a_line(7.0, "tool call", "tool", duration_ms=900.0, status="timeout", purpose_characters=25),
        a_line(
            8.5,
            "report delivered",
            category="permission_denied",
            confidence="CONFIRMED",
            turns=2,
            tool_calls=1,
            tokens=55_133,
        ),
    ]


def the_turns() -> list[Turn]:
    """What the model was asked meanwhile, and by somebody else."""
    return [
        Turn(TRACE, "m", at(5.1), at(6.0), "tool_use", 6_377, 386, [["run_python", "Whether the role may read"]]),
        Turn(TRACE, "m", at(7.1), at(8.0), "tool_use", 9_000, 800, [["submit_report", ""]]),
        Turn("1-elsewhere", "m", at(5.2), at(5.3)),
    ]


def the_course(messages: list[Message] | None = None, began: float = 0.4) -> Course:
    """The investigation of the log."""
    [course] = courses(the_log(), the_turns(), messages or [], {ID: Origin(at(began), "reports/x")})
    return course


def a_card(body: str, number: int = 1) -> Card:
    """A card that was posted."""
    return Card(f"{at(8) // 1000 + number}-B0DEMOCARDS.json", at(8) + number * 1000, json.loads(body))


def a_mail(subject: str, body: str, markup: str = "", number: int = 1) -> Mail:
    """A mail that arrived: of SES where it has markup."""
    sender = "Alarm Triage <alarm-triage@example.com>" if markup else SNS_SENDER
    name = f"{at(8) // 1000 + number}-oncall@example.com.eml"
    return Mail(name, at(8) + number * 1000, sender, "oncall@example.com", subject, body, markup)


@functools.cache
def _messages() -> tuple[tuple[Mail, ...], tuple[Card, ...]]:
    """Every channel's message about every kind of report."""
    mails, cards = [], []
    for number, state in enumerate(STATES):
        investigation = INVESTIGATIONS[state]
        links = links_of(investigation)
        told, written = text.email(investigation, links), mail.report(investigation, links)
        mails.append(a_mail(told.subject, told.body, number=2 * number))
        mails.append(a_mail(written.subject, written.body, written.html, number=2 * number + 1))
        cards.append(a_card(slack.report(investigation, links).body, number))
    return tuple(mails), tuple(cards)


@functools.cache
def _report() -> str:
    """An archived report, with a chart."""
    investigation = INVESTIGATIONS["with_chart"]
    return html.render(investigation, links_of(investigation))


@dataclass
class Shown:
    """A source of pages that a test can add to."""

    mails: list[Mail] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    reports: dict[str, str] = field(default_factory=dict)
    run: Run | None = None
    found: list[Course] = field(default_factory=list)

    @classmethod
    def full(cls) -> Shown:
        """Everything of a run that is over."""
        mails, cards = map(list, _messages())
        channels = {mail.name: "HTML e-mail" if mail.html else "E-mail of the topic" for mail in mails}
        told = [
            Message(one.arrived_ns, channels[one.name], one.subject, f"mail/{one.name}", ID) for one in mails[:2]
        ]
        told.append(Message(cards[0].posted_ns, "Slack card", cards[0].title, f"slack/{cards[0].name}", ID))
        return cls(
            mails,
            cards,
            {ID: _report()},
            Run("permission", "scripted", "Investigating", at(0), at(9)),
            [the_course(told)],
        )

    def stamp(self) -> str:
        return f"{len(self.mails)}-{len(self.cards)}-{self.run}"

    def inbox(self) -> Inbox:
        return Inbox(self.run, self.found, self.mails, self.cards)

    def mail(self, name: str) -> Mail | None:
        return next((one for one in self.mails if one.name == name), None)

    def card(self, name: str) -> Card | None:
        return next((one for one in self.cards if one.name == name), None)

    def report(self, investigation_id: str) -> str | None:
        return self.reports.get(investigation_id)


def a_run(**given: object) -> Run:
    """A run that goes on, of a process that lives."""
    values = {"fault": "permission", "model": "scripted", "began_ns": time.time_ns(), "pid": os.getpid(), **given}
    return Run(**values)  # type: ignore[arg-type]  # as given
