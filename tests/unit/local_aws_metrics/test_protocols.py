"""One request and one answer in the three protocols CloudWatch speaks, written and read by botocore itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from local_aws.metrics import answers, constraints, requests
from local_aws.metrics.errors import ServiceError
from local_aws.metrics.requests import CBOR, JSON, QUERY, Request

PROTOCOLS = {QUERY: "query", JSON: "json", CBOR: "smithy-rpc-v2-cbor"}

WHEN = datetime(2027, 1, 15, 8, 0, 0, 500_000, UTC)

DATA = {
    "Namespace": "Shop <&> \"ü\"",
    "MetricData": [
        {
            "MetricName": "Latency",
            "Dimensions": [{"Name": "Route", "Value": "/pay"}, {"Name": "Zone", "Value": "b"}],
            "Timestamp": WHEN.timestamp(),
            "Values": [1.5, 0.0, 1e-9],
            "Counts": [1.0, 2.0, 3.0],
            "Unit": "Seconds",
            "StorageResolution": 1,
        },
        {
            "MetricName": "Size",
            "StatisticValues": {"SampleCount": 2.0, "Sum": 3.0, "Minimum": 1.0, "Maximum": 2.0},
        },
    ],
    "StrictEntityValidation": False,
}  # fmt: skip

ALARM = {
    "AlarmName": "a <b>",
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:210987654321:alarm:a <b>",
    "ActionsEnabled": True,
    "AlarmActions": [],
    "StateUpdatedTimestamp": WHEN.timestamp(),
    "Threshold": 0.5,
    "EvaluationPeriods": 3,
    "Dimensions": [{"Name": "D", "Value": "v"}],
    "Metrics": [{"Id": "e", "Expression": "m1 / m2", "ReturnData": True}],
}


def sent(protocol: str, operation: str, document: dict[str, Any]) -> Request:
    """The request as botocore would send it, read again."""
    model = requests.service_model().operation_model(operation)
    made = create_serializer(PROTOCOLS[protocol], include_validation=False).serialize_to_request(document, model)
    headers = {name.lower(): value for name, value in made["headers"].items()}
    body = made["body"]
    if isinstance(body, dict):  # the query protocol's body is encoded when it is sent
        body = urlencode(body).encode()
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
    assert requests.protocol_of(headers) == protocol
    return requests.read(protocol, made["url_path"], headers, bytes(body), {})


def received(protocol: str, operation: str, response: answers.Response) -> dict[str, Any]:
    status, headers, body = response
    parser = create_parser(PROTOCOLS[protocol])
    shape: Any = requests.service_model().operation_model(operation).output_shape
    given = {
        "status_code": status,
        "headers": {name.lower(): value for name, value in headers.items()},
        "body": body,
    }
    found: dict[str, Any] = parser.parse(given, shape)
    return found


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_given_any_protocol_then_the_same_input_is_read(protocol: str) -> None:
    request = sent(protocol, "PutMetricData", DATA)
    assert request.operation == "PutMetricData"
    assert request.input() == DATA


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_given_any_protocol_then_the_same_answer_is_written(protocol: str) -> None:
    request = sent(protocol, "DescribeAlarms", {"AlarmNames": ["x"], "MaxRecords": 3})
    response = answers.answer(request, {"MetricAlarms": [ALARM], "CompositeAlarms": [], "NextToken": None})
    found = received(protocol, "DescribeAlarms", response)
    [alarm] = found["MetricAlarms"]
    assert alarm == {**ALARM, "StateUpdatedTimestamp": WHEN}
    assert found["CompositeAlarms"] == []
    assert "NextToken" not in found


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_given_any_protocol_then_a_map_of_statistics_is_written(protocol: str) -> None:
    request = sent(protocol, "GetMetricStatistics", {"Namespace": "N"})
    datapoint = {"Timestamp": WHEN.timestamp(), "ExtendedStatistics": {"p99": 1.25}, "Unit": "Count"}
    response = answers.answer(request, {"Label": "m", "Datapoints": [datapoint]})
    found = received(protocol, "GetMetricStatistics", response)
    assert found["Datapoints"] == [{**datapoint, "Timestamp": WHEN}]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("code", ["InvalidParameterValue", "ValidationError", "InvalidNextToken"])
def test_given_any_protocol_then_an_error_has_its_code_and_message(protocol: str, code: str) -> None:
    response = answers.refusal(protocol, ServiceError(code, 'no "such" <thing>'))
    found = received(protocol, "GetMetricData", response)["Error"]
    assert (found["Code"], found["Message"]) == (code, 'no "such" <thing>')


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_given_an_operation_without_output_then_the_answer_is_empty(protocol: str) -> None:
    request = sent(protocol, "DeleteAlarms", {"AlarmNames": ["x"]})
    assert answers.answer(request, {})[0] == 200


@pytest.mark.parametrize(
    ("protocol", "body", "code"),
    [
        (JSON, b"{", "SerializationException"),
        (JSON, b"[]", "SerializationException"),
        (CBOR, b"\xff", "SerializationException"),
        (CBOR, b"\xa1", "SerializationException"),
    ],
)
def test_given_a_body_that_cannot_be_read_then_it_is_refused(protocol: str, body: bytes, code: str) -> None:
    with pytest.raises(ServiceError) as error:
        requests.read(protocol, "/", {"x-amz-target": "G.ListMetrics"}, body, {})
    assert error.value.code == code


@pytest.mark.parametrize(
    "document",
    [
        {"StartTime": "yesterday"},
        {"EndTime": float("nan")},
        {"MetricDataQueries": {"Id": "m"}},
        {"MaxDatapoints": "many"},
        {"ScanBy": 7},
        {"MetricDataQueries": ["m"]},
    ],
)
def test_given_a_value_of_the_wrong_type_then_it_is_refused(document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    request = requests.read(JSON, "/", {"x-amz-target": "G.GetMetricData"}, body, {})
    with pytest.raises(ServiceError, match=next(iter(document))):
        request.input()


@pytest.mark.parametrize(
    ("operation", "document", "violation"),
    [
        ("GetMetricData", {"StartTime": 0.0, "EndTime": 1.0}, "'metricDataQueries' failed .* must not be null"),
        ("DescribeAlarms", {"MaxRecords": 101}, "'101' at 'maxRecords' failed .* less than or equal to 100"),
        ("DescribeAlarms", {"StateValue": "BROKEN"}, r"enum value set: \[OK, ALARM, INSUFFICIENT_DATA\]"),
        ("DescribeAlarms", {"AlarmNames": ["x"] * 101}, "length less than or equal to 100"),
        ("ListMetrics", {"Namespace": ":x"}, "regular expression pattern"),
        (
            "ListMetrics",
            {"Dimensions": [{"Value": "v"}]},
            r"'dimensions.1.member.name' failed .* must not be null",
        ),
        (
            "PutMetricData",
            {"Namespace": "N", "MetricData": [{"MetricName": "m", "Unit": "Apples"}]},
            "'Apples' at",
        ),
    ],
)
def test_given_a_constraint_of_the_model_then_its_violation_is_worded_as_aws_words_it(
    operation: str, document: dict[str, Any], violation: str
) -> None:
    with pytest.raises(ServiceError, match=f"1 validation error detected: .*{violation}") as error:
        constraints.check(Request(JSON, operation, document), document)
    assert error.value.code == "ValidationError"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("AlarmActions=&AlarmName=a", {"AlarmName": "a", "AlarmActions": []}),
        ("AlarmDescription=&AlarmName=a", {"AlarmName": "a", "AlarmDescription": ""}),
        ("OKActions.member.2=lost&OKActions.member.1=x", {"OKActions": ["x", "lost"]}),
        ("OKActions.member.2=x", {"OKActions": []}),
        ("ActionsEnabled=false&Threshold=1e3&Period=60&Unknown=x",
         {"ActionsEnabled": False, "Threshold": 1000.0, "Period": 60}),
    ],
)  # fmt: skip
def test_given_a_query_then_its_flat_names_are_read_as_a_document(body: str, expected: dict[str, Any]) -> None:
    request = requests.read(QUERY, "/", {}, f"Action=PutMetricAlarm&{body}".encode(), {})
    assert request.input() == expected
