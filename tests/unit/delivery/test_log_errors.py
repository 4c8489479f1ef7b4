"""What leaves about an error in a log: no alarm where none rang, and links to its lines."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest

from tests.builders import a_report, a_signal, an_evidence, an_investigation
from tests.digests import MADE_AT, a_digest, an_entry
from tests.log_batches import HOME, signal_of
from triage.delivery import outline
from triage.delivery.console_links import links_for, signal_link
from triage.delivery.digest import email, json_document, markdown
from triage.delivery.notice import could_not_investigate, fired_again, malformed_event
from triage.delivery.render import html, mail, slack, text
from triage.delivery.render import markdown as markdown_report
from triage.delivery.subject import report_subject
from triage.domain.claim import Claim, ClaimState
from triage.domain.errors import MalformedEvent
from triage.domain.home import Home
from triage.domain.refire import Refire
from triage.domain.signal import Signal

GROUP = "/aws/lambda/orders"
TEXT = 'ERROR order 4711 not stored: password authentication failed for user "shop"'
ALARM = re.compile(r"(?i)\balarms?\b")


def the_signal(group: str = GROUP, home: Home = HOME, stream: str = "2026/11/21/[$LATEST]3f9a") -> Signal:
    return signal_of(TEXT, TEXT.replace("4711", "4712"), group=group, stream=stream, home=home)


def opened(url: str) -> str:
    """An address of the CloudWatch console as its own parts are read: ``$`` stands for the percent sign."""
    return unquote(unquote(url.replace("$", "%")))


def test_the_facts_are_those_of_the_error_and_no_state() -> None:
    rows = {row.label: row.value for row in outline.signal_facts(the_signal())}

    assert rows["Error"] == TEXT
    assert rows["Log group"] == GROUP
    assert rows["Handed over"].startswith("2 lines, the last at 2026-11-21 03:00:00")
    assert not {"Alarm", "State", "Metric", "Reason"} & set(rows)


def test_the_subject_names_the_group_once() -> None:
    headline = f'password authentication failed for user "shop" in {GROUP}, 214 times since 02:13 UTC'
    investigation = an_investigation(signal=the_signal(), report=a_report(headline=headline))

    assert report_subject(investigation) == (
        f'[CRITICAL] {GROUP}: password authentication failed for user "shop", 214 times since...'
    )


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
    ],
)
def test_the_first_link_shows_its_lines_in_the_right_partition_and_region(
    partition: str, region: str, host: str
) -> None:
    signal = the_signal(home=Home(partition, "123456789012", region))
    lines, stream, *others = links_for(an_investigation(signal=signal)).places

    assert lines.url.startswith(
        f"https://{host}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/$252F"
    )
    assert f"log-group/{GROUP}/log-events?start=" in opened(lines.url)
    assert '&filterPattern="not stored: password authentication failed for user"' in opened(lines.url)
    assert "/log-events/2026/11/21/[$LATEST]3f9a?start=" in opened(stream.url.replace("$2524", "%2524"))
    assert not any("alarmsV2" in link.url for link in (lines, stream, *others))


def test_text_that_looks_like_a_secret_is_in_no_address() -> None:
    signal = signal_of(
        "ERROR login with password: hunter2hunter2 refused by the directory of the branch", group="/x"
    )
    log = signal.log
    assert log is not None
    odd = replace(signal, log=replace(log, template="key AKIAIOSFODNN7EXAMPLE", sample="key AKIAIOSFODNN7EXAMPLE"))

    (lines, *_) = links_for(an_investigation(signal=odd)).places

    assert lines.label == "Lines of /x since this error"
    assert "AKIA" not in lines.url


def test_an_unknown_partition_has_no_link() -> None:
    assert signal_link(the_signal(home=Home("aws-iso", "123456789012", "us-iso-east-1"))) is None


@pytest.mark.parametrize(
    ("looked_at", "path"),
    [
        ("lambda orders", "/lambda/home?region=us-east-2#/functions/orders?tab=monitoring"),
        ("ecs shop/delivery", "/ecs/v2/clusters/shop/services/delivery/health?region=us-east-2"),
        ("rds shop-db", "/rds/home?region=us-east-2#database:id=shop-db;is-cluster=false"),
    ],
)
def test_what_writes_the_log_has_a_link_beside_it(looked_at: str, path: str) -> None:
    found = an_evidence(code="configuration()", output=f"asked: resource: {looked_at}\nstatus: ACTIVE")
    investigation = an_investigation(signal=the_signal("/prod/shop"), evidence=(found,))

    assert any(link.url.endswith(path) for link in links_for(investigation).places)


def test_a_resource_nobody_found_has_no_link() -> None:
    investigation = an_investigation(signal=the_signal("/prod/shop"))

    labels = [link.label for link in links_for(investigation).places]
    assert labels[:2] == ["Lines of this error in /prod/shop", "Log stream around its first line"]
    assert len(labels) == 4


def test_a_report_in_every_form_speaks_of_no_alarm() -> None:
    report = a_report(summary="It fails.", monitoring=(), headline="login rejected")
    investigation = an_investigation(signal=the_signal(), report=report, evidence=())
    links = links_for(investigation)
    forms = (
        text.email(investigation, links).body,
        slack.report(investigation, links).body,
        mail.report(investigation, links).html,
        html.render(investigation, links),
        markdown_report.render(investigation, links),
    )

    shown = [re.sub(r"(?s)<style>.*?</style>|id=\"alarm\"", "", form) for form in forms]
    assert [ALARM.findall(form) for form in shown] == [[]] * len(forms)


REPORTED = Claim(
    "fp",
    "20261121T030205Z-0123456789",
    ClaimState.DONE,
    the_signal().occurred_at,
    the_signal().occurred_at,
    started_at=the_signal().occurred_at,
    finished_at=the_signal().occurred_at,
    refires=5,
)


def test_notices_speak_of_the_log() -> None:
    later = replace(the_signal(), occurred_at=the_signal().occurred_at + timedelta(minutes=28))
    again = text.notice(fired_again(later, Refire.of(REPORTED, later.occurred_at), None))
    failed = text.notice(could_not_investigate(the_signal(), "every attempt failed"))
    odd = text.notice(malformed_event(MalformedEvent("the batch is not Base64", ("awslogs",))))

    assert again.subject.startswith(f"[LOGGED AGAIN] {GROUP}: ")
    assert "was logged again: 6th time" in again.body.replace("\n", " ")
    assert "This error comes often" in again.body
    assert "please look at the log yourself" in failed.body.replace("\n", " ")
    assert odd.subject == "[NOTICE] log lines not understood: they were not investigated"
    for message in (again, failed, odd):
        assert ALARM.findall(message.subject + message.body) == []
        assert "logsV2" in message.body or message is odd


def errors_in_logs() -> tuple[Signal, Signal]:
    return the_signal(), signal_of("ERROR cart is empty", group="/prod/shop")


def test_a_digest_of_errors_speaks_of_errors() -> None:
    entries = tuple(replace(an_entry(), signal=each) for each in errors_in_logs())
    report = a_digest(entries)
    message = email(report, None)
    flat = " ".join(message.body.split())

    assert message.subject == "[DIGEST] 2 errors in logs: not investigated one by one"
    assert flat.startswith("2 errors in logs came 2 times") or "2 errors in logs came and were" in flat
    assert "start with those that came most often" in flat
    assert ALARM.findall(message.subject + flat + markdown(report)) == []
    assert json.loads(json_document(report))


def test_a_digest_of_both_says_so_and_knows_states_of_alarms_only() -> None:
    entries = (an_entry(), replace(an_entry(), signal=the_signal()))
    report = a_digest(entries)
    states = {("123456789012", "us-east-2", "prod-orders-errors"): "ALARM"}
    looked = replace(report, now=replace(report.now, at=MADE_AT, states=states))

    flat = " ".join(email(looked, None).body.split())

    assert "2 alarms and errors in logs came" in flat
    assert "1 in ALARM, as of" in flat
    assert "not known" not in flat


def test_an_alarm_is_spoken_of_as_before() -> None:
    assert text.notice(could_not_investigate(a_signal(), "x")).body.startswith(
        "lambda-high-error-rate fired, and it"
    )
