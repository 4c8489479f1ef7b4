"""An alarm's state change invokes functions, notifies topics and reaches the event bus."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.contract.local_aws.account import Account
from tests.contract.local_aws.query_protocol import query
from tests.waiting import eventually

pytestmark = pytest.mark.slow

ALARMS = "lambda.alarms.cloudwatch.amazonaws.com"


def test_a_function_without_permissions_has_no_policy(account: Account) -> None:
    functions, name = account.client("lambda"), account.function("def handler(event, context): pass")

    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_policy(FunctionName=name)
    account.allow(account.function_arn(name), ALARMS, SourceAccount=account.id)

    assert ALARMS in functions.get_policy(FunctionName=name)["Policy"]


def test_given_a_permitted_function_when_its_alarm_fires_then_it_gets_the_alarm_event(account: Account) -> None:
    function, queue = account.recorder()
    account.allow(function, ALARMS, SourceAccount=account.id)
    alarm = account.alarm(AlarmActions=[function], AlarmDescription="too many", Period=30, Statistic="Average")
    account.client("cloudwatch").set_alarm_state(
        AlarmName=alarm, StateValue="ALARM", StateReason="by hand", StateReasonData='{"a":1}'
    )
    event = account.received(queue)["event"]
    assert event["source"] == "aws.cloudwatch"
    assert event["alarmArn"] == account.alarm_arn(alarm)
    assert (event["accountId"], event["region"]) == (account.id, account.region)
    data = event["alarmData"]
    assert data["alarmName"] == alarm
    assert data["state"] == {
        "value": "ALARM",
        "reason": "by hand",
        "reasonData": '{"a":1}',
        "timestamp": event["time"],
    }
    assert data["previousState"]["value"] == "INSUFFICIENT_DATA"
    assert data["configuration"]["description"] == "too many"
    [metric] = data["configuration"]["metrics"]
    assert metric["returnData"] is True
    assert metric["metricStat"] == {
        "metric": {"namespace": "Contract", "name": alarm, "dimensions": {}},
        "period": 30,
        "stat": "Average",
    }


@pytest.mark.parametrize(
    ("principal", "conditions"),
    [
        ("events.amazonaws.com", {}),
        (ALARMS, {"SourceAccount": "111111111111"}),
        (ALARMS, {"SourceArn": "arn:aws:cloudwatch:eu-west-1:210987654321:alarm:another"}),
    ],
    ids=["another service", "another account", "another alarm"],
)
def test_given_a_permission_that_does_not_fit_when_the_alarm_fires_then_the_function_is_not_invoked(
    account: Account, principal: str, conditions: dict[str, str]
) -> None:
    function, _ = account.recorder()
    account.allow(function, principal, **conditions)
    alarm = account.alarm(AlarmActions=[function])
    account.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="by hand")
    refused = account.running.status()["refused_invocations"]
    assert {
        "function": function,
        "principal": ALARMS,
        "source_arn": account.alarm_arn(alarm),
    }.items() <= refused[-1].items()
    assert account.log_messages(function.rsplit(":", 1)[-1]) == []


def test_given_no_permission_at_all_when_the_alarm_fires_then_the_function_is_not_invoked(
    account: Account,
) -> None:
    function, _ = account.recorder()
    alarm = account.alarm(AlarmActions=[function])
    account.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="by hand")
    assert account.running.status()["refused_invocations"][-1]["function"] == function


def test_given_two_changes_within_a_second_then_each_event_has_its_own_time_and_the_state_before(
    account: Account,
) -> None:
    function, queue = account.recorder()
    account.allow(function, ALARMS, SourceAccount=account.id)
    alarm = account.alarm(AlarmActions=[function], OKActions=[function])
    for state in ("ALARM", "OK"):
        account.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue=state, StateReason=f"to {state}")
    events = sorted((account.received(queue)["event"] for _ in range(2)), key=lambda event: event["time"])
    assert [event["alarmData"]["state"]["value"] for event in events] == ["ALARM", "OK"]
    assert events[0]["time"] < events[1]["time"]
    assert events[1]["alarmData"]["previousState"] == events[0]["alarmData"]["state"]


def test_given_a_rule_on_alarm_state_changes_then_the_bus_carries_them(account: Account) -> None:
    function, queue = account.recorder()
    alarm = account.alarm()
    rule = account.name("rule")
    pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"alarmName": [alarm], "state": {"value": ["ALARM"]}},
    }
    events = account.client("events")
    arn = events.put_rule(Name=rule, EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule=rule, Targets=[{"Id": "one", "Arn": function}])
    account.allow(function, "events.amazonaws.com", SourceArn=arn)
    account.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="by hand")
    event = account.received(queue)["event"]
    assert event["resources"] == [account.alarm_arn(alarm)]
    assert event["detail"]["state"]["reason"] == "by hand"
    assert (event["account"], event["region"]) == (account.id, account.region)


def test_given_a_failing_function_then_its_own_error_metric_raises_its_alarm(account: Account) -> None:
    failing = account.function("def handler(event, context):\n    raise RuntimeError('broken')")
    healthy = account.function("def handler(event, context):\n    return 1")
    triage, queue = account.recorder()
    account.allow(triage, ALARMS, SourceAccount=account.id)
    alarms = {
        name: account.alarm(
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": name}],
            TreatMissingData="notBreaching",
            AlarmActions=[triage],
        )
        for name in (failing, healthy)
    }
    account.invoke(healthy)
    account.invoke(failing)
    event = account.received(queue)["event"]
    assert event["alarmArn"] == account.alarm_arn(alarms[failing])
    state = event["alarmData"]["state"]
    assert state["reason"].startswith("Threshold Crossed: 1 out of the last 1 datapoint [1.0 (")
    data = json.loads(state["reasonData"])
    assert data["recentDatapoints"] == [1.0]
    assert data["evaluatedDatapoints"][0]["value"] == 1.0
    assert account.alarm_state(alarms[healthy]) != "ALARM"


def test_given_disabled_actions_when_the_alarm_fires_then_only_the_bus_hears_of_it(account: Account) -> None:
    function, _ = account.recorder()
    account.allow(function, ALARMS, SourceAccount=account.id)
    alarm = account.alarm(AlarmActions=[function], ActionsEnabled=False)
    account.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="by hand")
    history = account.client("cloudwatch").describe_alarm_history(AlarmName=alarm, HistoryItemType="StateUpdate")
    assert "to ALARM" in history["AlarmHistoryItems"][0]["HistorySummary"]
    assert account.log_messages(function.rsplit(":", 1)[-1]) == []


def test_given_a_forgotten_alarm_then_it_is_ok_without_datapoints_and_can_fire_again(account: Account) -> None:
    function, queue = account.recorder()
    account.allow(function, ALARMS, SourceAccount=account.id)
    alarm = account.alarm(AlarmActions=[function])
    cloudwatch = account.client("cloudwatch")
    for _ in range(2):
        cloudwatch.put_metric_data(Namespace="Contract", MetricData=[{"MetricName": alarm, "Value": 5.0}])
        assert account.received(queue)["event"]["alarmData"]["state"]["value"] == "ALARM"
        account.running.forget_alarm(alarm)
        assert account.alarm_state(alarm) == "OK"
    span = {"StartTime": time.time() - 600, "EndTime": time.time() + 600, "Period": 60, "Statistics": ["Sum"]}
    found = cloudwatch.get_metric_statistics(Namespace="Contract", MetricName=alarm, **span)
    assert found["Datapoints"] == []


def test_given_alarms_over_the_query_protocol_then_terraform_reads_back_what_it_wrote(account: Account) -> None:
    written = {
        "AlarmDescription": "a <b> & c",
        "ActionsEnabled": True,
        "AlarmActions": [f"arn:aws:sns:{account.region}:{account.id}:one"],
        "OKActions": [f"arn:aws:sns:{account.region}:{account.id}:two"],
        "InsufficientDataActions": [f"arn:aws:sns:{account.region}:{account.id}:three"],
        "Namespace": "Contract",
        "MetricName": "m",
        "Dimensions": [{"Name": "D", "Value": "v"}],
        "Statistic": "Maximum",
        "Period": 120,
        "EvaluationPeriods": 4,
        "DatapointsToAlarm": 2,
        "Threshold": 3.5,
        "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "breaching",
        "Unit": "Seconds",
    }
    name = account.name("alarm")
    query(account, "PutMetricAlarm", {"AlarmName": name, **written})
    account._alarms.append(name)
    answer = query(account, "DescribeAlarms", {"AlarmNames": [name]})
    for key in written:
        assert f"<{key}>" in answer
    assert "<Name>D</Name><Value>v</Value>" in answer
    assert "a &lt;b&gt; &amp; c" in answer
    assert "<InsufficientDataActions><member>arn:" in answer


def test_given_an_alarm_on_metric_math_when_it_goes_off_then_its_event_carries_the_expression(
    account: Account,
) -> None:
    function, queue = account.recorder()
    account.allow(function, ALARMS, SourceAccount=account.id)
    cloudwatch, metric = account.client("cloudwatch"), account.name("metric")
    stat = {"Metric": {"Namespace": "Contract", "MetricName": metric}, "Period": 60, "Stat": "Sum"}
    name = account.name("alarm")
    account._alarms.append(name)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Metrics=[
            {"Id": "share", "Expression": "100 * m / 4", "Label": "share", "ReturnData": True},
            {"Id": "m", "MetricStat": stat, "ReturnData": False},
        ],
        EvaluationPeriods=1,
        Threshold=40.0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[function],
    )
    at = time.time() - 60
    cloudwatch.put_metric_data(
        Namespace="Contract", MetricData=[{"MetricName": metric, "Value": 2.0, "Timestamp": at}]
    )
    data = account.received(queue)["event"]["alarmData"]
    assert "[50.0 (" in data["state"]["reason"]
    assert [one.get("expression") for one in data["configuration"]["metrics"]] == ["100 * m / 4", None]
    [described] = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert [one["Id"] for one in described["Metrics"]] == ["share", "m"]
    assert "Period" not in described


@pytest.mark.parametrize(
    ("metrics", "why"),
    [
        ([{"Id": "e", "Expression": "1 + 1"}], "single time series"),
        ([{"Id": "e", "Expression": "m1"}], "no query with the id"),
        ([{"Id": "e", "Expression": "ANOMALY_DETECTION_BAND(e)"}], "This local AWS does not evaluate"),
    ],
)
def test_given_an_expression_that_could_never_be_judged_then_the_alarm_is_refused(
    account: Account, metrics: list[dict[str, Any]], why: str
) -> None:
    cloudwatch = account.client("cloudwatch")
    with pytest.raises(cloudwatch.exceptions.ClientError, match=why):
        cloudwatch.put_metric_alarm(
            AlarmName=account.name("alarm"),
            Metrics=metrics,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
        )


def test_given_an_alarm_with_a_topic_then_its_subscriber_gets_cloudwatchs_message(account: Account) -> None:
    topic = account.client("sns").create_topic(Name=account.name("topic"))["TopicArn"]
    function, queue = account.recorder()
    account.allow(function, "sns.amazonaws.com", SourceArn=topic)
    account.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    alarm = account.alarm(AlarmActions=[topic], Dimensions=[{"Name": "D", "Value": "v"}])
    account.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="by hand")
    record = account.received(queue)["event"]["Records"][0]
    message = json.loads(record["Sns"]["Message"])
    assert message["AlarmArn"] == account.alarm_arn(alarm)
    assert (message["OldStateValue"], message["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert message["Trigger"]["Dimensions"] == [{"value": "v", "name": "D"}]


def test_given_a_topic_subscriber_without_permission_then_it_is_refused(account: Account) -> None:
    topic = account.client("sns").create_topic(Name=account.name("topic"))["TopicArn"]
    function, _ = account.recorder()
    account.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    account.client("sns").publish(TopicArn=topic, Message="hello")

    def refused() -> bool:
        return any(one["function"] == function for one in account.running.status()["refused_invocations"])

    assert eventually(refused, "the delivery is refused")


def test_given_a_created_and_edited_alarm_then_its_history_tells_both_and_no_state_change(
    account: Account,
) -> None:
    alarm = account.alarm(Threshold=1.0)
    account.alarm(AlarmName=alarm, Threshold=9.0)
    history = account.client("cloudwatch").describe_alarm_history(AlarmName=alarm)["AlarmHistoryItems"]
    assert {item["HistoryItemType"] for item in history} == {"ConfigurationUpdate"}
    assert {item["HistorySummary"] for item in history} == {f'Alarm "{alarm}" created', f'Alarm "{alarm}" updated'}
    [edited] = [json.loads(item["HistoryData"]) for item in history if "updated" in item["HistorySummary"]]
    assert edited["originalUpdatedFields"] == {"threshold": 1.0}
    assert edited["updatedAlarm"]["threshold"] == 9.0
