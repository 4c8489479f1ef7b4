"""Subjects within the rules of SNS, whatever an alarm is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_report, a_signal, an_investigation
from triage.delivery.presentable import readable
from triage.delivery.subject import MAX_SUBJECT, report_subject, subject
from triage.domain.report import Origin, Severity


def _subject(**overrides: object) -> str:
    return report_subject(readable(an_investigation(**overrides)))


def _obeys_sns(text: str) -> bool:
    return (
        0 < len(text) < 100
        and all(" " <= character <= "~" for character in text)
        and not text[0].isspace()
        and text == text.strip()
    )


@given(st.text(max_size=400), st.text(max_size=400), st.sampled_from(Severity), st.sampled_from(Origin))
def test_any_name_and_headline_give_a_subject_that_sns_takes(
    name: str, headline: str, severity: Severity, origin: Origin
) -> None:
    report = a_report(headline=headline, severity=severity, origin=origin)
    assert _obeys_sns(_subject(signal=a_signal(name=name, subject="arn"), report=report))


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_gives_a_notice_subject_that_sns_takes(name: str, headline: str) -> None:
    assert _obeys_sns(subject("[NOT INVESTIGATED]", name, headline))


def test_severity_alarm_and_headline_are_in_it() -> None:
    report = a_report(headline="orders is 9 minutes behind", severity=Severity.HIGH)
    assert _subject(signal=a_signal(name="orders-age"), report=report) == (
        "[HIGH] orders-age: orders is 9 minutes behind"
    )


def test_a_report_without_a_model_says_so() -> None:
    assert _subject(report=a_report(origin=Origin.FIRST_LOOK)).startswith("[CRITICAL, first look] ")


def test_a_long_headline_is_cut_between_words() -> None:
    text = _subject(report=a_report(headline="word " * 60))
    assert text.endswith(" word...")


def test_a_name_of_255_characters_leaves_room_for_the_headline() -> None:
    text = _subject(signal=a_signal(name="n" * 255), report=a_report(headline="the table is throttled"))
    assert text == f"[CRITICAL] {'n' * 42}...: the table is throttled"


def test_accents_and_typographic_quotes_become_plain() -> None:
    text = _subject(signal=a_signal(name="café “latte” \u2013 süß"), report=a_report(headline="Überlast"))
    assert text == '[CRITICAL] cafe "latte" - su?: Uberlast'


def test_a_name_without_ascii_is_replaced_by_where_the_alarm_is() -> None:
    text = _subject(signal=a_signal(name="订单服务", subject="arn"), report=a_report(headline="队列积压"))
    assert text == "[CRITICAL] alarm in 123456789012 us-east-2: permission denied"


@pytest.mark.parametrize("length", range(70, 100))
def test_the_name_of_a_hidden_character_is_never_cut_in_half(length: int) -> None:
    text = _subject(signal=a_signal(name="x"), report=a_report(headline="y" * (length - 14) + "\u202e" * 9))
    assert text.replace("<U+202E>", "").count("<") == 0
    assert len(text) <= MAX_SUBJECT


def test_line_breaks_in_a_name_cannot_add_a_header() -> None:
    text = _subject(signal=a_signal(name="a\r\nBcc: everyone@evil.example", subject="arn"))
    assert "\n" not in text
    assert "\r" not in text
