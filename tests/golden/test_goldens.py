"""Every incident in every form, as files a person can read and a diff can show."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import FIRED_AT, a_signal, an_investigation
from tests.conftest import Golden
from tests.events import FOLDER as EVENTS
from tests.events import event
from tests.golden.incidents import INCIDENTS
from triage.delivery.archive_keys import folder
from triage.delivery.console_links import Links, links_for, report_link
from triage.delivery.notice import Notice, could_not_investigate, digest_not_sent, fired_again, malformed_event
from triage.delivery.render import html, mail, markdown, slack, text, transcript
from triage.delivery.render import json as json_report
from triage.domain.claim import Claim, ClaimState
from triage.domain.digest import digest_signal
from triage.domain.errors import MalformedEvent
from triage.domain.investigation import Investigation
from triage.domain.message import OutgoingMessage
from triage.domain.refire import Refire
from triage.domain.signal import Signal
from triage.intake import detect_all

EXPECTED = Path(__file__).parent / "expected"
NEXT_MAIL = "\n" + "=" * 80 + "\n\n"


def _mail(message: OutgoingMessage) -> str:
    return f"Subject: {message.subject}\n\n{message.body}"


def _laid_out(message: OutgoingMessage) -> str:
    return json.dumps(json.loads(message.body), indent=2, ensure_ascii=False) + "\n"


FORMS: dict[str, Callable[[Investigation, Links], str]] = {
    "mail.txt": lambda investigation, links: _mail(text.email(investigation, links)),
    "slack.json": lambda investigation, links: _laid_out(slack.report(investigation, links)),
    "mail.html": lambda investigation, links: mail.report(investigation, links).html,
    "report.md": markdown.render,
    "report.html": html.render,
    "report.json": json_report.render,
    "transcript.jsonl": lambda investigation, _: gzip.decompress(transcript.render(investigation)).decode(),
}


def _links(investigation: Investigation) -> Links:
    return links_for(investigation, "alarm-reports-123456789012-us-east-2", folder(investigation))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("incident", INCIDENTS)
def test_a_report_renders_as_its_golden_file(incident: str, form: str, golden: Golden) -> None:
    investigation = INCIDENTS[incident]
    golden(EXPECTED / incident / form, FORMS[form](investigation, _links(investigation)))


@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_the_mails_about_an_event_are_its_golden_file(name: str, golden: Golden) -> None:
    signals = [found for found in detect_all(event(name)) if isinstance(found, Signal)]
    investigations = [an_investigation(signal=signal) for signal in signals]
    mails = [_mail(text.email(one, _links(one))) for one in investigations]
    golden(EXPECTED / "events" / f"{name}.txt", NEXT_MAIL.join(mails))


@pytest.mark.parametrize("name", sorted(path.stem for path in (EVENTS / "malformed").glob("*.json")))
def test_the_notice_about_a_malformed_event_is_its_golden_file(name: str, golden: Golden) -> None:
    (found,) = detect_all(event(f"malformed/{name}"))
    assert isinstance(found, MalformedEvent)
    golden(EXPECTED / "events" / "malformed" / f"{name}.txt", _mail(text.notice(malformed_event(found))))


NOTICES = {
    "malformed_event": malformed_event(
        MalformedEvent("alarmData.state.value is null, not a state", ("alarmArn", "alarmData", "region"))
    ),
    "every_attempt_failed": could_not_investigate(
        INCIDENTS["permission_removed"].signal,
        "every attempt of the investigation failed",
        INCIDENTS["permission_removed"].id,
        "/aws/lambda/alarm-triage-investigator",
    ),
    "digest_not_sent": digest_not_sent(
        digest_signal("2026-11-21T03:00:00Z", "aws", "123456789012", "us-east-2"),
        "20261121T030205Z-0a1b2c3d4e",
        "/aws/lambda/alarm-triage-investigator",
    ),
    "unreadable_message": could_not_investigate(None, "a message that is not JSON reached the dead-letter queue"),
    "hostile_signal": could_not_investigate(
        INCIDENTS["hostile_text"].signal, INCIDENTS["hostile_text"].report.summary
    ),
}


REPORT = "reports/2026/11/21/030205Z_lambda-high-error-rate_20261121T030205Z-0123456789/report.md"
AGAIN = a_signal(occurred_at=FIRED_AT + timedelta(minutes=28))
INVESTIGATED = Claim(
    "fp", "20261121T030205Z-0123456789", ClaimState.RUNNING, FIRED_AT, FIRED_AT, started_at=FIRED_AT, refires=2
)
REPORTED = replace(
    INVESTIGATED, state=ClaimState.DONE, finished_at=FIRED_AT + timedelta(minutes=4), report_key=REPORT
)


def _fired_again(signal: Signal, claim: Claim) -> Notice:
    link = report_link(signal, claim.report_key, "alarm-reports-123456789012-us-east-2", "us-east-2")
    return fired_again(signal, Refire.of(claim, signal.occurred_at), link)


NOTICES |= {
    "fired_again_while_it_runs": _fired_again(AGAIN, INVESTIGATED),
    "fired_again_after_the_report": _fired_again(AGAIN, REPORTED),
    "fired_again_for_the_last_time_told": _fired_again(AGAIN, replace(REPORTED, refires=5)),
    "fired_again_hostile_signal": _fired_again(INCIDENTS["hostile_text"].signal, INVESTIGATED),
}


LOG_ERROR = INCIDENTS["log_error"].signal
NOTICES |= {
    "log_error_logged_again": _fired_again(
        replace(LOG_ERROR, occurred_at=LOG_ERROR.occurred_at + timedelta(minutes=40)),
        replace(REPORTED, transition_at=LOG_ERROR.occurred_at, started_at=LOG_ERROR.occurred_at),
    ),
    "log_error_not_investigated": could_not_investigate(
        LOG_ERROR,
        "every attempt of the investigation failed",
        INCIDENTS["log_error"].id,
        "/aws/lambda/alarm-triage-investigator",
    ),
}


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_renders_as_its_golden_file(notice: str, golden: Golden) -> None:
    golden(EXPECTED / "notices" / f"{notice}.txt", _mail(text.notice(NOTICES[notice])))
    golden(EXPECTED / "notices" / f"{notice}.slack.json", _laid_out(slack.notice(NOTICES[notice])))
    golden(EXPECTED / "notices" / f"{notice}.mail.html", mail.notice(NOTICES[notice]).html)
