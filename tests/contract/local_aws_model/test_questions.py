"""The Python the scripted model sends runs as it is sent, and its facts are what AWS's APIs answer.

moto plays AWS in-process: only what the questions print is asserted, through the reader the script uses.
"""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from local_aws.model.asking import Question
from local_aws.model.conversation import Answer
from local_aws.model.reading import Facts, read_facts
from local_aws.model.scripted import SWEEP

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-central-1"
FUNCTION = "invoice-writer-x7"
ROLE = "invoice-writer-role"
ACTION = "kinesis:PutRecord"
STREAM = f"arn:aws:kinesis:{REGION}:123456789012:stream/ledger"
NOW = datetime.now(UTC)

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield


def a_signal(**changes: Any) -> dict[str, Any]:
    metric = {"namespace": "AWS/Lambda", "name": "Errors", "dimensions": {"FunctionName": FUNCTION}}
    signal = {"region": REGION, "name": "invoice-errors", "state": "ALARM", "occurred_at": NOW.isoformat()}
    return signal | {"metrics": [metric], "alarm_rule": None} | changes


def ask(question: Question, signal: dict[str, Any]) -> Facts:
    """Run the question as the tool would: the text that is sent, in a module of its own."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(question.code(signal), "<sent>", "exec"), {"__name__": "__main__"})  # noqa: S102
    return read_facts([Answer(question.key, "E1", "ok", f"[E1] status=ok duration=1 ms\n{printed.getvalue()}")])


def sweep(key: str) -> Question:
    return next(question for question in SWEEP if question.key == key)


def create_role(allowed: str) -> str:
    iam = boto3.client("iam", region_name=REGION)
    arn = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": allowed, "Resource": "*"}}
    iam.put_role_policy(RoleName=ROLE, PolicyName="inline-one", PolicyDocument=json.dumps(document))
    policy = iam.create_policy(PolicyName="attached-one", PolicyDocument=json.dumps(document))["Policy"]
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=policy["Arn"])
    return arn


def create_function() -> None:
    boto3.client("lambda", region_name=REGION).create_function(
        FunctionName=FUNCTION,
        Runtime="python3.13",
        Role=create_role("logs:*"),
        Handler="main.handler",
        Code={"ZipFile": b"not read"},
        Timeout=7,
        MemorySize=192,
        Environment={"Variables": {"TARGET_STREAM": "secret-value"}},
    )


def write_log(*messages: str, group: str = f"/aws/lambda/{FUNCTION}") -> None:
    logs: Any = boto3.client("logs", region_name=REGION)
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    start = int((NOW - timedelta(minutes=5)).timestamp() * 1000)
    events = [{"timestamp": start + 1000 * index, "message": text} for index, text in enumerate(messages)]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


@pytest.mark.usefixtures("aws")
class TestAlarm:
    def test_prints_definition_metrics_beside_it_and_other_alarms(self) -> None:
        cloudwatch: Any = boto3.client("cloudwatch", region_name=REGION)
        dimensions = [{"Name": "FunctionName", "Value": FUNCTION}]
        for name in ("invoice-errors", "unrelated"):
            cloudwatch.put_metric_alarm(
                AlarmName=name, Namespace="AWS/Lambda", MetricName="Errors", Dimensions=dimensions, Threshold=3,
                ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Period=60, Statistic="Sum",
            )  # fmt: skip
            cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="five were more than three")
        for metric, value in (("Errors", 5), ("Invocations", 8)):
            datum = {"MetricName": metric, "Dimensions": dimensions, "Value": value, "Timestamp": NOW}
            cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=[datum])

        facts = ask(sweep("alarm"), a_signal())

        alarm = facts.first("alarm")
        assert alarm
        assert (alarm.text("name"), alarm.text("state"), alarm.number("threshold")) == (
            "invoice-errors",
            "ALARM",
            3,
        )
        sums = {fact.text("name"): fact.number("sum") for fact in facts.all("metric")}
        assert sums == {"Errors": 5, "Invocations": 8}
        assert [fact.text("name") for fact in facts.all("other_alarm")] == ["unrelated"]


@pytest.mark.usefixtures("aws")
class TestResource:
    def test_prints_configuration_and_statements_but_no_value_of_a_variable(self) -> None:
        create_function()

        facts = ask(sweep("resource"), a_signal())

        function = facts.first("function")
        assert function
        assert function.data["timeout_s"] == 7
        assert function.data["memory_mb"] == 192
        assert function.data["role"] == ROLE
        assert function.data["environment"] == ["TARGET_STREAM"]
        assert {fact.text("policy") for fact in facts.all("statement")} == {"inline-one", "attached-one"}
        assert not any("secret-value" in fact.line for fact in facts.items)

    def test_describes_a_resource_that_is_no_function(self) -> None:
        boto3.client("dynamodb", region_name=REGION).create_table(
            TableName="ledger-9", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        )  # fmt: skip
        metric = {"namespace": "AWS/DynamoDB", "name": "UserErrors", "dimensions": {"TableName": "ledger-9"}}

        facts = ask(sweep("resource"), a_signal(metrics=[metric]))

        table = facts.first("resource")
        assert table
        assert table.text("name") == "ledger-9"
        assert table.text("tableStatus_") == "ACTIVE"

    def test_a_function_that_does_not_exist_is_a_gap(self) -> None:
        facts = ask(sweep("resource"), a_signal())

        assert not facts.items
        assert any("ResourceNotFoundException" in gap for gap in facts.gaps)


@pytest.mark.usefixtures("aws")
class TestLogs:
    def test_groups_errors_that_differ_only_in_ids_and_leaves_platform_lines_out(self) -> None:
        create_function()
        write_log(
            "START RequestId: 0a1b2c3d-0000-4000-8000-000000000001 Version: $LATEST",
            "[ERROR] 2026-01-01T00:00:00.000Z 0a1b2c3d-0000-4000-8000-000000000001 boom 17",
            "[ERROR] 2026-01-01T00:00:01.000Z 0a1b2c3d-0000-4000-8000-000000000002 boom 18",
            "nothing to see",
            "REPORT RequestId: 0a1b2c3d-0000-4000-8000-000000000001\tDuration: 12.50 ms\tBilled Duration: 13 ms\t"
            "Memory Size: 192 MB\tMax Memory Used: 192 MB\tStatus: error\tError Type: Runtime.ExitError",
        )

        facts = ask(sweep("logs"), a_signal())

        (error,) = facts.all("log_error")
        assert error.number("count") == 2
        assert "boom 18" in error.text("sample")
        (reports,) = facts.all("invocations")
        assert (reports.number("at_memory_limit"), reports.number("longest_ms")) == (1, 12.5)

    def test_reads_reports_in_json(self) -> None:
        create_function()
        metrics = {"durationMs": 7000.0, "memorySizeMB": 192, "maxMemoryUsedMB": 60}
        record = {"requestId": "r-1", "metrics": metrics, "status": "timeout"}
        write_log(json.dumps({"time": "x", "type": "platform.report", "record": record}))

        (reports,) = ask(sweep("logs"), a_signal()).all("invocations")

        assert reports.number("timed_out") == 1

    def test_finds_the_group_behind_a_metric_filter(self) -> None:
        write_log("payment FAILED: [ERROR] card declined", group="/shop/checkout")
        boto3.client("logs", region_name=REGION).put_metric_filter(
            logGroupName="/shop/checkout", filterName="f", filterPattern="ERROR",
            metricTransformations=[{"metricName": "Declined", "metricNamespace": "Shop", "metricValue": "1"}],
        )  # fmt: skip
        metric = {"namespace": "Shop", "name": "Declined", "dimensions": {}}

        facts = ask(sweep("logs"), a_signal(metrics=[metric]))

        (error,) = facts.all("log_error")
        assert error.text("group") == "/shop/checkout"

    def test_the_log_of_a_function_that_is_gone_is_still_read(self) -> None:
        write_log("[ERROR] boom")

        facts = ask(sweep("logs"), a_signal())

        assert len(facts.all("log_error")) == 1
        assert any("the log settings of function" in gap for gap in facts.gaps)

    def test_no_group_at_all_is_a_gap(self) -> None:
        metric = {"namespace": "Shop", "name": "Declined", "dimensions": {}}

        facts = ask(sweep("logs"), a_signal(metrics=[metric]))

        assert any("no log group belongs to the alarm" in gap for gap in facts.gaps)


@pytest.mark.usefixtures("aws")
class TestFocusedChecks:
    @pytest.mark.parametrize(
        ("allowed", "statements"), [("logs:*", 0), ("kinesis:Put*", 2), ("KINESIS:putrecord", 2), ("*", 2)]
    )
    def test_permission_counts_statements_that_allow_the_action(self, allowed: str, statements: int) -> None:
        create_role(allowed)
        question = Question("permission", "p", {"role": ROLE, "action": ACTION, "resource": STREAM})

        grants = ask(question, a_signal()).first("grants")

        assert grants
        assert grants.number("allow_statements") == statements
        assert grants.number("policies_read") == 2

    def test_invocations_tell_stopped_ones_from_the_others_and_the_last_words_before_the_stop(self) -> None:
        request, other = "0a1b2c3d-0000-4000-8000-00000000000f", "0a1b2c3d-0000-4000-8000-00000000000e"
        report = (
            "REPORT RequestId: {}\tDuration: {} ms\tBilled Duration: 1 ms\tMemory Size: 192 MB\t"
            "Max Memory Used: 50 MB"
        )
        write_log(
            f"START RequestId: {other}",
            report.format(other, "21.00"),
            f"START RequestId: {request}",
            "waiting for the ledger",
            " ",
            f"2026-01-01T00:00:00Z {request} Task timed out after 7.00 seconds",
            report.format(request, "7000.00"),
        )

        facts = ask(Question("invocations", "p", {"group": f"/aws/lambda/{FUNCTION}"}), a_signal())

        longest = {fact.text("which"): fact.number("longest_ms") for fact in facts.all("durations")}
        assert longest == {"stopped": 7000, "other": 21}
        words = facts.first("before_stop")
        assert words
        assert words.text("line") == "waiting for the ledger"

    def test_context_shows_the_lines_around_a_moment(self) -> None:
        write_log("opening the ledger", "[ERROR] no ledger", "closing")
        first = (NOW - timedelta(minutes=5)).isoformat(timespec="milliseconds")
        question = Question("context", "p", {"group": f"/aws/lambda/{FUNCTION}", "first": first})

        lines = [fact.text("text") for fact in ask(question, a_signal()).all("line")]

        assert lines == ["opening the ledger", "[ERROR] no ledger", "closing"]

    def test_limits_print_the_reserved_concurrency(self) -> None:
        create_function()
        boto3.client("lambda", region_name=REGION).put_function_concurrency(
            FunctionName=FUNCTION, ReservedConcurrentExecutions=3
        )

        facts = ask(Question("limits", "p", {"function": FUNCTION}), a_signal())

        reserved = facts.first("reserved_concurrency")
        assert reserved
        assert reserved.number("reserved") == 3


def an_event(name: str, minutes_before: float, region: str, **changes: Any) -> dict[str, Any]:
    return {
        "EventId": f"{name}-{minutes_before}",
        "EventName": name,
        "EventTime": NOW - timedelta(minutes=minutes_before),
        "ReadOnly": "false",
        "Username": "alice",
        "CloudTrailEvent": json.dumps({"awsRegion": region}),
    } | changes


class Trails:
    """Event histories of several regions, in CloudTrail's place; moto has no LookupEvents."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **events: list[dict[str, Any]]) -> None:
        self.asked: list[str] = []
        self._events = {region.replace("_", "-"): found for region, found in events.items()}
        self._connect: Any = boto3.client
        monkeypatch.setattr(boto3, "client", self._client)

    def _client(self, service: str, region_name: str, **options: Any) -> Any:
        connected = self._connect(service, region_name=region_name, **options)
        if service == "cloudtrail":
            connected.meta.events.register("before-call.cloudtrail.LookupEvents", self._answer(region_name))
        return connected

    def _answer(self, region: str) -> Any:
        def answer(params: dict[str, Any], **_: Any) -> Any:
            (attribute,) = json.loads(params["body"])["LookupAttributes"]
            self.asked.append(region)
            found = self._events[region] if attribute["AttributeValue"] == ROLE else []
            return SimpleNamespace(status_code=200), {"Events": found}

        return answer


@pytest.mark.usefixtures("aws")
class TestChanges:
    def told(self, facts: Facts) -> list[tuple[str, str]]:
        return [(fact.text("event"), fact.text("trail_region")) for fact in facts.all("change", of=ROLE)]

    def test_a_change_recorded_in_the_region_of_global_services_is_told_with_that_region(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create_function()
        Trails(
            monkeypatch,
            eu_central_1=[an_event("TagResource", 5, REGION), an_event("Untag", 50, REGION)],
            us_east_1=[an_event("PutRolePolicy", 2, "us-east-1"), an_event("CreateRole", 30, "us-east-1")],
        )

        facts = ask(sweep("changes"), a_signal())

        assert self.told(facts) == [
            ("PutRolePolicy", "us-east-1"),
            ("TagResource", REGION),
            ("CreateRole", "us-east-1"),
            ("Untag", REGION),
        ]
        (asked,) = facts.all("changes_of", name=ROLE)
        assert (asked.number("found"), asked.data["regions"]) == (4, [REGION, "us-east-1"])

    def test_a_change_is_told_with_the_names_of_what_else_it_is_about(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create_function()
        parameters = {
            "roleName": ROLE,
            "policyName": "ledger-read",
            "policyDocument": "{}",
            "path": "/",
            "tags.member.1.Name": "x",
            "tags": [],
        }
        record = json.dumps({"awsRegion": "us-east-1", "requestParameters": parameters})
        event = an_event("PutRolePolicy", 2, "us-east-1", CloudTrailEvent=record)
        Trails(monkeypatch, eu_central_1=[], us_east_1=[event])

        (change,) = ask(sweep("changes"), a_signal()).all("change", of=ROLE)

        assert change.text("given") == "policyName ledger-read"

    def test_an_event_in_both_histories_is_told_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        create_function()
        same = an_event("PutRolePolicy", 2, "us-east-1")
        Trails(monkeypatch, eu_central_1=[same], us_east_1=[same])

        assert self.told(ask(sweep("changes"), a_signal())) == [("PutRolePolicy", "us-east-1")]

    def test_events_of_one_second_stay_in_the_order_of_the_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        create_function()
        newest_first = [
            an_event(name, 2, "us-east-1", EventId=name) for name in ("PutRolePolicy", "Attach", "Create")
        ]
        Trails(monkeypatch, eu_central_1=[], us_east_1=newest_first)

        told = [event for event, _ in self.told(ask(sweep("changes"), a_signal()))]

        assert told == ["PutRolePolicy", "Attach", "Create"]

    @pytest.mark.parametrize(
        ("region", "histories"),
        [
            ("us-east-1", {"us-east-1"}),
            ("us-gov-east-1", {"us-gov-east-1", "us-gov-west-1"}),
            ("cn-northwest-1", {"cn-northwest-1", "cn-north-1"}),
        ],
    )
    def test_the_history_of_global_services_is_that_of_the_partition_and_asked_once(
        self, region: str, histories: set[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        trails = Trails(monkeypatch, **{name.replace("-", "_"): [] for name in histories})
        metric = {"namespace": "Shop", "name": "Declined", "dimensions": {}}

        ask(sweep("changes"), a_signal(region=region, metrics=[metric]))

        assert sorted(trails.asked) == sorted(histories)


@pytest.mark.usefixtures("aws")
def test_an_api_that_refuses_is_a_gap_and_the_rest_is_still_asked() -> None:
    create_function()

    facts = ask(sweep("changes"), a_signal())  # moto has no LookupEvents

    assert all(gap.startswith("Could not read changes of ") for gap in facts.gaps)
    assert {FUNCTION, ROLE, "invoice-errors"} <= {gap.split()[5] for gap in facts.gaps}
    assert {REGION, "us-east-1"} == {gap.split()[9].rstrip(":") for gap in facts.gaps}


def test_a_question_carries_only_the_parts_of_the_prelude_it_uses() -> None:
    code = sweep("alarm").code(a_signal())

    assert "def attempt(" in code
    assert "INVOCATION" not in code
    assert "local_aws" not in code
