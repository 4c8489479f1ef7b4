"""The e-mail the demo shows is the one about its incident, and the report the one that e-mail names."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local_aws import incident
from local_aws.mail import incident_mail
from local_aws.mail.incident_mail import IncidentMail
from local_aws.mail.mailbox import Mailbox
from tests import log_batches
from tests.builders import a_signal, an_investigation
from triage.delivery import notice
from triage.delivery.console_links import links_for
from triage.delivery.render import text
from triage.delivery.render.text import email
from triage.domain.signal import AlarmState

ALARM = "ledger-writer-errors"
BUCKET = "reports-of-contract"
FOLDER = "reports/2026/11/21/030205Z_ledger-writer-errors_one"


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def a_report(**signal: Any) -> tuple[str, str]:
    """Subject and text as the investigator sends them."""
    investigation = an_investigation(signal=a_signal(**{"name": ALARM, "occurred_at": now()} | signal))
    message = email(investigation, links_for(investigation, BUCKET, FOLDER))
    return message.subject, message.body


def a_notice(**signal: Any) -> tuple[str, str]:
    """Subject and text as the notice function sends them."""
    message = text.notice(
        notice.could_not_investigate(
            a_signal(**{"name": ALARM, "occurred_at": now()} | signal), "it ran out of time"
        )
    )
    return message.subject, message.body


def a_confirmation() -> tuple[str, str]:
    return "AWS Notification - Subscription Confirmation", f"You have chosen to subscribe to the topic of {ALARM}."


def an_ok_of_cloudwatch() -> tuple[str, str]:
    body = f"Alarm Details:\n- Name:            {ALARM}\n- State Change:    ALARM -> OK\n"
    return f'OK: "{ALARM}" in EU (Ireland)', body


FOREIGN: dict[str, Callable[[], tuple[str, str]]] = {
    "a subscription confirmation": a_confirmation,
    "what CloudWatch writes": an_ok_of_cloudwatch,
    "a report on another alarm": lambda: a_report(name=f"{ALARM}-2"),
    "a notice about another alarm": lambda: a_notice(name="queue-age"),
    "a report on the alarm being OK": lambda: a_report(state=AlarmState.OK, previous_state=AlarmState.ALARM),
    "a late report on the incident before": lambda: a_report(occurred_at=now() - timedelta(minutes=2)),
}


def deliver(folder: Path, mail: tuple[str, str]) -> None:
    Mailbox(folder).deliver(
        "oncall@example.com", *mail, "arn:aws:sns:eu-west-1:1:t", "arn:aws:sns:eu-west-1:1:t:s"
    )


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("own", [a_report, a_notice])
def test_given_a_foreign_mail_first_then_the_mail_about_the_incident_is_taken(
    own: Callable[[], tuple[str, str]], foreign: str, tmp_path: Path
) -> None:
    started_ns = time.time_ns()
    deliver(tmp_path, FOREIGN[foreign]())
    assert incident_mail.arrived(tmp_path, ALARM, started_ns) is None

    deliver(tmp_path, own())

    mail = incident_mail.arrived(tmp_path, ALARM, started_ns)
    assert mail is not None
    assert mail.subject == own()[0]


def a_log_report(group: str) -> tuple[str, str]:
    """Subject and text about an error in a log."""
    signal = log_batches.signal_of(incident.LOG_ERROR, group=group)
    assert signal.log is not None
    signal = replace(signal, occurred_at=now(), log=replace(signal.log, first_at=now(), last_at=now()))
    message = email(an_investigation(signal=signal), links_for(an_investigation(signal=signal), BUCKET, FOLDER))
    return message.subject, message.body


def test_given_an_error_in_a_log_then_the_mail_about_that_log_is_taken(tmp_path: Path) -> None:
    started_ns = time.time_ns()
    deliver(tmp_path, a_log_report("/prod/payment"))
    assert incident_mail.arrived(tmp_path, "/prod/payment-service", started_ns) is None

    deliver(tmp_path, a_log_report("/prod/payment-service"))

    assert incident_mail.arrived(tmp_path, "/prod/payment-service", started_ns) is not None


def test_given_an_html_mail_then_the_topic_s_is_waited_for(tmp_path: Path) -> None:
    subject, body = a_report()
    message = EmailMessage()
    message["From"], message["Subject"] = "Alarm Triage <alarm-triage@example.com>", subject
    message.set_content(body)
    Mailbox(tmp_path).keep("oncall@example.com", message)

    assert incident_mail.arrived(tmp_path, ALARM, 0) is None


def test_given_a_report_then_it_names_its_place_in_the_archive() -> None:
    assert IncidentMail(*a_report()).report_key(BUCKET) == f"{FOLDER}/report.html"
    assert IncidentMail(*a_report()).report_key("another-bucket") is None


def test_given_a_notice_then_it_names_no_report() -> None:
    assert IncidentMail(*a_notice()).report_key(BUCKET) is None


class Archive:
    """S3 with several reports; what is fetched is the key, so that a test sees which one it was."""

    def download_file(self, bucket: str, key: str, target: str) -> None:
        Path(target).write_text(f"{bucket}/{key}")


def test_given_a_newer_report_in_the_archive_then_the_one_the_mail_names_is_fetched(tmp_path: Path) -> None:
    running: Any = SimpleNamespace(state=tmp_path, client=lambda _: Archive())
    demo: Any = SimpleNamespace(reports_bucket=BUCKET, alarm_name=ALARM)

    path = incident._download_report(running, demo, IncidentMail(*a_report()))

    assert path is not None
    assert path.read_text() == f"{BUCKET}/{FOLDER}/report.html"
