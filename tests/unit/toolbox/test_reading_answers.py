"""What is made of AWS's answers: events, alarms, policies, invocations, references, errors; all pure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

import toolbox
import triage.agent
from tests.unit.toolbox.builders import NOON, line
from toolbox import resources
from toolbox.access import permissions
from toolbox.alarms import definition as alarm
from toolbox.asking.answer import Answer, Asked, why
from toolbox.asking.clients import Late
from toolbox.asking.figures import compact, rounded, short, with_unit
from toolbox.asking.look import first_breach
from toolbox.changes import trail
from toolbox.logs.report_lines import invocation
from toolbox.metrics import queries
from toolbox.reference import reference
from toolbox.resources.base import Resource
from toolbox.surroundings.references import references

# Errors become gaps ----------------------------------------------------------------------------------


def refused(code: str, message: str = "", operation: str = "FilterLogEvents") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            refused(
                "AccessDeniedException", "User: u is not authorized to perform: logs:FilterLogEvents on resource"
            ),
            "denied: logs:FilterLogEvents",
        ),
        (refused("UnauthorizedOperation", "no"), "denied: FilterLogEvents"),
        (refused("ThrottlingException", "Rate exceeded"), "throttled: FilterLogEvents"),
        (refused("TooManyRequestsException"), "throttled: FilterLogEvents"),
        (
            refused("ResourceNotFoundException", "gone"),
            "not found: FilterLogEvents: ResourceNotFoundException: gone",
        ),
        (refused("AWS.SimpleQueueService.NonExistentQueue", "gone"), "not found"),
        (refused("InvalidParameterException", "bad"), "failed: FilterLogEvents"),
        (ReadTimeoutError(endpoint_url="https://logs"), "late"),
        (EndpointConnectionError(endpoint_url="https://logs"), "unreachable"),
        (Late("the time was up"), "late: the time was up"),
    ],
)
def test_given_an_error_then_its_kind_comes_first(error: Exception, reason: str) -> None:
    assert why(error).startswith(reason)


def test_given_a_call_that_fails_then_the_answer_holds_a_gap_and_the_default() -> None:
    asked = Asked(group="g")

    def fail() -> list[str]:
        raise refused("AccessDenied")

    assert asked.attempt("lines", fail, ["default"]) == ["default"]
    assert asked.answer(lines=[])["gaps"] == [{"what": "lines", "why": "denied: FilterLogEvents"}]


def test_given_a_mistake_of_ours_then_it_is_not_hidden_as_a_gap() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        Asked().attempt("lines", fail, None)


def test_given_an_answer_then_it_is_compact_json_without_secrets() -> None:
    answer = Asked(group="g").answer(
        at=NOON, nothing=[], zero=0, value=1.23456789, environment={"DB_PASSWORD": "hunter2hunter2"}
    )

    assert str(answer) == (
        '{"asked":{"group":"g"},"at":"2026-11-21T12:00:00Z","zero":0,"value":1.235,'
        '"environment":{"DB_PASSWORD":"[redacted:field]"}}'
    )
    assert isinstance(answer, Answer)


@given(st.recursive(st.one_of(st.none(), st.floats(), st.text(), st.integers()), st.lists, max_leaves=20))
def test_given_any_value_then_it_is_made_compact_and_stays_json(value: Any) -> None:
    json.dumps(compact({"value": value}), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (470, "", "470"),
        (12_500, "", "12,500"),
        (0.2534, "", "0.253"),
        (1_350_000, "", "1.35 M"),
        (2_500, "ms", "2.5 s"),
        (3 << 30, "bytes", "3 GiB"),
        (93.4, "%", "93.4%"),
        (7, "/min", "7/min"),
    ],
)
def test_given_a_measured_value_then_it_is_written_in_few_characters(value: float, unit: str, text: str) -> None:
    assert with_unit(value, unit) == text
    assert short(rounded(value))


# CloudTrail ------------------------------------------------------------------------------------------


def recorded(parameters: Any, **identity: Any) -> trail.Event:
    detail = {"userIdentity": identity, "requestParameters": parameters}
    return trail.event_of(
        {
            "EventTime": NOON,
            "EventName": "UpdateFunctionConfiguration20150331v2",
            "EventSource": "lambda.amazonaws.com",
            "Username": "ci-77",
            "CloudTrailEvent": json.dumps(detail),
        },
        "eu-west-1",
    )


def test_given_a_role_that_acted_then_role_and_session_are_named() -> None:
    event = recorded(
        {"functionName": "orders", "timeout": 3, "environment": {"variables": {"A": "b"}}},
        type="AssumedRole",
        arn="arn:aws:sts::1:assumed-role/deploy/ci-77",
        sessionContext={"sessionIssuer": {"userName": "deploy"}},
    )

    assert (event.name, event.source, event.by) == ("UpdateFunctionConfiguration", "lambda", "deploy/ci-77")
    assert event.given == "functionName=orders, timeout=3, environment.variables.A=b"


@pytest.mark.parametrize(
    ("name", "about"), [("orders", True), ("order", False), ("x/orders", True), ("or", False)]
)
def test_given_a_name_then_an_event_is_about_it_as_a_whole_word(name: str, about: bool) -> None:
    assert recorded({"functionName": "arn:aws:lambda:eu-west-1:1:function:orders"}).is_about(name) is about


@given(
    st.recursive(
        st.one_of(st.none(), st.text(), st.integers()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_given_any_parameters_then_they_are_told_in_bounded_length(parameters: Any) -> None:
    assert len(recorded(parameters).given) <= 261


# Alarms and metrics ----------------------------------------------------------------------------------


def test_given_a_composites_rule_then_its_children_are_named_without_arn() -> None:
    rule = 'ALARM("a") AND (NOT OK(b) OR ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:c d"))'

    assert alarm.children_of(rule) == ["a", "b", "c d"]


def test_given_an_edit_then_what_changed_is_told() -> None:
    data = {
        "type": "Update",
        "originalAlarm": {"threshold": 10, "a": 1},
        "updatedAlarm": {"threshold": 100, "a": 1},
    }

    assert alarm.edit({"HistoryData": json.dumps(data)}) == "threshold 10 → 100"
    assert alarm.edit({"HistorySummary": "Alarm updated", "HistoryData": "no json"}) == "Alarm updated"


def test_given_an_alarm_as_described_and_as_signalled_then_the_query_is_the_same() -> None:
    described = queries.of_alarm(
        {
            "MetricName": "Errors",
            "Namespace": "AWS/Lambda",
            "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
            "Statistic": "Sum",
            "Period": 60,
        }
    )
    signalled = queries.of_signal(
        {
            "metrics": [
                {
                    "id": "m1",
                    "namespace": "AWS/Lambda",
                    "name": "Errors",
                    "dimensions": {"FunctionName": "f"},
                    "statistic": "Sum",
                    "period_s": 60,
                }
            ]
        }
    )

    assert described == signalled


def test_given_ids_the_api_refuses_then_others_take_their_place() -> None:
    metric = {"id": "C2F0B9A4-1", "namespace": "N", "name": "M"}

    assert [query.id for query in queries.of_signal({"metrics": [metric]})] == ["m0"]


@pytest.mark.parametrize(
    ("reason_data", "onset"),
    [
        ({}, "12:00"),
        ({"startDate": "2026-11-21T11:55:00.000+0000"}, "11:55"),
        ({"startDate": "2026-11-20T11:55:00.000+0000"}, "12:00"),
        ({"startDate": "never"}, "12:00"),
        ("text", "12:00"),
    ],
)
def test_given_an_alarm_then_its_first_breach_is_read_from_what_it_says(reason_data: Any, onset: str) -> None:
    found = first_breach({"occurred_at": NOON.isoformat(), "reason_data": reason_data})

    assert f"{found:%H:%M}" == onset


def test_given_dimensions_then_the_resource_is_named_by_its_fullest_name() -> None:
    found = resources.of_dimensions({"ClusterName": "shop", "ServiceName": "cart", "FunctionName": "f:live"})

    assert found == [Resource("lambda", "f"), Resource("ecs", "shop/cart")]


def test_given_a_custom_metric_then_its_log_groups_name_the_function() -> None:
    signal = {"metrics": [{"namespace": "Shop", "name": "Lost", "dimensions": {}}]}

    assert resources.of_signal(signal, ["/aws/lambda/orders", "/ecs/cart"]) == [Resource("lambda", "orders")]


# Permissions -----------------------------------------------------------------------------------------

ALLOW = {"Effect": "Allow", "Action": ["dynamodb:Get*", "s3:*"], "Resource": "arn:aws:dynamodb:*:*:table/orders*"}
DENY = {"Effect": "Deny", "NotAction": "logs:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("action", "resource", "speaks"),
    [
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/orders", True),
        ("DynamoDB:getitem", "arn:aws:dynamodb:eu-west-1:1:table/orders-2", True),
        ("dynamodb:PutItem", "arn:aws:dynamodb:eu-west-1:1:table/orders", False),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:1:table/users", False),
        ("dynamodb:GetItem", "*", True),
    ],
)
def test_given_a_statement_then_it_speaks_of_what_its_patterns_match(
    action: str, resource: str, speaks: bool
) -> None:
    assert permissions.speaks_of(ALLOW, action, resource) is speaks


def test_given_statements_then_a_deny_decides() -> None:
    assert permissions.speaks_of(DENY, "s3:GetObject", "*")
    assert not permissions.speaks_of(DENY, "logs:PutLogEvents", "*")
    assert permissions.decided([ALLOW, DENY]) == "explicitDeny"
    assert permissions.decided([ALLOW]) == "allowed"
    assert permissions.decided([]) == "implicitDeny"


# Invocations and references --------------------------------------------------------------------------


def test_given_report_lines_of_both_forms_then_they_say_the_same() -> None:
    text = (
        "REPORT RequestId: r-1\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 512 MB\t"
        "Max Memory Used: 90 MB\tInit Duration: 250.5 ms\tStatus: timeout"
    )
    measured = {"durationMs": 3000.0, "memorySizeMB": 512, "maxMemoryUsedMB": 90, "initDurationMs": 250.5}
    record = {"requestId": "r-1", "status": "timeout", "metrics": measured}

    assert invocation(line(text)) == invocation(line(json.dumps({"type": "platform.report", "record": record})))
    assert invocation(line("END RequestId: r-1")) is None
    assert invocation(line('{"type": "platform.report"}')) is None


@pytest.mark.parametrize(
    ("variable", "value", "kind", "name"),
    [
        ("TABLE_NAME", "orders", "dynamodb", "orders"),
        ("ORDERS", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders", "dynamodb", "orders"),
        ("Q", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", "sqs", "jobs"),
        ("DB_HOST", "members.abc123.eu-west-1.rds.amazonaws.com", "rds", "members"),
        ("CACHE", "master.sessions.abc.euw1.cache.amazonaws.com:6379", "elasticache", "sessions"),
        ("SECRET_ID", "shop/partner/api-client", "secret", "shop/partner/api-client"),
        ("SECRET_NAME", "partner-client", "secret", "partner-client"),
        ("STOCK_URL", "https://stock.example.com/v1", "host", "stock.example.com"),
        ("WORKER", "arn:aws:lambda:eu-west-1:123456789012:function:worker:live", "lambda", "worker"),
    ],
)
def test_given_an_environment_variable_then_what_it_refers_to_is_named(
    variable: str, value: str, kind: str, name: str
) -> None:
    (found,) = references({variable: value})

    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize("value", ["INFO", "30", "true", "", "a b c", "1.5"])
def test_given_plain_settings_then_they_refer_to_nothing(value: str) -> None:
    assert references({"LOG_LEVEL": value, "RETRIES": value}) == []


# The reference ---------------------------------------------------------------------------------------


def test_given_the_reference_then_every_helper_is_explained_within_fifteen_hundred_tokens() -> None:
    text = reference()

    # Tokenisers of the models in question make a token of about 3.3 characters of such text.
    assert len(text) / 3.3 <= 1_500
    assert "- may(role, action, resource='*'): " in text
    assert text.count("\n- ") == len(toolbox.HELPERS)


def test_given_the_reference_then_the_prompt_of_the_investigator_holds_this_one() -> None:
    """It is written by `PYTHONPATH=tool-lambda:layer python -m toolbox.reference`."""
    committed = Path(triage.agent.__file__).with_name("prompts") / "toolbox.md"

    assert committed.read_text(encoding="utf-8") == reference() + "\n"


def test_given_the_documentation_then_it_lists_every_helper_and_every_kind_of_resource() -> None:
    page = (Path(__file__).parents[3] / "docs" / "first-look.md").read_text(encoding="utf-8")

    names = [helper.__name__ for helper in toolbox.HELPERS] + list(resources.KINDS)
    assert [name for name in names if f"`{name}`" not in page] == []
