"""What log lines have in common: fields of lines, records of requests, shares that changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.toolbox.builders import NOON
from toolbox.logs import shares
from toolbox.logs.fields import LONGEST_VALUE, Record, fields_of, records
from toolbox.logs.stack_traces import Line

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def lines(*texts: str, stream: str = "s") -> list[Line]:
    return [Line(NOON + timedelta(seconds=place), text, stream) for place, text in enumerate(texts)]


def record(failed: bool = False, **fields: str) -> Record:
    return Record(NOON, {name: {value} for name, value in fields.items()}, failed)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("priced caller=catalog-reprice in time", ("caller", "catalog-reprice")),
        ('{"level":"INFO","claim":{"schema":4}}', ("claim.schema", "4")),
        ('192.0.2.17 - - [x] "GET /search?q=&page=8 HTTP/1.1" 200 1 "-" "curl/8.5" 0.2', ("agent", "curl/8.5")),
        ('192.0.2.17 - - [x] "GET /search?q=1 HTTP/1.1" 200 1 "-" "curl/8.5"', ("address", "192.0.2.0/24")),
        ('1.2.3.4 "GET /orders/8812/lines HTTP/1.1" 503 9', ("request", "GET /orders/*/lines")),
        ('1.2.3.4 "GET /orders HTTP/1.1" 503 9', ("status", "503")),
        ("2026-11-21 20:32:49 UTC:10.8.2.4(592):reports@claims:[17]:LOG: hello", ("user", "reports")),
        ('{"path": "/v4/classes/c812/waitlist?x=1"}', ("path", "/v4/classes/*/waitlist")),
        ('{"Command": "KEYS presence:12:*"}', ("Command", "KEYS presence:<n>:*")),
        ('{"rules": [{"hit": {"ruleId": "Size"}}, {"hit": null}]}', ("rules.hit.ruleId", "Size")),
        ("order 81: fraud-score answered in 38 ms", ("order <n>: fraud-score answered in <n> ms", "38")),
    ],
)
def test_given_a_line_then_its_fields_are_found(text: str, field: tuple[str, str]) -> None:
    assert field in fields_of(text)


def test_given_a_stack_trace_then_its_code_is_no_field() -> None:
    text = "ValueError: bad\n  File x.py, line 3\n    weight=float(body)"

    assert [name for name, _ in fields_of(text)] == []


@given(st.text(max_size=400))
def test_given_any_text_then_fields_are_few_and_short(text: str) -> None:
    found = fields_of(text)

    assert len(found) <= 40
    assert all(len(value) <= LONGEST_VALUE for _, value in found)


def test_given_lines_of_one_request_then_they_make_one_record_that_failed() -> None:
    found = records(
        lines(f"{ONE} INFO source=portal", f"{ONE} ERROR rejected: missing field", f"{TWO} INFO source=app")
    )

    assert [(each.failed, each.fields["source"]) for each in found] == [(True, {"portal"}), (False, {"app"})]


def test_given_lambdas_own_lines_then_what_lies_between_them_is_one_request() -> None:
    found = records(
        lines(
            f"START RequestId: {ONE} Version: $LATEST",
            "[INFO] messageId=m-1",
            "[ERROR] ValueError: could not convert",
            f"END RequestId: {ONE}",
            "[INFO] idle",
        )
    )

    assert [(each.failed, "messageId" in each.fields) for each in found] == [(True, True), (False, False)]


def test_given_a_caller_that_came_then_its_share_is_told_and_the_usual_ones() -> None:
    before = [record(caller="web") for _ in range(10)]
    since = [record(caller="batch") for _ in range(30)] + [record(caller="web") for _ in range(10)]

    found = shares.differing(before, since)

    assert [(each.value, round(each.second, 2)) for each in found] == [("batch", 0.75), ("web", 0.25)]


def test_given_an_id_of_what_all_requests_are_about_then_each_line_is_a_record() -> None:
    shared = "arn:aws:wafv2:eu-west-1:1:regional/webacl/front/7b1e5a90-44cd-4f21-9c3e-d0a2b6f81c57"

    assert len(records(lines(*[f'{{"acl": "{shared}", "n": {number}}}' for number in range(3)]))) == 3


@pytest.mark.parametrize(
    ("text", "request_lines"),
    [
        ("RequestId:{id} n={n}", 1),
        ("[request-{id}] n={n}", 1),
        ('{{"requestId": "{id}", "n": {n}}}', 1),
        ("GET /orders/{id} n={n}", 3),
        ("secret arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-{id} n={n}", 3),
        ("event arn:aws:events:eu-west-1:123456789012:{id} n={n}", 3),
    ],
)
def test_given_an_id_then_it_is_of_a_request_unless_of_a_path_or_an_arn(text: str, request_lines: int) -> None:
    assert len(records(lines(*[text.format(id=ONE, n=number) for number in range(3)]))) == request_lines


def test_given_what_moved_as_much_then_who_asked_for_what_goes_first() -> None:
    others = [record(method="GET", uri="/items", size="0") for _ in range(9)]
    failing = [record(method="POST", uri="/photos", size="1") for _ in range(9)]

    found = shares.differing(others, failing)

    assert [(each.field, each.value) for each in found][:1] == [("uri", "/photos")]
    assert ("method", "GET") not in [(each.field, each.value) for each in found]


def test_given_hardly_a_line_before_then_what_is_said_is_told_and_what_is_always_the_same_is_not() -> None:
    since = [record(node="0001", command="KEYS presence:<n>:*") for _ in range(9)]

    assert [each.field for each in shares.differing([], since)] == ["command"]


def test_given_no_line_before_then_only_commands_of_a_slow_log_tell_something() -> None:
    since = [record(reason="no quota left for account") for _ in range(9)]
    slow = [record(Command="KEYS presence:<n>:*") for _ in range(9)]

    assert shares.differing([], since) == []
    assert shares.differing([], [*slow, *since]) == []
    assert [each.field for each in shares.differing([], slow)] == ["Command"]


def test_given_a_setting_with_another_value_then_one_line_of_each_is_enough() -> None:
    (found,) = shares.differing([record(limit="10")], [record(limit="40")])

    assert (found.field, found.value) == ("limit", "40")


def test_given_ids_then_they_are_no_shares() -> None:
    before = [record(order=f"o-{number}") for number in range(20)]
    since = [record(order=f"p-{number}") for number in range(20)]

    assert shares.differing(before, since) == []


def test_given_equal_sets_then_nothing_differs() -> None:
    same = [record(caller="web") for _ in range(10)]

    assert shares.differing(same, same) == []
    assert shares.grown(same, same) == []


def test_given_a_measure_that_doubled_then_both_medians_are_told() -> None:
    before = [record(size=str(number)) for number in range(1, 9)]
    since = [record(size=str(10 * number)) for number in range(1, 9)]

    (found,) = shares.grown(before, since)

    assert (found.field, found.first, found.second) == ("size", 4.5, 45)


def test_given_one_id_in_most_failures_then_it_is_the_same_thing_again() -> None:
    failing = [record(True, parcel="m-7") for _ in range(9)]
    others = [record(parcel=f"x-{number}") for number in range(30)]

    (found,) = shares.repeated(failing, others)

    assert (found.value, found.count) == ("m-7", 9)


def test_given_retries_that_count_up_then_the_least_and_the_largest_are_told() -> None:
    failing = [record(True, receives=str(number)) for number in range(2, 12)]

    assert shares.counting(failing) == [("receives", 2, 11)]


def test_given_failures_in_some_streams_only_then_their_number_is_told() -> None:
    failing = [record(True, stream="c")]
    others = [record(stream=name) for name in "abc"]

    assert shares.streams_of(failing, others) == (1, 3)


@pytest.mark.parametrize(
    ("field", "value", "first", "second", "is_told"),
    [
        ("status", "401", 0.0, 0.3, True),
        ("elb_status_code", "502", 0.01, 0.4, True),
        ("status", "200", 0.6, 0.9, False),
        ("status", "401", 0.5, 0.2, False),
        ("exit", "401", 0.0, 0.3, False),
        ("action", "BLOCK", 0.0, 0.4, True),
        ("action", "ALLOW", 0.0, 0.4, False),
    ],
)
def test_given_a_status_of_failures_that_came_more_often_then_its_lines_are_the_failing_ones(
    field: str, value: str, first: float, second: float, is_told: bool
) -> None:
    found = shares.failing_status([shares.Share(field, value, first, second, 30)])

    assert found == ((field, value) if is_told else None)
