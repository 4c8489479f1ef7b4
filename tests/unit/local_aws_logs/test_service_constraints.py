"""Requests are held against the service's model, and what is wrong is worded as AWS words it."""

from __future__ import annotations

import botocore.session
import pytest

from local_aws.service_constraints import violations

MODEL = botocore.session.get_session().get_service_model("logs")
PUT = {"logGroupName": "/g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "x"}]}


def wrong(operation: str, **request: object) -> str | None:
    shape = MODEL.operation_model(operation).input_shape
    assert shape is not None
    return violations(request, shape)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"logGroupName": None},
            "Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
        ),
        ({"logGroupName": "a b"}, "regular expression pattern"),
        (
            {"logGroupName": 7},
            "Value '7' at 'logGroupName' failed to satisfy constraint: Member must be of type string",
        ),
        ({"logEvents": []}, "length greater than or equal to 1"),
        ({"logEvents": "x"}, "must be of type list"),
        ({"logEvents": [{"timestamp": 1}]}, "Value null at 'logEvents.1.member.message'"),
        ({"logEvents": [{"timestamp": -1, "message": "x"}]}, "value greater than or equal to 0"),
        ({"logEvents": [{"timestamp": "now", "message": "x"}]}, "'logEvents.1.member.timestamp'"),
    ],
)
def test_given_a_member_that_is_wrong_then_it_is_named(changed: dict[str, object], message: str) -> None:
    found = wrong("PutLogEvents", **{**PUT, **changed})
    assert found is not None
    assert found.startswith("1 validation error detected: ")
    assert message in found


def test_given_several_then_all_are_counted_and_ten_named() -> None:
    events = [{"timestamp": 1}] * 12
    found = wrong("PutLogEvents", **{**PUT, "logEvents": events})
    assert found is not None
    assert found.startswith("10 validation errors detected: ")


def test_given_an_enumeration_then_its_values_are_named() -> None:
    found = wrong("DescribeLogGroups", logGroupClass="WARM")
    assert found is not None
    assert "[STANDARD, INFREQUENT_ACCESS, DELIVERY]" in found


def test_given_a_valid_request_then_nothing_is_wrong() -> None:
    assert wrong("PutLogEvents", **PUT) is None
    assert wrong("DescribeLogStreams", logGroupName="/g", descending=True, limit=50) is None
