"""Queries that are refused: each error names the part, and no text gives anything but rows or one clear error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.logs.insights.errors import QueryError
from local_aws.logs.insights.query import parse
from tests.unit.local_aws_logs.queries import NOW, events, rows


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("", "unexpected the end of the query"),
        ("fields @message |", "unexpected the end of the query"),
        ("fields @timestamp | count()", "unexpected 'count', expecting one of the commands"),
        ("fields @message | filter level == 'ERROR'", r"unexpected '='.*line 1, position 33"),
        ("fields a\n| filter b =", "line 2, position 13"),
        ("filter @message like ERROR", "a regular expression such as /text/"),
        ("filter @message like 'a' or 'b'", "'b' is no condition"),
        ("filter @message like /(/", "not valid"),
        ("filter @message like /[[:alpha:]]/", "not valid"),
        ("filter level in ('a', 'b')", r"unexpected '\('"),
        ("filter cold = true", "bare word true"),
        ("filter @timestamp > '2023-11-15'", "milliseconds since the epoch"),
        ("filter count(*) > 1", "stands in stats only"),
        ("fields jsonParse(@message) as j", r"does not know the function 'jsonParse\(@message\)'"),
        ("fields strlen()", "takes 1 arguments, not 0"),
        ("fields bin(5)", "takes a period of time such as 5m"),
        ("fields bin(1w)", "does not cut time by '1w'"),
        ("fields bin(5x)", "no period of time"),
        ("fields 5m", "a period of time stands where a value is expected"),
        ("stats avg(ms), level", "'level' in stats is neither aggregated nor grouped by"),
        ("stats level by level", None),
        ("stats 1 + 1", "holds no aggregation function"),
        ("stats sum(count(*))", "stands in stats only"),
        ("stats pct(ms)", "takes 2 arguments, not 1"),
        ("stats pct(ms, 101)", "from 0 to 100"),
        ("stats sum(*)", r"\* stands where a value is expected"),
        ("limit 0", "between 1 and 100000"),
        ("limit many", "a number"),
        ("parse @message 'a*b*' as x", "2 wildcards for 1 names"),
        ("parse @message /a(b)/", "groups all have names"),
        ("parse @message logfmt as lf", "logfmt"),
        ("fields a as x | fields b as x", "'x' is already defined"),
        ("dedup user | sort user", "'limit', the only command that may follow dedup"),
        ("fields a b", "unexpected 'b'"),
        ("fields a ; b", "unexpected ';'"),
        ("fields " + "(" * 500 + "a" + ")" * 500, "too many expressions within each other"),
        *(
            (f"fields @message | {command} @message", command)
            for command in ("pattern", "diff", "unnest", "SOURCE")
        ),
        ("SOURCE logGroups(namePrefix: ['/a']) | fields x", "SOURCE"),
    ],
)
def test_given_what_is_not_evaluated_then_the_error_names_it(query: str, named: str | None) -> None:
    if named is None:
        assert rows(query, events({"level": "a"})) == [{"level": "a"}]
        return
    with pytest.raises(QueryError, match=named):
        parse(query, NOW)


WORDS = """
    fields filter stats parse sort limit display dedup by as in like not and or desc # | , ( ) [ ] = != < > =~
    + - * / % ^ @message @timestamp a b.0.c `x-y` 'text' "*" /re(?<n>x)/ 5m 3 1.5 count(*) avg(a) bin(5m) strlen(a)
"""
PIECES = st.sampled_from(WORDS.split())
FOUND = events("plain text", {"a": 3, "b": [{"c": "x"}]}, {"a": "b"}, "[1, 2]")


def _answered(query: str) -> bool:
    try:
        parse(query, NOW).run(FOUND)
    except QueryError as error:
        return bool(str(error))
    return True


@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_given_any_words_of_the_language_then_rows_or_one_clear_error(query: str) -> None:
    assert _answered(query)


@given(st.text(max_size=60))
def test_given_any_text_then_rows_or_one_clear_error(query: str) -> None:
    assert _answered(query)
