"""Whether a text says something: in other words yes, vaguely no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from evals.matching import VariantError, any_found, parse
from evals.templates import Setting

SETTING = Setting("123456789012", "eu-west-1", datetime(2026, 11, 21, 0, 10, tzinfo=UTC))


def says(variant: Any, text: str) -> bool:
    return any_found([parse(variant)], text, SETTING)


@pytest.mark.parametrize(
    ("variant", "text"),
    [
        ("order-writer", "The role `Order-Writer` lost it"),
        ("connection  refused", "connection\nrefused by db"),
        ({"all": ["PutItem", "order-writer"]}, "**order-writer** may not dynamodb:PutItem"),
        ({"all": ["PutItem", {"number": 42}]}, "PutItem failed 42 times"),
        ({"regex": "role.{0,20}lost"}, 'the role "a" has lost'),
        ({"number": 470}, "rose to 470 errors a minute"),
        ({"number": 12_500}, "12,400 requests"),
        ({"number": -3.5}, "it went down to -3.5"),
        ({"time": "-20m", "within": "3m"}, "since 2026-11-20T23:51:30Z"),
        ({"time": "-20m", "within": "3m"}, "since 23:48 UTC"),
        ({"time": "-5m", "within": "10m"}, "around 23:58 yesterday"),
        ({"time": "-2d"}, "on 2026-11-19 00:12 UTC"),
    ],
)
def test_what_a_text_says_is_found(variant: Any, text: str) -> None:
    assert says(variant, text)


@pytest.mark.parametrize(
    ("variant", "text"),
    [
        ("order-writer", "the writer of orders"),
        ({"all": ["PutItem", "order-writer"]}, "order-writer fails"),
        ({"regex": "role.{0,5}lost"}, "the role of the function has lost"),
        ({"number": 470}, "4700 errors, 47 warnings"),
        ({"number": 470}, "version v470 of build-470x"),
        ({"number": 100, "tolerance": 0}, "101"),
        ({"time": "-20m", "within": "3m"}, "since 23:45 UTC"),
        ({"time": "-20m", "within": "3m"}, "since 2026-11-19T23:50:00Z"),
        ({"time": "-20m"}, "2026-13-40 23:50"),
        ({"time": "-20m"}, "a while ago"),
    ],
)
def test_what_a_text_does_not_say_is_not_found(variant: Any, text: str) -> None:
    assert not says(variant, text)


@pytest.mark.parametrize(
    "variant",
    ["", "``", 7, None, [], {}, {"all": []}, {"all": ["x", ""]}, {"regex": "("}, {"regex": 7},
     {"time": "yesterday"}, {"time": "-5m", "within": "-3m"}, {"number": "7"}, {"number": 7, "tolerance": 1},
     {"text": "x"}, {"regex": "x", "number": 7}],
)  # fmt: skip
def test_a_variant_nobody_can_look_for_is_refused(variant: Any) -> None:
    with pytest.raises(VariantError):
        parse(variant)
