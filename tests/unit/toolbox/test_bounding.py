"""Values fitted into bytes."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from toolbox.asking.bounding import fitted, shared_out, size

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=400)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=40), st.dictionaries(st.text(max_size=12), inner, max_size=8)
    ),
    max_leaves=60,
)


@given(JSON, st.integers(40, 3_000))
def test_given_any_value_then_it_fits_and_is_still_json(value: Any, most: int) -> None:
    shown = fitted(value, most)

    assert size(shown) <= most
    json.dumps(shown)


@given(JSON)
def test_given_room_enough_then_nothing_is_left_out(value: Any) -> None:
    assert fitted(value, size(value)) == value


def test_given_long_lists_then_what_is_left_out_is_counted() -> None:
    shown = fitted({"lines": [f"line {n} of the log" for n in range(500)], "count": 500}, 800)

    assert shown["count"] == 500
    assert shown["lines"][0] == "line 0 of the log"
    assert shown["lines"][-1].endswith("more")


def test_given_long_texts_then_both_of_their_ends_stay() -> None:
    shown = fitted({"text": "begin " + "x" * 5_000 + " end"}, 300)

    assert shown["text"].startswith("begin")
    assert shown["text"].endswith("end")


@given(st.lists(st.integers(0, 5_000), max_size=20), st.integers(0, 20_000))
def test_given_a_whole_to_share_then_nobody_gets_more_than_he_needs_nor_all_more_than_it_is(
    sizes: list[int], whole: int
) -> None:
    given_out = shared_out(sizes, whole)

    assert sum(given_out) <= whole
    assert all(got <= needed for got, needed in zip(given_out, sizes, strict=True))
    if sum(sizes) <= whole:
        assert given_out == sizes
