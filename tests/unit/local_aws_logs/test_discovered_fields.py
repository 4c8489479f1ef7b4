"""Fields found in messages: JSON's by path, Lambda's own, and none where none are discovered."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.logs.insights.discovery import json_value
from local_aws.logs.insights.events import LogEvent, Origin, pointed_at
from tests.unit.local_aws_logs.queries import NOON, OF_LAMBDA, ORDINARY, events

TRAIL = {
    "eventName": "StartInstances",
    "userIdentity": {"type": "IAMUser", "mfa": False},
    "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-abcde123"}, {"instanceId": "i-2"}]}},
    "responseElements": None,
    "@odd": 1,
    "with.dot": {"x": 2},
    "matrix": [[1, 2], [3]],
}

REQUEST = "8f507cfc-xmpl-4697-b07a-ac58fc914c95".replace("xmpl", "0a1b")
REPORT = (
    f"REPORT RequestId: {REQUEST}\tDuration: 51.30 ms\tBilled Duration: 52 ms\tMemory Size: 128 MB\t"
    "Max Memory Used: 83 MB\tInit Duration: 169.13 ms\tXRAY TraceId: 1-5e34a614-10bdxmpl\tSegmentId: 07fxmpl\t"
    "Sampled: true"
)


def value(message: object, name: str, origin: Origin = ORDINARY) -> object:
    return events(message, origin=origin)[0].value(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("eventName", "StartInstances"),
        ("userIdentity.type", "IAMUser"),
        ("userIdentity.mfa", 0),
        ("requestParameters.instancesSet.items.0.instanceId", "i-abcde123"),
        ("requestParameters.instancesSet.items.1.instanceId", "i-2"),
        ("requestParameters.instancesSet.items.2.instanceId", None),
        ("matrix.1.0", 3),
        ("with.dot.x", 2),
        ("@@odd", 1),
        ("@odd", None),
        ("userIdentity", None),
        ("responseElements", None),
        ("absent", None),
    ],
)
def test_given_a_json_message_then_scalars_are_found_by_their_path(name: str, expected: object) -> None:
    assert value(TRAIL, name) == expected


def test_given_an_event_then_its_fields_can_be_listed() -> None:
    names = set(events(TRAIL)[0].names())
    assert {"eventName", "userIdentity.mfa", "matrix.0.1", "with.dot.x", "@@odd", "@ptr", "@log"} <= names
    assert not {"userIdentity", "responseElements"} & names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("@type", "REPORT"),
        ("@requestId", REQUEST),
        ("@duration", 51.3),
        ("@billedDuration", 52),
        ("@memorySize", 128_000_000),
        ("@maxMemoryUsed", 83_000_000),
        ("@initDuration", 169.13),
        ("@xrayTraceId", "1-5e34a614-10bdxmpl"),
        ("@xraySegmentId", "07fxmpl"),
    ],
)
def test_given_a_report_line_of_lambda_then_its_measures_are_fields(name: str, expected: object) -> None:
    assert value(REPORT, name, OF_LAMBDA) == expected
    assert value(REPORT, name, ORDINARY) is None


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (f"START RequestId: {REQUEST} Version: $LATEST", "START"),
        (f"END RequestId: {REQUEST}", "END"),
        (f"[ERROR]\t2023-11-15T12:00:00.000Z\t{REQUEST}\tboom", None),
        (f"2023-11-15T12:00:00.000Z\t{REQUEST}\tINFO\tboom", None),
        (f"2023-11-15T12:00:00.000Z {REQUEST} Task timed out after 3.00 seconds", None),
    ],
)
def test_given_a_line_of_an_invocation_then_its_request_is_known(message: str, kind: str | None) -> None:
    assert value(message, "@requestId", OF_LAMBDA) == REQUEST
    assert value(message, "@type", OF_LAMBDA) == kind


def test_given_json_within_a_line_then_only_lambda_logs_are_searched_for_it() -> None:
    line = f'2023-11-15T12:00:00.000Z\t{REQUEST}\tINFO\t{{broken {{"level": "warn"}} {{"level": "second"}}'
    assert value(line, "level", OF_LAMBDA) == "warn"
    assert value(line, "level", ORDINARY) is None


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (
            "2 123456789010 eni-12 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK",
            {"srcAddr": "172.31.9.69", "dstPort": "3389", "bytes": "4249", "action": "REJECT", "logStatus": "OK"},
        ),
        (
            "1.0 2017-12-13T08:16:05.744Z Z123412341234 txt.example.com TXT SERVFAIL UDP JFK5 192.0.2.0 -",
            {"queryName": "txt.example.com", "responseCode": "SERVFAIL", "resolverIp": "192.0.2.0"},
        ),
        ("2 items eni- were found", {"action": None, "version": None}),
    ],
)
def test_given_a_line_of_a_service_of_aws_then_its_columns_are_fields(
    line: str, fields: dict[str, str | None]
) -> None:
    assert {name: value(line, name) for name in fields} == fields


def test_given_a_class_without_discovery_then_only_system_fields_are_there() -> None:
    origin = Origin.of("123456789012", "/aws/lambda/x", "s", discovers=False)
    assert value({"a": 1}, "a", origin) is None
    assert value(REPORT, "@duration", origin) is None
    assert value({"a": 1}, "@logStream", origin) == "s"


def test_given_an_event_then_system_fields_say_where_it_comes_from() -> None:
    event = LogEvent(ORDINARY, NOON, "text", NOON, "7")
    assert event.value("@log") == "123456789012:/shop/checkout"
    assert pointed_at(str(event.value("@ptr"))) == ("/shop/checkout", "host-1", "7")
    assert pointed_at("no pointer") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab.", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.0", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_given_any_document_then_every_listed_field_has_a_value(document: object) -> None:
    event = events({"top": document})[0]
    assert all(event.value(name) is not None for name in event.names())
    assert json_value(json.loads(event.message), "top.none.of.it") is None
