"""Wildcards, windows, tokens and filter expressions by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws import tokens
from local_aws.declared import trace_filters
from local_aws.declared.conditions import AtLeast, AtMost, Contains, Is, Ref, StartsWith, tail
from local_aws.declared.errors import AwsError
from local_aws.declared.filters import Fields, Filters, Span
from local_aws.declared.records import Record, merged
from local_aws.declared.services.event_window import window

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("web-*", "web-1", True),
        ("web-*", "web-", True),
        ("web-*", "my-web-1", False),
        ("web-?", "web-1", True),
        ("web-?", "web-", True),
        ("web-?", "web-12", False),
        (r"web\*", "web*", True),
        (r"web\*", "web-1", False),
        ("Web-1", "web-1", False),
        ("a.c", "abc", False),
    ],
)
def test_given_a_wildcard_then_it_stands_for_what_the_user_guide_says(
    pattern: str, value: str, fits: bool
) -> None:
    filters = Filters({"name": "Name"}, wildcards=True)
    assert filters.keeps([{"Name": "name", "Values": [pattern]}], {"Name": value}) is fits


def test_given_filters_then_all_of_them_and_any_of_their_values_must_hold() -> None:
    filters = Filters({"state": "State", "size": "Size", "on": "On"}, tags="Tags")
    record = {"State": "open", "Size": 5, "On": True, "Tags": [{"Key": "a`b'c", "Value": "v"}]}

    def keeps(**wanted: list[str]) -> bool:
        return filters.keeps([{"Name": name, "Values": values} for name, values in wanted.items()], record)

    assert keeps(state=["shut", "open"], size=["5"], on=["true"])
    assert not keeps(state=["open"], size=["6"])
    assert filters.keeps([{"Key": "tag:a`b'c", "Values": ["v"]}], record)
    with pytest.raises(AwsError, match="does not apply the filter 'colour'"):
        filters.check([{"Name": "colour", "Values": ["red"]}])


def test_given_values_and_arns_then_conditions_compare_what_they_say() -> None:
    record = {"Arn": "arn:aws:ecs:eu-west-1:1:cluster/prod", "At": ago(hours=1), "Names": ["a", "b"], "No": None}
    assert Ref("Arn").keeps("prod", record)
    assert Ref("Arn").keeps("arn:aws:ecs:eu-west-1:1:cluster/prod", record)
    assert not Ref("Arn").keeps("arn:aws:ecs:us-east-1:1:cluster/prod", record)
    assert Is("Names").keeps(["b", "c"], record)
    assert not Is("No").keeps("a", record)
    assert AtLeast("At").keeps(ago(hours=2), record)
    assert not AtLeast("At").keeps(ago(minutes=5), record)
    assert AtMost("At").keeps(ago(hours=1), record)
    assert not AtMost("No").keeps(NOW, record)
    assert StartsWith("Names").keeps("a", record)
    assert not Contains("Arn").keeps("staging", record)
    assert (tail("arn:aws:sqs:r:1:queue"), tail("plain/name")) == ("queue", "plain/name")


def test_given_spans_then_open_ends_are_open() -> None:
    record = {"At": ago(hours=1), "Kind": "issue"}
    assert Span("At").keeps({"after": ago(hours=2)}, record)
    assert not Span("At").keeps({"before": ago(hours=2)}, record)
    fields = Fields({"kinds": "Kind"}, {"times": "At"})
    assert fields.keeps(
        {"kinds": ["issue"], "times": [{"from": ago(hours=9), "to": ago(hours=8)}, {"to": NOW}]}, record
    )
    assert not fields.keeps({"kinds": ["other"]}, record)
    with pytest.raises(AwsError, match="does not apply the filter colour"):
        fields.check({"colour": "red"})


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ({}, ago(hours=1), NOW),
        ({"Duration": 30}, ago(minutes=30), NOW),
        ({"StartTime": ago(hours=5)}, ago(hours=5), NOW),
        ({"StartTime": ago(hours=5), "Duration": 60}, ago(hours=5), ago(hours=4)),
        ({"EndTime": ago(hours=3)}, ago(hours=4), ago(hours=3)),
        ({"EndTime": ago(hours=3), "Duration": 120}, ago(hours=5), ago(hours=3)),
        ({"StartTime": ago(days=40)}, ago(days=14), NOW),
        ({"StartTime": ago(minutes=5), "Duration": 600}, ago(minutes=5), NOW),
    ],
)
def test_given_parts_of_a_window_then_the_rest_is_what_describe_events_takes(
    asked: dict[str, Any], start: datetime, end: datetime
) -> None:
    found = window(asked, NOW)
    assert (found["StartTime"], found["EndTime"]) == (start, end)


@given(st.text(), st.dictionaries(st.text(), st.text() | st.integers()))
def test_given_a_token_then_it_leads_back_to_its_position_for_its_request_alone(
    position: str, asked: dict[str, Any]
) -> None:
    made = tokens.token(position, asked)
    assert tokens.position(made, asked) == position
    with pytest.raises(ValueError, match="not a token of this request"):
        tokens.position(made, {**asked, "another": True})


@given(st.text() | st.binary().map(repr))
def test_given_any_text_then_it_is_no_token(text: str) -> None:
    with pytest.raises(ValueError, match="not a token of this request"):
        tokens.position(text, {"a": 1})


def test_given_records_of_one_thing_then_later_members_win_and_the_first_scope_stays() -> None:
    first = Record({"Name": "a", "State": "old", "Size": 1}, {"Url": "real"})
    second = Record({"Name": "a", "State": "new"}, {"Url": "declared"})
    (found,) = merged(("Name",), [first, second])
    assert (found.fields, found.scope) == ({"Name": "a", "State": "new", "Size": 1}, {"Url": "real"})
    assert len(merged(("Missing",), [first, second])) == 2


@given(st.text(alphabet='abco()!="<> 0123.[]{}AND', max_size=40))
def test_given_any_expression_then_it_is_understood_or_refused_and_nothing_else(expression: str) -> None:
    try:
        trace_filters.parse(expression)({"Id": "1-1-1"})
    except AwsError as refused:
        assert refused.message.startswith("This local AWS does not apply the filter expression")
