"""Any value becomes JSON, and a long one says what it left out."""

from __future__ import annotations

import collections
import dataclasses
import enum
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.jsonsafe import bounded, to_json


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    when: datetime


Pair = collections.namedtuple("Pair", "a b")  # noqa: PYI024 - what written code uses


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 11, 21, 10, tzinfo=UTC), "2026-11-21T10:00:00+00:00"),
        (date(2026, 11, 21), "2026-11-21"),
        (timedelta(minutes=90), "1:30:00"),
        (Decimal("12.50"), "12.50"),
        (b"text", "text"),
        (b"\xff\x00", "base64:/wA="),
        ({3, 1, 2}, [1, 2, 3]),
        ({"b", "a"}, ["a", "b"]),
        ((1, (2,)), [1, [2]]),
        (Colour.RED, "red"),
        (Point(1, datetime(2026, 1, 1, tzinfo=UTC)), {"x": 1, "when": "2026-01-01T00:00:00+00:00"}),
        (Pair(1, 2), [1, 2]),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (PurePosixPath("/a"), "/a"),
        (float("nan"), "nan"),
        (2**70, hex(2**70)),
        ({1: "a", (1, 2): "b", None: "c"}, {"1": "a", "(1, 2)": "b", "null": "c"}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.deque([1]), [1]),
        ({"a": 1}.keys(), ["a"]),
        ("\ud800", "\\ud800"),
        (Broken(), "<Broken whose repr() failed>"),
        (int, "<class 'int'>"),
    ],
)
def test_values_written_code_ends_with(value: Any, expected: Any) -> None:
    assert to_json(value) == expected


def test_a_generator_is_not_run() -> None:
    assert to_json(x for x in [1]).startswith("<generator")


def test_a_cycle_ends() -> None:
    loop: list[Any] = [1]
    loop.append(loop)

    assert to_json(loop) == [1, "<refers to itself>"]


def test_the_same_object_twice_is_no_cycle() -> None:
    shared = [1]

    assert to_json([shared, shared]) == [[1], [1]]


def test_deep_nesting_ends() -> None:
    value: Any = 1
    for _ in range(1000):
        value = [value]

    json.dumps(to_json(value))


@pytest.mark.parametrize(
    "value",
    ["x" * 10_000, list(range(10_000)), {str(n): n for n in range(5000)}, ["é" * 50] * 500, [["x" * 9000]]],
)
def test_what_is_too_long_is_cut_and_counted(value: Any) -> None:
    short = bounded(value, 2000)

    size, full = len(json.dumps(short.value)), len(json.dumps(value))
    assert size <= 2000
    assert short.omitted_bytes == full - size
    assert "more" in json.dumps(short.value)


def test_what_fits_is_untouched() -> None:
    assert bounded([1, "a"], 100) == bounded([1, "a"], 10)
    assert bounded([1, "a"], 100).omitted_bytes == 0


_LEAVES = (
    st.none() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.decimals(allow_nan=False)
)


@given(
    st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_LEAVES, inner), max_leaves=20),
    st.integers(300, 1000),
)
def test_every_value_becomes_json_within_the_size(value: Any, limit: int) -> None:
    short = bounded(value, limit)

    assert len(json.dumps(short.value, allow_nan=False)) <= limit
    assert (short.omitted_bytes > 0) == (short.value != to_json(value))
