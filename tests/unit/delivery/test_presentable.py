"""Text is made fit to leave in one place: no secret, nothing hidden, nothing to click."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_chart, a_mark, a_report, a_signal, an_evidence, an_investigation
from tests.golden.incidents import INCIDENTS
from triage.delivery.presentable import clean, defang, is_defanged, presentable, readable
from triage.domain.chart import MarkKind

SECRET = "AKIAIOSFODNN7EXAMPLE"


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for one in fields(value) for text in _texts(getattr(value, one.name))]
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in _texts(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return []


def test_the_hostile_incident_holds_what_is_to_be_removed() -> None:
    texts = "\n".join(_texts(INCIDENTS["hostile_text"]))
    assert SECRET in texts
    assert "\u202e" in texts
    assert "https://evil.example" in texts


def test_no_text_of_an_investigation_keeps_a_secret_or_an_invisible_character() -> None:
    texts = "\n".join(_texts(presentable(INCIDENTS["hostile_text"])))
    assert SECRET not in texts
    assert "hunter2" not in texts
    assert "\u202e" not in texts
    assert "\u200b" not in texts


def test_a_secret_known_by_its_field_is_removed_from_the_reason_data() -> None:
    signal = a_signal(reason_data={"password": "blue", "outer": [{"Name": "API_TOKEN", "Value": "green"}]})
    shown = presentable(an_investigation(signal=signal)).signal.reason_data
    assert "blue" not in str(shown)
    assert "green" not in str(shown)


def test_an_investigation_without_anything_to_hide_stays_as_it_is() -> None:
    investigation = an_investigation()
    assert vars(presentable(investigation)) == vars(investigation)
    assert vars(readable(investigation)) == vars(investigation)


def test_a_chart_keeps_its_times_and_numbers_and_loses_what_its_texts_hide() -> None:
    label = f"PutSecretValue {SECRET} by ci\u202e https://evil.example"
    chart = a_chart(values=(0.0, None, 4.5), band=(1.0, None), marks=(a_mark(-3, MarkKind.DEPLOYMENT, label),))
    shown = readable(an_investigation(chart=chart)).chart
    assert shown is not None
    assert shown.marks[0].label == (
        "PutSecretValue [redacted:aws-access-key] by ci⟨U+202E⟩ hxxps://evil[.]example"
    )
    assert replace(shown, marks=chart.marks) == chart
    assert (shown.marks[0].at, shown.marks[0].kind) == (chart.marks[0].at, MarkKind.DEPLOYMENT)


def test_what_is_clean_already_is_not_cleaned_again() -> None:
    shown = readable(INCIDENTS["hostile_text"])
    assert readable(shown) is shown
    assert presentable(shown) is shown


def test_enumerations_times_and_numbers_survive_cleaning() -> None:
    investigation = INCIDENTS["hostile_text"]
    shown = readable(investigation)
    assert shown.report.severity is investigation.report.severity
    assert shown.signal.occurred_at == investigation.signal.occurred_at
    assert shown.usage == investigation.usage


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://evil.example/a?b=c", "hxxps://evil[.]example/a?b=c"),
        ("HTTP://EVIL.example", "HxxP://EVIL[.]example"),
        ("see http://10.0.0.1:8080/x.", "see hxxp://10[.]0[.]0[.]1:8080/x."),
        ("ftp://evil.example/x", "ftp[:]//evil[.]example/x"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("mailto:me@evil.example", "mailto[:]me@evil.example"),
        ("data:text/html,x", "data[:]text/html,x"),
        ("tel:+4930123456", "tel[:]+4930123456"),
        ("slack://channel?id=C1", "slack[:]//channel?id=C1"),
        ("smb://evil.example/share", "smb[:]//evil.example/share"),
        ("view-source:x", "view-source[:]x"),
        ("evil\u3002com", "evil[.]com"),
        ("www.evil.com", "www[.]evil[.]com"),
        ("go to evil-login.com now", "go to evil-login[.]com now"),
        ("go to evil-login.com.", "go to evil-login[.]com."),
        ("evil.zone/reset", "evil[.]zone/reset"),
        ("https://amazonaws.com@evil.example/", "hxxps://amazonaws[.]com@evil[.]example/"),
        ("https://amazonaws.com.evil.example/", "hxxps://amazonaws[.]com[.]evil[.]example/"),
        ("https://evilamazonaws.com/", "hxxps://evilamazonaws[.]com/"),
        ("https://abc.lambda-url.us-east-1.on.aws/", "hxxps://abc[.]lambda-url[.]us-east-1[.]on[.]aws/"),
        (
            "https://x.execute-api.us-east-1.amazonaws.com/p",
            "hxxps://x[.]execute-api[.]us-east-1[.]amazonaws[.]com/p",
        ),
        ("https://bucket.s3.amazonaws.com/x", "hxxps://bucket[.]s3[.]amazonaws[.]com/x"),
        ("https://s3.amazonaws.com/bucket", "hxxps://s3[.]amazonaws[.]com/bucket"),
        ("_http://evil.example", "_hxxp://evil[.]example"),
        ("a." * 40 + "evil.com", "a[.]" * 40 + "evil[.]com"),
    ],
)
def test_an_address_nobody_vouches_for_is_no_link_any_more(address: str, shown: str) -> None:
    assert defang(address) == shown
    assert is_defanged(shown) or ":]" in shown


@pytest.mark.parametrize(
    "text",
    [
        "https://sqs.us-east-2.amazonaws.com/123456789012/orders",
        "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders",
        "https://console.aws.amazon.com/cloudwatch/home",
        "lambda.amazonaws.com may assume the role",
        "arn:aws:lambda:us-east-2:123456789012:function:prod-api",
        "dynamodb:GetItem on arn:aws:dynamodb:us-east-2:123456789012:table/UserData",
        'File "/var/task/app.py", line 3, in handler',
        "java.net.SocketTimeoutException: connect timed out at java.io.Reader",
        "boto3.client('logs') and os.environ",
        "version 3.11.4, 99.9 %, 10.0.0.1",
        '{"data":"x","file":"y"}',
        "us.amazon.nova-premier-v1:0",
        "hotel: 12 rooms, intent: buy, data: none",
        "s3://orders-bucket/exports/part-0000.parquet",
        "終了しました。再試行します。",
    ],
)
def test_names_of_aws_and_code_stay_readable_and_pasteable(text: str) -> None:
    assert defang(text) == text
    assert not is_defanged(text)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(st.text(alphabet=st.sampled_from("ahtpsw:/.com@-_[] \n"), max_size=60))
def test_whatever_surrounds_it_no_web_address_survives(text: str) -> None:
    assert "http://evil.example" not in defang(f"{text}http://evil.example{text}")


@pytest.mark.parametrize("unit", ["a.", "a-", "http://", "https://a.", "www.", "evil.com/", "a", "@", "data:x"])
def test_a_million_hostile_characters_are_read_in_one_pass(unit: str) -> None:
    # Were the time quadratic in the length, this would take hours and not a fraction of a second.
    text = unit * (1_000_000 // len(unit))
    assert defang(text).replace("[.]", ".").replace("[:]", ":").replace("hxxp", "http") == text


def test_evidence_is_cleaned_like_everything_else() -> None:
    evidence = an_evidence(output=f"key {SECRET} at https://evil.example")
    shown = readable(an_investigation(evidence=(evidence,), report=a_report())).evidence[0]
    assert shown.output == "key [redacted:aws-access-key] at hxxps://evil[.]example"
