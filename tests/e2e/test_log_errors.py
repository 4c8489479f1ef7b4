"""Errors in a log, through the deployed subscription: one line is a report, a thousand are not a thousand."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from local_aws.mail import mailbox
from tests.e2e.waiting import eventually

if TYPE_CHECKING:
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
        """Subject and text of what was written about it, oldest first."""
        found = mailbox.newest(self.deployment.running.mailbox, self.started_ns)
        return [mail for mail in map(mailbox.text_of, found) if self.name in mail[1]]

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


def test_one_written_line_is_a_report(service: PaymentService) -> None:
    service.writes(
        f"2026-01-12 10:00:00 ERROR [{service.name}] Connection refused at port 5432. \n"
        'Caused by: FATAL: password authentication failed for user "admin"'
    )

    eventually(lambda: service.has_mails(1), 120)

    [(subject, text)] = service.mails()
    assert service.group in subject
    assert "password authentication failed for user" in " ".join(text.split())
    assert "could not be investigated" not in text


def test_a_thousand_lines_of_five_errors_are_five_reports_and_a_new_error_is_another(
    service: PaymentService,
) -> None:
    def line(number: int, error: str) -> str:
        return f"ERROR [{service.name}] order {number} of 10.0.{number % 256}.7 failed after {number} ms: {error}"

    service.writes(*(line(number, ERRORS[number % len(ERRORS)]) for number in range(1000)))
    eventually(lambda: service.has_mails(len(ERRORS)), 300)
    told = [text for _, text in service.mails()]
    assert len(told) == len(ERRORS)
    assert {error for error in ERRORS for text in told if error in text} == set(ERRORS)

    service.writes(line(1, ERRORS[0]), line(2, "certificate expired"))
    eventually(lambda: service.has_mails(len(ERRORS) + 1), 120)

    *_, (_, last) = service.mails()
    assert len(service.mails()) == len(ERRORS) + 1
    assert "certificate expired" in last
