"""Requests are checked field by field; replies have exactly the documented keys."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.contract import MAX_CODE_CHARACTERS, Reply, RequestError, parse_request


def test_the_smallest_request_is_code() -> None:
    request = parse_request({"code": "print(1)"})

    assert request.code == "print(1)"
    assert request.inputs == {}
    assert request.timeout_seconds is None


def test_every_field_is_read_and_unknown_ones_ignored() -> None:
    request = parse_request(
        {
            "code": "1",
            "inputs": {"a": [1]},
            "purpose": "look",
            "timeout_s": 2,
            "investigation_id": "inv-1",
            "account_id": "123456789012",
            "region": "us-gov-west-1",
            "unknown": True,
        }
    )

    assert request.inputs == {"a": [1]}
    assert (request.purpose, request.timeout_seconds, request.investigation_id) == ("look", 2.0, "inv-1")
    assert (request.account_id, request.region) == ("123456789012", "us-gov-west-1")


def test_null_counts_as_absent() -> None:
    assert parse_request({"code": "1", "inputs": None, "timeout_s": None, "region": None}).inputs == {}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (None, "null"),
        ([], "array"),
        ("code", "string"),
        ({}, "code"),
        ({"code": None}, "code"),
        ({"code": 5}, "code"),
        ({"code": " \n"}, "code"),
        ({"code": "x" * (MAX_CODE_CHARACTERS + 1)}, "code"),
        ({"code": "1", "inputs": [1]}, "inputs"),
        ({"code": "1", "timeout_s": 0}, "timeout_s"),
        ({"code": "1", "timeout_s": True}, "timeout_s"),
        ({"code": "1", "timeout_s": "5"}, "timeout_s"),
        ({"code": "1", "timeout_s": float("inf")}, "timeout_s"),
        ({"code": "1", "region": "Ireland"}, "region"),
        ({"code": "1", "account_id": "12345"}, "account_id"),
        ({"code": "1", "purpose": {}}, "purpose"),
    ],
)
def test_a_wrong_request_says_which_field_and_what_to_send(event: Any, field: str) -> None:
    with pytest.raises(RequestError, match=rf"{field}.*(send|pass)"):
        parse_request(event)


def test_a_reply_has_exactly_the_documented_keys() -> None:
    assert set(Reply("ok").as_dict()) == {
        "status",
        "stdout",
        "result",
        "error",
        "evidence",
        "truncated",
        "omitted_bytes",
        "duration_ms",
        "guard",
    }


def test_a_reply_is_truncated_when_bytes_are_missing() -> None:
    assert Reply("ok", omitted_bytes=1).as_dict()["truncated"] is True
    assert Reply("ok").as_dict()["truncated"] is False
