"""Commands of Logs Insights, one after the other: what is shown, kept, ordered and cut."""

from __future__ import annotations

import pytest

from tests.unit.local_aws_logs.queries import column, events, result, rows

GUIDE_LINE = "25 May 2019 10:24:39,474 [ERROR] {foo=2, bar=data} The error was: DataIntegrityException"
PURCHASES = events(
    {"user": "ann", "item": "book", "n": 2},
    {"user": "bob", "item": "pen", "n": 10},
    {"user": "ann", "item": "ink", "n": 1},
    {"item": "gift", "n": 3},
)


def test_given_no_fields_then_time_and_message_are_shown_newest_first_with_a_pointer() -> None:
    shown = result("filter n > 1", PURCHASES).rows
    assert [[name for name, _ in row] for row in shown] == [["@timestamp", "@message", "@ptr"]] * 3
    assert [dict(row)["@timestamp"][11:16] for row in shown] == ["12:03", "12:01", "12:00"]


def test_given_several_fields_commands_then_all_their_columns_are_shown_and_missing_values_left_out() -> None:
    assert rows("fields user | fields n * 2, item as what | limit 1", PURCHASES) == [
        {"n * 2": "6", "what": "gift"}
    ]


def test_given_display_then_only_the_last_ones_columns_are_shown() -> None:
    query = "fields user, n | display item | filter n = 10 | display user, n > 5 as many"
    assert rows(query, PURCHASES) == [{"user": "bob", "many": "1"}]


def test_given_an_alias_then_later_commands_know_it() -> None:
    assert column("fields concat(user, '-', n) as key | filter key like /^ann/ | sort key", PURCHASES, "key") == [
        "ann-1",
        "ann-2",
    ]


@pytest.mark.parametrize(
    "parse",
    [
        'parse @message "[*] * The error was: *" as level, config, exception',
        'parse "[*] * The error was: *" as level, config, exception',
        r"parse @message /\[(?<level>\S+)\]\s+(?<config>\{.*\})\s+The error was: (?<exception>\S+)/",
    ],
)
def test_given_the_line_of_the_guide_then_both_kinds_of_parse_find_the_same(parse: str) -> None:
    assert rows(f"fields level | {parse}", events(GUIDE_LINE)) == [
        {"level": "ERROR", "config": "{foo=2, bar=data}", "exception": "DataIntegrityException"}
    ]


def test_given_a_line_that_does_not_match_then_it_stays_without_the_parsed_fields() -> None:
    query = "parse @message 'user=*,' as who | display who, ispresent(who) as found"
    assert rows(query, events("user=ann, x", "nobody")) == [{"found": "0"}, {"who": "ann", "found": "1"}]


def test_given_the_parse_example_of_the_guide_then_it_aggregates_by_parsed_fields() -> None:
    query = (
        'parse @message "user=*, method:*, latency := *" as @user,\n'
        "    @method, @latency | stats avg(@latency) by @method,\n    @user"
    )
    lines = [f"25 May 2019 10:24:39,474 user=u1, method:pay, latency := {latency}" for latency in (216, 218)]
    assert rows(query, events(*lines)) == [{"@method": "pay", "@user": "u1", "avg(@latency)": "217"}]


def test_given_keywords_in_capitals_then_the_example_of_the_guide_works() -> None:
    query = """FIELDS @message
        | PARSE @message "* [*] *" as loggingTime, loggingType, loggingMessage
        | FILTER loggingType IN ["ERROR", "INFO"]
        | DISPLAY loggingMessage, loggingType = "ERROR" as isError"""
    lines = events("10:00 [ERROR] broken", "10:01 [INFO] fine", "10:02 [DEBUG] noise")
    assert rows(query, lines) == [
        {"loggingMessage": "fine", "isError": "0"},
        {"loggingMessage": "broken", "isError": "1"},
    ]


def test_given_a_commented_line_then_it_is_ignored() -> None:
    query = "fields n\n  # | filter n > 100\n| limit 2"
    assert len(rows(query, PURCHASES)) == 2


def test_given_sort_then_texts_come_before_numbers_in_natural_order() -> None:
    ordered = ["!:", "#", "*%04", "0#", "5A", "111A", "2345_", "@", "@_", "A", "A9876fghj", "a12345hfh"]
    ordered += ["0", "1", "2", "3"]
    found = events(*({"f": text} for text in reversed(ordered)))
    assert column("fields f | sort f", found, "f") == ordered
    assert column("fields f | sort f desc", found, "f") == ordered[::-1]


def test_given_several_sort_keys_then_the_first_counts_most() -> None:
    query = "filter ispresent(user) | sort user desc, n asc | display user, n"
    assert [tuple(row.values()) for row in rows(query, PURCHASES)] == [("bob", "10"), ("ann", "1"), ("ann", "2")]


def test_given_limit_then_commands_after_it_see_only_these_rows() -> None:
    assert column("fields n | sort n desc | limit 2 | sort n", PURCHASES, "n") == ["3", "10"]


def test_given_limits_in_query_and_request_then_the_smaller_one_counts() -> None:
    assert len(rows("fields n | limit 3", PURCHASES, limit=2)) == 2
    assert len(rows("fields n | limit 1", PURCHASES, limit=2)) == 1
    assert len(rows("fields n", PURCHASES, limit=2)) == 2


def test_given_more_rows_than_the_default_limit_then_10000_are_shown() -> None:
    many = events(*(str(number) for number in range(10_003)), step_ms=1)
    assert len(rows("fields @message", many)) == 10_000
    assert len(rows("fields @message | limit 10002", many)) == 10_002
    assert result("fields @message", many).matched == 10_003


def test_given_dedup_then_the_newest_of_each_value_stays_and_rows_without_one_all_stay() -> None:
    assert column("fields user, n | dedup user", PURCHASES, "n") == ["3", "1", "10"]
    assert column("fields user, n | sort n desc | dedup user | limit 2", PURCHASES, "n") == ["10", "3"]


def test_given_filters_then_statistics_count_what_was_scanned_and_what_matched() -> None:
    found = result("filter user = 'ann' | stats count(*) as n by item | filter n > 7", PURCHASES)
    assert (found.rows, found.matched, found.scanned) == ([], 2, 4)
    assert found.scanned_bytes == sum(len(event.message) for event in PURCHASES)
    assert result("fields x", events("ä€")).scanned_bytes == 5
