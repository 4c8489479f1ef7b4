"""The stats command: groups, aggregation functions, bins, and stats after stats."""

from __future__ import annotations

import pytest

from tests.unit.local_aws_logs.queries import events, rows

CALLS = events(
    {"fn": "pay", "ms": 10, "who": "ann", "v": "a10"},
    {"fn": "pay", "ms": 30, "who": "bob", "v": "a9"},
    {"fn": "get", "ms": "5", "who": "ann", "v": "b1"},
    {"fn": "get", "ms": "n/a", "v": "B1"},
    {"fn": "pay", "ms": 20.5, "who": "ann", "v": "7"},
    step_ms=150_000,
)


@pytest.mark.parametrize(
    ("function", "shown"),
    [
        ("count(*)", "5"),
        ("count()", "5"),
        ("count(who)", "4"),
        ("count_distinct(who)", "2"),
        ("sum(ms)", "65.5"),
        ("avg(ms)", "16.375"),
        ("min(ms)", "5"),
        ("max(ms)", "30"),
        ("max(ms * 2)", "60"),
        ("max(who)", "bob"),
        ("median(ms)", "15.25"),
        ("pct(ms, 0)", "5"),
        ("pct(ms, 50)", "15.25"),
        ("pct(ms, 90)", "27.15"),
        ("pct(ms, 100)", "30"),
        ("stddev(ms)", "11.1458"),
        ("earliest(v)", "a10"),
        ("latest(v)", "7"),
        ("earliest(who)", "ann"),
        ("sortsFirst(v)", "B1"),
        ("sortsLast(v)", "7"),
        ("max(@timestamp)", "2023-11-15 12:10:00.000"),
        ("sum(absent)", None),
        ("count(absent)", "0"),
        ("max(ms) - min(ms)", "25"),
        ("ceil(avg(ms))", "17"),
        ("sum(ms > 7)", "3"),
    ],
)
def test_given_an_aggregation_function_then_it_reduces_what_is_there(function: str, shown: str | None) -> None:
    assert rows(f"stats {function} as shown", CALLS)[0].get("shown") == shown


def test_given_no_alias_then_columns_are_named_as_written_groups_first() -> None:
    assert [list(row.items()) for row in rows("stats count(*), avg(ms) by fn", CALLS)] == [
        [("fn", "pay"), ("count(*)", "3"), ("avg(ms)", "20.1667")],
        [("fn", "get"), ("count(*)", "2"), ("avg(ms)", "5")],
    ]


def test_given_bin_then_events_are_counted_by_their_time() -> None:
    assert rows("stats count(*) as calls by bin(5m) | sort bin(5m)", CALLS) == [
        {"bin(5m)": "2023-11-15 12:00:00.000", "calls": "2"},
        {"bin(5m)": "2023-11-15 12:05:00.000", "calls": "2"},
        {"bin(5m)": "2023-11-15 12:10:00.000", "calls": "1"},
    ]


def test_given_sort_by_the_text_of_a_call_then_the_column_is_meant() -> None:
    query = "stats count(*) by fn | sort count( * ) asc | limit 1"
    assert rows(query, CALLS) == [{"fn": "get", "count(*)": "2"}]


def test_given_rows_without_the_grouping_field_then_they_form_a_group_of_their_own() -> None:
    assert rows("stats count(*) as n by who | sort n", CALLS)[0] == {"n": "1"}


def test_given_names_of_earlier_columns_then_later_ones_can_use_them() -> None:
    query = "stats max(ms) as most, min(ms) as fewest, most - fewest as spread by fn | filter spread > 0"
    assert rows(query, CALLS) == [{"fn": "pay", "most": "30", "fewest": "10", "spread": "20"}]


def test_given_stats_after_stats_then_it_aggregates_the_first_ones_rows() -> None:
    query = "stats sum(ms) as total by fn, bin(5m) as t | stats max(total) as peak by fn | sort fn"
    assert rows(query, CALLS) == [{"fn": "get", "peak": "5"}, {"fn": "pay", "peak": "40"}]


def test_given_no_matching_events_then_there_is_no_row() -> None:
    assert rows("filter fn = 'none' | stats count(*)", CALLS) == []


def test_given_an_expression_as_group_then_its_values_are_the_groups() -> None:
    assert rows("filter ispresent(who) | stats count(*) as n by who = 'ann' as ann | sort ann", CALLS) == [
        {"ann": "0", "n": "1"},
        {"ann": "1", "n": "3"},
    ]
