"""Space-delimited patterns and regular expressions, with the user guide's own examples."""

from __future__ import annotations

import pytest

from local_aws.logs.patterns import InvalidPatternError, compile_pattern

ACCESS = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]", True),
        ("[ip, user, username, timestamp, request =*.html*, status_code = 5*, bytes]", False),
        ("[..., request =*.html*, status_code = 4*, bytes]", True),
        ("[..., status_code = 404 || status_code = 410, bytes]", True),
        ("[..., status_code = 403 || status_code = 410, bytes]", False),
        ("[ip, server, username, timestamp, request, status_code, bytes > 1000]", True),
        ("[ip, server, username, timestamp, request, status_code, bytes > 2000]", False),
        ("[ip, user = Prod, ...]", True),
        ("[ip, user != Prod, ...]", False),
        ("[ip, ..., bytes = 1534]", True),
        ("[ip=%127\\.0\\.0\\.[1-9]%, ...]", True),
        ("[ip=%^10\\.%, ...]", False),
        ("[a, b, c, d, e, f, g, h]", False),
        ("[a, b, c, d, e, f, g, ...]", True),
        ('[..., request = "GET /index.html HTTP/1.0", status, bytes]', True),
    ],
)
def test_given_the_access_log_of_the_guide_then_fields_are_found_by_their_place(
    pattern: str, expected: bool
) -> None:
    assert compile_pattern(pattern).matches(ACCESS) == expected


def test_given_a_match_then_brackets_and_quotes_delimit_one_field_each() -> None:
    pattern = compile_pattern("[ip, user, username, timestamp, request, status_code, bytes]")
    assert pattern.extracted(ACCESS) == {
        "$ip": "127.0.0.1",
        "$user": "Prod",
        "$username": "frank",
        "$timestamp": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$status_code": "404",
        "$bytes": "1534",
    }


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[w1=ERROR, w2]", [True, False, False]),
        ("[w1=ERROR || W1=WARNING, w2]", [True, True, False]),
        ("[w1!=ERROR && w1!=WARNING, w2]", [False, False, True]),
        ("[w1, w2=*disk*]", [False, True, False]),
    ],
)
def test_given_fewer_fields_than_words_then_the_last_field_takes_the_rest(
    pattern: str, expected: list[bool]
) -> None:
    lines = ["ERROR cannot read order", "WARNING low disk space", "INFO all is well"]
    assert [compile_pattern(pattern).matches(line) for line in lines] == expected


def test_given_a_tag_in_brackets_then_it_is_a_space_delimited_pattern_as_on_aws() -> None:
    assert compile_pattern("[ERROR]").matches("INFO any line has a first field")


@pytest.mark.parametrize(
    "pattern",
    [
        "[a, b",
        "[]",
        "[a,,b]",
        "[..., a, ...]",
        "[a b]",
        "[a = ]",
        "[a > x]",
        "[a = 1 && b = 2]",
        "[a = %x%, b = %y%, c = %z%]",
        '[a = "x]',
    ],
)
def test_given_a_broken_pattern_then_it_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "message", "expected"),
    [
        ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("%^UNAUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", False),
        ("%colou?r%", "the color", True),
        ("%gray|grey%", "a grey day", True),
        ("%10\\.10\\.0\\.1%", "from 10.10.0.1", True),
        ("%10\\.10\\.0\\.1%", "from 10x10x0x1", False),
        ("%[a-c]{3}$%", "xabc", True),
        ("%\\d{3}\\sms%", "took 250 ms", True),
        ("%\\x28call\\x29%", "(call)", True),
    ],
)
def test_given_a_regular_expression_then_it_is_found_anywhere(pattern: str, message: str, expected: bool) -> None:
    assert compile_pattern(pattern).matches(message) == expected


@pytest.mark.parametrize("pattern", ["%something!%", "%(a)%", "%é%", "%a b%", "%[%", "%a", "%%", "%a% b", "%\\b%"])
def test_given_what_filter_patterns_do_not_support_then_it_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPatternError):
        compile_pattern(pattern)
