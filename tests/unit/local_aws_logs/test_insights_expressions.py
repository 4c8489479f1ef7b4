"""Expressions of Logs Insights: operators, functions and what missing fields do."""

from __future__ import annotations

import pytest

from tests.unit.local_aws_logs.queries import events, rows

EVENT = {
    "status": 404,
    "code": "404",
    "name": "  Ünïcode  ",
    "path": "/api/v2/orders",
    "empty": "",
    "blank": "   ",
    "ms": 12.5,
    "ip": "192.0.2.7",
    "v6": "2001:db8::1",
    "cold": True,
    "nothing": None,
    "foo-bar": 7,
    "big": 1e300,
}


def value(expression: str) -> str | None:
    """What an expression shows for the one event."""
    return rows(f"fields {expression} as shown", events(EVENT))[0].get("shown")


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("status + 1", "405"),
        ("code + 1", "405"),
        ("status - 4 - 400", "0"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("2 ^ 3", "8"),
        ("10 % 3", "1"),
        ("status / 3", "134.6667"),
        ("1 / 0", None),
        ("-ms", "-12.5"),
        ("big * big", None),
        ("path + 1", None),
        ("absent + 1", None),
        ("abs(-3)", "3"),
        ("ceil(ms)", "13"),
        ("floor(ms)", "12"),
        ("greatest(1, ms, 3)", "12.5"),
        ("least(1, ms, 3)", "1"),
        ("log(1)", "0"),
        ("log(-1)", None),
        ("sqrt(16)", "4"),
        ("mod(10, 4)", "2"),
        ("`foo-bar`", "7"),
        ("cold", "1"),
        ("nothing", None),
    ],
)
def test_given_numbers_then_arithmetic_is_that_of_the_guide(expression: str, shown: str | None) -> None:
    assert value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("strlen(trim(name))", "7"),
        ("toupper(path)", "/API/V2/ORDERS"),
        ("tolower('ABC')", "abc"),
        ("concat(path, '?', status)", "/api/v2/orders?404"),
        ("replace(path, 'orders', 'carts')", "/api/v2/carts"),
        ("replace(path, '', 'x')", "/api/v2/orders"),
        ("strcontains(path, 'v2')", "1"),
        ("strcontains(absent, 'v2')", "0"),
        ('substr("xyZfooxyZ", 3, 3)', "foo"),
        ("substr(path, 5)", "v2/orders"),
        ('ltrim("xyZxyfooxyZ", "xyZ")', "fooxyZ"),
        ('rtrim("xyZfooxyxyZ", "xyZ")', "xyZfoo"),
        ('trim("xyZxyfooxyxyZ", "xyZ")', "foo"),
        ("isempty(empty)", "1"),
        ("isempty(absent)", "1"),
        ("isempty(blank)", "0"),
        ("isblank(blank)", "1"),
        ("isblank(path)", "0"),
        ("coalesce(absent, nothing, path)", "/api/v2/orders"),
        ("ispresent(path)", "1"),
        ("isPresent(nothing)", "0"),
        ("isValidIp(ip)", "1"),
        ("isValidIpV6(ip)", "0"),
        ("isValidIpV4(path)", "0"),
        ('isIpv4InSubnet(ip, "192.0.2.0/24")', "1"),
        ('isIpv4InSubnet(ip, "192.0.3.0/24")', "0"),
        ('isIpInSubnet(v6, "2001:db8::/32")', "1"),
        ('isIpv6InSubnet(ip, "192.0.2.0/24")', "0"),
        ("'it\\'s'", "it's"),
    ],
)
def test_given_texts_then_functions_are_those_of_the_guide(expression: str, shown: str | None) -> None:
    assert value(expression) == shown


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("@timestamp", "2023-11-15 12:00:00.000"),
        ("toMillis(@timestamp)", "1700049600000"),
        ("fromMillis(1700049661234)", "2023-11-15 12:01:01.234"),
        ("bin(1h)", "2023-11-15 12:00:00.000"),
        ("datefloor(fromMillis(1700049661234), 1m)", "2023-11-15 12:01:00.000"),
        ("dateceil(fromMillis(1700049661234), 30s)", "2023-11-15 12:01:30.000"),
        ("dateceil(@timestamp, 1hr)", "2023-11-15 12:00:00.000"),
        ("datefloor(@timestamp, 1d)", "2023-11-15 00:00:00.000"),
        ("datefloor(absent, 1d)", None),
        ("now()", "1700050000"),
        ("@ingestionTime", "2023-11-15 12:00:00.250"),
    ],
)
def test_given_times_then_they_are_cut_and_shown_in_utc(expression: str, shown: str | None) -> None:
    assert value(expression) == shown


@pytest.mark.parametrize(
    "condition",
    [
        "status = 404",
        'status = "404"',
        "code = 404",
        "status != 500",
        "absent != 500",
        "status >= 404 and status <= 404 and status > 403 and status < 405",
        "path < 'b' and not path > 'b'",
        "status in [300, 404]",
        'code in ["404"]',
        'status not in ["foo", 1]',
        "absent not in [404]",
        'path like "v2"',
        "path like /v\\d/",
        "path =~ /^\\/api/",
        "path not like /(?i)V3/",
        "path like /(?i)ORDERS$/",
        "absent not like /x/",
        "status like /4\\d\\d/",
        "not (status = 500 or status = 404 and cold = 0)",
        "NOT status = 500 AND cold",
        "ispresent(status) and not ispresent(absent)",
        "strcontains(path, 'api')",
        "@timestamp >= 1700049600000",
        "toMillis(@timestamp) = 1700049600000",
    ],
)
def test_given_a_condition_that_holds_then_the_event_is_kept(condition: str) -> None:
    assert len(rows(f"filter {condition}", events(EVENT))) == 1
    assert rows(f"filter not ({condition})", events(EVENT)) == []


@pytest.mark.parametrize(
    "condition", ["absent = 1", "absent > 1", "absent like /x/", "absent in ['']", "empty", "absent", "path > 3"]
)
def test_given_a_condition_on_what_is_not_there_then_it_does_not_hold(condition: str) -> None:
    assert rows(f"filter {condition}", events(EVENT)) == []
