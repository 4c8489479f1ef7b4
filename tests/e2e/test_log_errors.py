"""Errors in a log, through the deployed subscription: one line is a report, a thousand are not a thousand."""

from __future__ import annotations

import itertools
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from local_aws.faults.rules import Effect, Fault
from local_aws.inbox.reading import Reader
from local_aws.mail import mailbox
from local_aws.slack.receiver import cards
from tests import block_kit
from tests.waiting import eventually
from triage.delivery.console_links import CONSOLE_HOSTS

if TYPE_CHECKING:
    from local_aws.inbox.timeline import Course
    from local_aws.mail.mailbox import Mail
    from local_aws.slack.receiver import Card
    from tests.e2e.conftest import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("e2e")]

ERRORS = ("card refused by the bank", "stock missing", "no route to host", "lock was lost", "disk full")
BATCH = 100


def a_name() -> str:
    """Letters alone: nothing in it looks as if it varied from line to line."""
    return "".join(chr(97 + int(digit, 16)) for digit in uuid.uuid4().hex[:10])


@dataclass
class PaymentService:
    """A service in the deployment's account whose log is watched; its name is in every line."""

    deployment: Deployment
    started_ns: int = field(default_factory=time.time_ns)
    name: str = field(default_factory=a_name)

    @property
    def group(self) -> str:
        """Its log group."""
        assert self.deployment.demo is not None
        return self.deployment.demo.watched_log_group

    def writes(self, *messages: str) -> None:
        """Log these messages, batch by batch as an agent would."""
        logs, stream = self.deployment.client("logs"), f"{self.name}/{uuid.uuid4().hex[:6]}"
        logs.create_log_stream(logGroupName=self.group, logStreamName=stream)
        for start in range(0, len(messages), BATCH):
            now = int(time.time() * 1000)
            events = [{"timestamp": now, "message": message} for message in messages[start : start + BATCH]]
            logs.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events)

    def mails(self) -> list[tuple[str, str]]:
        """Subject and text, its wrapped lines joined, of what the topic sent about it, oldest first."""
        found = mailbox.of_topic(self.deployment.running.mailbox, self.started_ns)
        return [(subject, " ".join(text.split())) for subject, text in found if self.name in text]

    def html_mails(self) -> list[Mail]:
        """What came through SES about it, oldest first."""
        found = mailbox.newest(self.deployment.running.mailbox, self.started_ns)
        return [mail for mail in map(mailbox.read, found) if mail.html and self.name in mail.text]

    def cards(self) -> list[Card]:
        """What was posted to Slack about it, oldest first."""
        return [card for card in cards(self.deployment.running.slack, self.started_ns) if self.name in card.text]

    def course(self) -> Course:
        """How it came about, as the demo's page tells it."""
        inbox = Reader(self.deployment.running).inbox()
        [course] = [one for one in inbox.courses if self.name in one.about]
        return course

    def has_mails(self, many: int) -> bool:
        """Whether there are so many, and nothing is on its way."""
        return len(self.mails()) >= many and self.work_is_done()

    def work_is_done(self) -> bool:
        """Whether nothing waits in the work queue and nothing is being investigated."""
        assert self.deployment.demo is not None
        sqs, names = self.deployment.client("sqs"), ("", "NotVisible", "Delayed")
        wanted = [f"ApproximateNumberOfMessages{kind}" for kind in names]
        counts = sqs.get_queue_attributes(QueueUrl=self.deployment.demo.work_queue_url, AttributeNames=wanted)
        return {counts["Attributes"][one] for one in wanted} == {"0"}


@pytest.fixture
def service(deployment: Deployment) -> PaymentService:
    return PaymentService(deployment)


def test_one_written_line_is_a_report_in_every_channel_and_one_that_was_down_gets_it_once(
    service: PaymentService,
) -> None:
    running = service.deployment.running
    down = running.fail(Fault("slack", Effect.UNAVAILABLE, containing=(service.name,), calls=1))
    service.writes(
        f"2026-01-12 10:00:00 ERROR [{service.name}] Connection refused at port 5432. \n"
        'Caused by: FATAL: password authentication failed for user "admin"'
    )

    eventually(lambda: service.has_mails(1), "a mail", 120)

    [(subject, text)] = service.mails()
    assert service.group in subject
    assert "password authentication failed for user" in text
    assert "could not be investigated" not in text
    assert running.fault_hits()[down] == 1
    [html_mail] = service.html_mails()
    assert (html_mail.subject, service.group in html_mail.html) == (subject, True)
    [card] = service.cards()
    assert block_kit.problems(card.text, tuple(CONSOLE_HOSTS.values())) == []
    assert "password authentication failed for user" in block_kit.texts(card.text)

    course = service.course()
    kinds = [step.kind for step in course.steps if not step.is_part]
    assert course.is_done
    assert [kind for kind, _ in itertools.groupby(kinds) if kind in ("signal", "claim", "look", "turn")] == [
        "signal",
        "claim",
        "look",
        "turn",
    ]
    told = [step.title for step in course.steps if step.page]
    assert told == ["HTML e-mail", "E-mail of the topic", "Slack card"]
    assert [step.title for step in course.steps if step.kind == "trouble"] == ["Delivery postponed"]


def test_a_thousand_lines_of_five_errors_are_five_reports_and_a_new_error_is_another(
    service: PaymentService,
) -> None:
    def line(number: int, error: str) -> str:
        return f"ERROR [{service.name}] order {number} of 10.0.{number % 256}.7 failed after {number} ms: {error}"

    service.writes(*(line(number, ERRORS[number % len(ERRORS)]) for number in range(1000)))
    eventually(lambda: service.has_mails(len(ERRORS)), "a mail about each error", 300)
    told = [text for _, text in service.mails()]
    assert len(told) == len(ERRORS)
    assert {error for error in ERRORS for text in told if error in text} == set(ERRORS)

    service.writes(line(1, ERRORS[0]), line(2, "certificate expired"))
    eventually(lambda: service.has_mails(len(ERRORS) + 1), "one more mail", 120)

    *_, (_, last) = service.mails()
    assert len(service.mails()) == len(ERRORS) + 1
    assert "certificate expired" in last
