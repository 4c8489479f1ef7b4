"""Log templates: lines that differ in numbers and ids only are one, and the error stays readable."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.toolbox.builders import NOON, line
from toolbox.logs import templates as clustering
from toolbox.logs.stack_traces import Line
from toolbox.logs.templates import mask, templates

LINES = st.lists(st.text(max_size=300).map(line), max_size=60)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("took 1,250.5 ms for 7f3e9a52-1b6d-4c8e-9a51-3d2f7b9e0c11", "took <n> ms for <uuid>"),
        ("2026-11-21T02:13:00.123Z connect 10.0.12.7:5432 refused", "<time> connect <ip> refused"),
        ("object etag 9b2cf535f27731c974343645a3985328", "object etag <hex>"),
        ("order ord_8fk2LmQ0zPx1 rejected", "order <id> rejected"),
        ("pointer 0x7ffe12ab", "pointer <hex>"),
        ("retry 3 of 5", "retry <n> of <n>"),
    ],
)
def test_given_what_varies_then_it_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:dynamodb:eu-west-1:210987654321:table/orders",
        "not authorized to perform: dynamodb:PutItem",
        "could not reach payments.internal in eu-central-1",
        "java.lang.NullPointerException: order",
    ],
)
def test_given_what_tells_then_it_stays(text: str) -> None:
    assert mask(text) == text


def test_given_lines_of_one_kind_then_they_are_one_template_with_counts_and_times() -> None:
    said = [line(f"ERROR timeout after {n} ms for order {n * 7}", minute=n - 5) for n in range(10)]

    (found,) = templates(said, NOON)

    assert (found.count, found.before, found.after) == (10, 5, 5)
    assert found.first.at == NOON - timedelta(minutes=5)
    assert found.last.at == NOON + timedelta(minutes=4)
    assert found.level == 3


def test_given_lines_that_differ_in_one_plain_word_then_they_are_one_template() -> None:
    said = [line(f"user {name} put an item into the basket of today") for name in ("anna", "bob", "carla")]

    assert [each.count for each in templates(said)] == [3]


def test_given_lines_that_differ_in_the_error_then_they_are_apart() -> None:
    said = [line("call to stock failed with TimeoutError again"), line("call to stock failed with KeyError again")]

    assert len(templates(said)) == 2


def test_given_json_then_message_and_error_identify_it_and_ids_do_not() -> None:
    said = [
        line(
            json.dumps(
                {"level": "ERROR", "message": "cannot save", "errorType": "Denied", "requestId": f"r-{n}", "ms": n}
            )
        )
        for n in range(5)
    ]

    (found,) = templates(said)

    assert found.text == "ERROR cannot save errorType=Denied"
    assert (found.count, found.level) == (5, 3)


def test_given_json_behind_a_runtimes_prefix_then_it_is_read() -> None:
    text = '2026-11-21T02:13:00.123Z\t7f3e9a52-1b6d-4c8e-9a51-3d2f7b9e0c11\tERROR\tFailed {"errorType":"Denied"}'

    assert templates([line(text)])[0].text == "ERROR\tFailed errorType=Denied"


def test_given_an_information_that_holds_the_word_error_then_its_level_decides() -> None:
    assert clustering.level_of('{"level":"info","message":"0 errors"}') == 1
    assert clustering.level_of("INFO finished without error") == 1
    assert clustering.level_of("connection refused by peer") == 3


@given(LINES)
def test_given_any_lines_then_every_one_is_counted_once(said: list[Line]) -> None:
    found = templates(said, NOON)

    assert sum(each.count for each in found) == len(said)
    assert len({each.text for each in found}) == len(found) <= clustering.MOST_TEMPLATES + 1


@given(LINES)
def test_given_the_same_lines_again_then_the_templates_are_the_same(said: list[Line]) -> None:
    assert [each.text for each in templates(said)] == [each.text for each in templates(list(said))]


@given(st.text(max_size=2_000))
def test_given_any_text_then_its_template_is_bounded(text: str) -> None:
    # Every mask is at most five characters longer than what it stands for.
    assert len(mask(text)) <= 6 * clustering.MOST_CHARACTERS


def test_given_more_templates_than_the_bound_then_the_rest_is_counted_together() -> None:
    words = ["".join(chr(97 + (n // 26**place) % 26) for place in range(4)) * 2 for n in range(1_000)]

    found = templates([line(f"{word} happened") for word in words])

    assert sum(each.count for each in found) == 1_000
    assert clustering.OTHER in {each.text for each in found}


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "1" * 50_000, "a1-" * 20_000, "{" * 50_000, '{"a":' * 9_000, " at" * 9_000]
)
def test_given_text_made_to_be_slow_then_it_takes_no_time(text: str) -> None:
    started = time.process_time()

    for _ in range(20):
        templates([line(text), line(f"{text}\n{text}")])

    assert time.process_time() - started < 4.0


def test_given_many_lines_then_the_time_grows_with_their_number() -> None:
    def seconds(count: int) -> float:
        said = [line(f"request {n} of tenant t{n % 977} took {n % 313} ms: status {n % 7}") for n in range(count)]
        started = time.process_time()
        templates(said)
        return time.process_time() - started

    assert seconds(8_000) < 40 * max(seconds(800), 0.001)
