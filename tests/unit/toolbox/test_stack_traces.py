"""Stack traces: joined, named by their error, and seen from the customer's own code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.toolbox.builders import line
from toolbox.logs import stack_traces

PYTHON = """[ERROR] KeyError: 'sku'
Traceback (most recent call last):
  File "/var/task/app.py", line 12, in handler
    return price(event)
  File "/var/task/pricing.py", line 40, in price
    return table[item["sku"]]
  File "/opt/python/lib/python3.13/site-packages/lib.py", line 7, in get
    raise KeyError(key)"""

JAVA = """ERROR order failed
java.lang.IllegalStateException: no price
    at com.shop.Pricing.price(Pricing.java:40)
    at org.springframework.web.Dispatcher.run(Dispatcher.java:99)
Caused by: java.sql.SQLTimeoutException: pool exhausted
    at com.zaxxer.hikari.Pool.get(Pool.java:12)
    at com.shop.Store.load(Store.java:77)"""


def test_given_a_python_traceback_then_the_own_frame_nearest_to_the_error_comes_first() -> None:
    assert stack_traces.own_frames(PYTHON) == ["pricing.py:40 in price", "app.py:12 in handler"]


def test_given_a_java_trace_then_frames_of_libraries_are_left_out() -> None:
    assert stack_traces.own_frames(JAVA) == [
        "Pricing.java:40 in com.shop.Pricing.price",
        "Store.java:77 in com.shop.Store.load",
    ]


def test_given_a_trace_then_its_summary_names_the_first_cause_and_the_own_frame() -> None:
    assert stack_traces.summary(JAVA) == (
        "ERROR order failed | Caused by: java.sql.SQLTimeoutException: pool exhausted | "
        "at Pricing.java:40 in com.shop.Pricing.price"
    )


NODE = """ERROR AccessDenied: not yours
    at put (/app/store.js:4:9)
    at async handler
  code: 'AccessDenied',
  bucket=photos }"""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (PYTHON, ["[ERROR] KeyError: 'sku'", "Traceback (most recent call last):"]),
        (JAVA, [row for row in JAVA.split("\n") if not row.startswith("    at")]),
        (f"{JAVA}\n    ... 12 more", [row for row in JAVA.split("\n") if not row.startswith("    at")]),
        (NODE, ["ERROR AccessDenied: not yours", "  code: 'AccessDenied',", "  bucket=photos }"]),
        ('  File "a.py", line 1, in f\n    g(\n    ~^\n  key=value', ["  key=value"]),
        ('  File "a.py", line 1, in f\nValueError: bad', ["ValueError: bad"]),
        ("one line", ["one line"]),
        ("    at put (/app/store.js:4:9)", ["    at put (/app/store.js:4:9)"]),
    ],
    ids=["python", "java", "more", "node", "marks", "without code", "one line", "nothing else"],
)
def test_given_a_trace_then_its_frames_and_their_code_are_left_out_and_what_else_is_indented_stays(
    text: str, left: list[str]
) -> None:
    assert stack_traces.without_frames(text).split("\n") == left


def test_given_a_trace_written_row_by_row_then_its_rows_are_one_line_of_their_stream() -> None:
    rows = [line(row, minute=place / 6_000) for place, row in enumerate(JAVA.split("\n"))]
    others = [line("INFO alive", minute=0.0002, stream="b")]

    joined = stack_traces.joined([*rows, *others])

    assert sorted(len(each.text.split("\n")) for each in joined) == [1, 1, 6]


def test_given_a_python_traceback_written_row_by_row_then_its_last_row_belongs_to_it() -> None:
    rows = [
        "Traceback (most recent call last):",
        '  File "a.py", line 1, in f',
        "    g()",
        "ValueError: bad",
        "next",
    ]

    joined = stack_traces.joined([line(row, minute=place / 6_000) for place, row in enumerate(rows)])

    assert [each.text.split("\n")[-1] for each in joined] == ["ValueError: bad", "next"]


def test_given_indented_rows_long_after_then_they_are_lines_of_their_own() -> None:
    assert len(stack_traces.joined([line("ERROR a"), line("  b", minute=5)])) == 2


@given(st.lists(st.tuples(st.text(max_size=60), st.sampled_from("ab")), max_size=40))
def test_given_any_lines_then_none_is_lost(rows: list[tuple[str, str]]) -> None:
    joined = stack_traces.joined([line(text, place / 100, stream) for place, (text, stream) in enumerate(rows)])

    together = sum(len(text) for text, _ in rows)
    assert sum(len(each.text) for each in joined) - together == len(rows) - len(joined)


@given(st.text(max_size=3_000))
def test_given_any_text_then_it_has_a_summary(text: str) -> None:
    assert isinstance(stack_traces.summary(text), str)
    assert isinstance(stack_traces.own_frames(text), list)
