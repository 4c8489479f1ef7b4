"""What a claim states and what evidence states, as people, AWS and models write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import an_evidence
from triage.agent.grounding.reading.cited import CitedText, EvidenceText
from triage.agent.grounding.reading.identifiers import is_name, states
from triage.agent.grounding.reading.statements import stated_in


def shows(evidence: str, claim: str) -> bool:
    """Whether the evidence shows everything that the claim states, and the claim states something."""
    cited = CitedText([EvidenceText(an_evidence(output=evidence, code=""))])
    stated = stated_in(claim)
    assert stated.times or stated.numbers or stated.names or stated.words
    return (
        all(map(cited.shows_time, stated.times))
        and all(map(cited.shows_number, stated.numbers))
        and all(map(cited.shows_name, stated.names))
        and all(map(cited.shows_words, stated.words))
    )


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("2026-11-21T03:02:10.120Z", "at 03:02 UTC"),
        ("2026-11-21T03:02:10.120Z", "at 03:02:10"),
        ("2026-11-21T03:02:10+00:00", "on 21 November 2026 at 03:02"),
        ("2026-11-21T04:02:10+01:00", "at 03:02 UTC"),
        ("2026-11-21T04:02:10+0100", "2026-11-21 03:02:10 UTC"),
        ("[47.0 (21/11/26 03:01:00)]", "2026-11-21T03:01Z"),
        ('{"LastModified": 1795230120.5}', "2026-11-21T03:02:00Z"),
        ('{"timestamp": 1795230120000}', "on Nov 21"),
        ("21 Nov 2026 03:02", "2026-11-21"),
        ("from 02:58:10 to 03:05:00", "between 02:58-03:05 UTC"),
        ("03:02:50", "around 03:04"),
    ],
)
def test_a_time_is_the_same_in_every_form(evidence: str, claim: str) -> None:
    assert shows(evidence, claim)


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("2026-11-21T03:02:10Z", "at 03:03 UTC"),
        ("2026-11-21T03:02:10Z", "at 03:02:11"),
        ("2026-11-21T03:02:10Z", "2026-11-20 03:02"),
        ("2026-11-21T04:02:10+01:00", "at 04:02 UTC"),
        ("2026-11-21T03:02:10Z", "on 22 November"),
        ("took 03 of 02 parts", "at 03:02"),
        ("03:02:50", "around 03:14"),
    ],
)
def test_another_time_is_not(evidence: str, claim: str) -> None:
    assert not shows(evidence, claim)


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("47 times", "47 errors"),
        ("[47.0, 31.0]", "31 to 47"),
        ("1234567", "1,234,567 requests"),
        ("1,234,567", "1.2 million requests"),
        ("12,046 sent", "12k messages"),
        ('"Timeout":15', "15 s"),
        ("Duration: 2984.12 ms", "3 s"),
        ("Duration: 2984.12 ms", "2.98 seconds"),
        ('"VisibilityTimeout": 5400', "90 minutes"),
        ("size=268435456", "256 MB"),
        ("size=268435456", "268 MB"),
        ("128 MB Max Memory Used: 128 MB", "128 of 128 MB"),
        ("SuccessPercent 99.5", "99.5 %"),
        ("errorRate: 0.0612", "6.1 %"),
        ("88.4 %", "88.4 percent"),
        ("47 times", "about 50"),
        ("47 times", "over 40"),
        ("47 times", "fewer than 50"),
        ("status=502", "502s"),
        ("function:orders:14", "version 14"),
        ("python3.13", "Python 3.13"),
        ("none found", "0 errors"),
        ("5-minute periods", "5-minute"),
        ("from 10:58:33 on, 339 seconds", "5 minutes 39 seconds"),
    ],
)
def test_a_number_is_the_same_in_every_form(evidence: str, claim: str) -> None:
    assert shows(evidence, claim)


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("47 times", "48 errors"),
        ("at 03:47:12", "47 errors"),
        ("db-47 and orders.47.x", "47 errors"),
        ("10.0.47.3", "47 errors"),
        ("took 47 ms", "47 errors"),
        ("took 47 ms", "47 s"),
        ("Duration: 2984.12 ms", "4 s"),
        ("Duration: 2984.12 ms", "2.97 s"),
        ("size=268435456", "512 MB"),
        ("errorRate: 0.0612", "7.1 %"),
        ("47 times", "about 90"),
        ("47 times", "over 80"),
        ("function:orders:14", "version 15"),
        ("python3.13", "Python 3.12"),
        ("found 3", "0 errors"),
        ("1,200", "2,100"),
    ],
)
def test_another_number_is_not(evidence: str, claim: str) -> None:
    assert not shows(evidence, claim)


@pytest.mark.parametrize(
    "word",
    [
        "prod-api-handler",
        "order_writer",
        "i-0a1b2c3d4e5f60718",
        "UserData",
        "dynamodb:GetItem",
        "10.0.3.17",
        "api.orchard.example",
        "/aws/lambda/charge-card",
        "arn:aws:iam::123456789012:role/x",
        "ECONNREFUSED",
        "AWSLambdaBasicExecutionRole",
        "v14",
        "python3.13",
        "2026.11.3",
        "States.TaskFailed",
    ],
)
def test_words_of_this_form_are_names(word: str) -> None:
    assert is_name(word)


@pytest.mark.parametrize(
    "word",
    [
        "read-only",
        "end-to-end",
        "rate-limited",
        "cold-start",
        "time-out",
        "non-zero",
        "region-wide",
        "CloudWatch",
        "DynamoDB",
        "S3",
        "e.g",
        "CPU/memory",
        "3rd",
        "E12",
        "payments",
        "TIMEOUT",
    ],
)
def test_words_of_english_and_of_the_trade_are_not(word: str) -> None:
    assert not is_name(word)


@pytest.mark.parametrize(
    ("text", "name", "is_stated"),
    [
        ("calling the GetItem operation of DynamoDB", "dynamodb:GetItem", True),
        ("calling the PutItem operation", "dynamodb:GetItem", False),
        ("the BatchGetItem operation", "GetItem", False),
        ("AccessDeniedException: no", "AccessDenied", True),
        ("DeleteRolePolicy of x", "DeleteRole", False),
        ("UpdateFunctionCode20150331v2", "UpdateFunctionCode", True),
        ("orders-archive is full", "orders", False),
        ("db-12 is full", "db-1", False),
        ("prod-db-1 is full", "db-1", False),
        ("db-1.abc.rds.amazonaws.com", "db-1", True),
        ("role order-role of 123456789012", "arn:aws:iam::123456789012:role/order-role", True),
        ("role order-role of 123456789012", "arn:aws:iam::999999999999:role/order-role", False),
        ("role order-role of 123456789012", "arn:aws:iam::123456789012:role/admin-role", False),
        ("FunctionName charge-card", "/aws/lambda/charge-card", True),
        ("FunctionName charge-card", "/aws/lambda/charge-cart", False),
        ("3 x KeyError", "KeyErrors", True),
    ],
)
def test_a_name_is_stated_as_a_whole_or_in_all_its_parts(text: str, name: str, is_stated: bool) -> None:
    assert states(text.casefold(), name) is is_stated


def test_ids_of_evidence_state_nothing() -> None:
    stated = stated_in("As E2, E3 and E14 show, it fails.")

    assert (stated.times, stated.numbers, stated.names, stated.words) == ((), (), (), ())


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    stated = stated_in(text)
    cited = CitedText([EvidenceText(an_evidence(output=text))])

    for number in stated.numbers:
        cited.shows_number(number)
    for time in stated.times:
        cited.shows_time(time)
