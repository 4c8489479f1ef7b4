"""Alarms are described by every filter, with their relatives, in pages; their history by time and type."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.control import NOW_HEADER, TOKEN_HEADER
from local_aws.process import LocalAwsError
from tests.contract.local_aws.account import Account
from tests.contract.local_aws.cbor_protocol import cbor
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def prefix(account: Account) -> str:
    return account.name("described")


def names(account: Account, **filters: Any) -> list[str]:
    found = account.client("cloudwatch").describe_alarms(**filters)
    return [alarm["AlarmName"] for kind in ("MetricAlarms", "CompositeAlarms") for alarm in found[kind]]


def composite(account: Account, name: str, rule: str) -> str:
    account.client("cloudwatch").put_composite_alarm(AlarmName=name, AlarmRule=rule)
    account._alarms.insert(0, name)
    return name


@pytest.fixture
def family(account: Account, prefix: str) -> Any:
    """Two metric alarms and a composite one over the first."""
    first = account.alarm(AlarmName=f"{prefix}-1", AlarmActions=["arn:aws:sns:eu-west-1:210987654321:pager"])
    second = account.alarm(AlarmName=f"{prefix}-2", OKActions=["arn:aws:sns:eu-west-1:210987654321:chat"])
    parent = composite(account, f"{prefix}-3", f'ALARM("{first}")')
    yield first, second, parent
    account.client("cloudwatch").delete_alarms(AlarmNames=[parent])
    account._alarms.remove(parent)


def test_given_filters_then_alarms_are_described_by_all_of_them(
    account: Account, prefix: str, family: tuple[str, str, str]
) -> None:
    first, second, parent = family
    account.client("cloudwatch").set_alarm_state(AlarmName=first, StateValue="ALARM", StateReason="by hand")
    both = ["MetricAlarm", "CompositeAlarm"]
    assert names(account, AlarmNamePrefix=prefix) == [first, second]
    assert names(account, AlarmNamePrefix=prefix, AlarmTypes=both) == [first, second, parent]
    assert names(account, AlarmNamePrefix=prefix, AlarmTypes=["CompositeAlarm"]) == [parent]
    assert names(account, AlarmNames=[second, "nowhere"]) == [second]
    assert names(account, AlarmNamePrefix=prefix, AlarmTypes=both, StateValue="ALARM") == [first, parent]
    assert names(account, AlarmNamePrefix=prefix, ActionPrefix="arn:aws:sns:eu-west-1:210987654321:p") == [first]
    assert names(account, AlarmNamePrefix=prefix, ActionPrefix="arn:aws:lambda") == []
    assert names(account, AlarmNamePrefix=f"{prefix}-9") == []


def test_given_a_composite_alarm_then_it_follows_its_children_and_names_them(
    account: Account, family: tuple[str, str, str]
) -> None:
    first, _, parent = family
    cloudwatch = account.client("cloudwatch")
    for state in ("ALARM", "OK"):
        cloudwatch.set_alarm_state(AlarmName=first, StateValue=state, StateReason="by hand")
        described = cloudwatch.describe_alarms(AlarmNames=[parent], AlarmTypes=["CompositeAlarm"])
        assert described["CompositeAlarms"][0]["StateValue"] == state
    [child] = cloudwatch.describe_alarms(ChildrenOfAlarmName=parent)["MetricAlarms"]
    assert (child["AlarmName"], child["StateValue"], "Threshold" in child) == (first, "OK", False)
    assert names(account, ParentsOfAlarmName=first) == [parent]


def test_given_small_pages_then_every_alarm_is_on_one(account: Account, prefix: str) -> None:
    made = [account.alarm(AlarmName=f"{prefix}-{number}") for number in range(5)]
    pages = (
        account.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=prefix, PaginationConfig={"PageSize": 2})
    )
    found = [[alarm["AlarmName"] for alarm in page["MetricAlarms"]] for page in pages]
    assert found == [made[0:2], made[2:4], made[4:]]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"AlarmNames": ["a"], "AlarmNamePrefix": "a"}, "ValidationError"),
        ({"ChildrenOfAlarmName": "a", "StateValue": "OK"}, "ValidationError"),
        ({"ChildrenOfAlarmName": "no-such-alarm"}, "ResourceNotFound"),
        ({"AlarmTypes": ["Sirens"]}, "ValidationError"),
        ({"MaxRecords": 500}, "ValidationError"),
    ],
)
def test_given_what_cloudwatch_refuses_then_it_is_refused(
    account: Account, request_: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as error:
        account.client("cloudwatch").describe_alarms(**request_)
    assert error.value.response["Error"]["Code"] == code


def test_given_a_metric_then_its_alarms_are_those_on_exactly_it(account: Account, prefix: str) -> None:
    dimensions = [{"Name": "D", "Value": "v"}]
    plain = account.alarm(AlarmName=f"{prefix}-1", MetricName=prefix)
    inside = account.alarm(AlarmName=f"{prefix}-2", MetricName=prefix, Dimensions=dimensions, Period=300)

    def found(**filters: Any) -> list[str]:
        answer = account.client("cloudwatch").describe_alarms_for_metric(
            Namespace="Contract", MetricName=prefix, **filters
        )
        return [alarm["AlarmName"] for alarm in answer["MetricAlarms"]]

    assert found() == [plain]
    assert found(Dimensions=dimensions) == [inside]
    assert found(Dimensions=dimensions, Period=300, Statistic="Sum") == [inside]
    assert found(Dimensions=dimensions, Period=60) == []
    assert found(Statistic="Average") == []


def test_given_an_alarm_on_a_percentile_then_the_percentile_is_judged(account: Account, prefix: str) -> None:
    alarm, cloudwatch = prefix, account.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        Namespace="Contract",
        MetricName=alarm,
        ExtendedStatistic="p90",
        Period=60,
        EvaluationPeriods=1,
        Threshold=5.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    account._alarms.append(alarm)
    values = {"Values": [1.0, 9.0], "Counts": [8.0, 2.0], "Timestamp": time.time() - 60}
    cloudwatch.put_metric_data(Namespace="Contract", MetricData=[{"MetricName": alarm, **values}])
    eventually(lambda: account.alarm_state(alarm) == "ALARM", f"{alarm} goes off")
    [described] = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    assert described["ExtendedStatistic"] == "p90"
    assert "Statistic" not in described
    assert json.loads(described["StateReasonData"])["statistic"] == "p90"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"Statistic": "Sum", "ExtendedStatistic": "p9"}, "either Statistic or ExtendedStatistic"),
        ({"Period": 45}, "multiple of 60"),
        ({"DatapointsToAlarm": 3}, "less than or equal to EvaluationPeriods"),
        ({"EvaluationPeriods": 2000}, "more than 86400 seconds"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "This local AWS does not evaluate alarms with"),
        ({"TreatMissingData": "guess"}, "TreatMissingData"),
        ({"EvaluateLowSampleCountPercentile": "ignore"}, "This local AWS does not evaluate alarms with"),
    ],
)
def test_given_an_alarm_that_cannot_be_judged_then_it_is_refused(
    account: Account, prefix: str, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(ClientError, match=why):
        account.alarm(AlarmName=prefix, **change)


def test_given_cbor_then_the_same_alarms_are_described(account: Account, prefix: str) -> None:
    account.alarm(AlarmName=f"{prefix}-2")
    alarm = account.alarm(AlarmName=f"{prefix}-1", Threshold=2.5, Dimensions=[{"Name": "D", "Value": "v"}])
    asked = {"AlarmNames": [alarm]}
    [plain] = account.client("cloudwatch").describe_alarms(**asked)["MetricAlarms"]
    assert cbor(account, "DescribeAlarms", asked)["MetricAlarms"] == [plain]


def test_given_an_alarm_on_one_series_then_it_has_no_contributors(account: Account, prefix: str) -> None:
    cloudwatch = account.client("cloudwatch")
    assert (
        cloudwatch.describe_alarm_contributors(AlarmName=account.alarm(AlarmName=prefix))["AlarmContributors"]
        == []
    )
    with pytest.raises(cloudwatch.exceptions.ResourceNotFoundException):
        cloudwatch.describe_alarm_contributors(AlarmName=f"{prefix}-other")


def history(account: Account, alarm: str, **filters: Any) -> list[str]:
    found = account.client("cloudwatch").describe_alarm_history(AlarmName=alarm, **filters)
    return [item["HistorySummary"] for item in found["AlarmHistoryItems"]]


def declared(alarm: str, at: datetime, summary: str, kind: str = "StateUpdate") -> dict[str, str]:
    when = at.isoformat().replace("+00:00", "Z")
    return {"AlarmName": alarm, "Timestamp": when, "HistoryItemType": kind, "HistorySummary": summary}


def test_given_a_declared_past_then_history_is_told_by_time_type_and_order(account: Account, prefix: str) -> None:
    now = datetime.now(UTC)
    items = [
        declared(prefix, now - timedelta(days=40), "too long ago"),
        declared(prefix, now - timedelta(days=3), "edited", "ConfigurationUpdate"),
        declared(prefix, now - timedelta(hours=5), "to ALARM"),
        declared(prefix, now - timedelta(hours=4), "to OK"),
        {**declared(prefix, now - timedelta(hours=3), "of many", "AlarmContributorStateUpdate"),
         "AlarmContributorId": "c1"},
    ]  # fmt: skip
    account.running.declare({"alarm_history": items})
    assert history(account, prefix) == ["of many", "to OK", "to ALARM", "edited"]
    assert history(account, prefix, ScanBy="TimestampAscending")[:2] == ["edited", "to ALARM"]
    assert history(account, prefix, HistoryItemType="StateUpdate") == ["to OK", "to ALARM"]
    assert history(account, prefix, StartDate=now - timedelta(hours=4, minutes=30)) == ["of many", "to OK"]
    assert history(account, prefix, EndDate=now - timedelta(hours=4, minutes=30)) == ["to ALARM", "edited"]
    assert history(account, prefix, AlarmContributorId="c1") == ["of many"]
    assert history(account, prefix, AlarmTypes=["CompositeAlarm"]) == []
    assert history(account, f"{prefix}-other") == []


@pytest.mark.parametrize("order", ["TimestampAscending", "TimestampDescending"])
def test_given_small_pages_then_every_item_is_on_one(account: Account, prefix: str, order: str) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)  # all at the same time: the order of their declaration decides
    account.running.declare({"alarm_history": [declared(prefix, at, f"{number}") for number in range(5)]})
    pages = (
        account.client("cloudwatch")
        .get_paginator("describe_alarm_history")
        .paginate(AlarmName=prefix, ScanBy=order, PaginationConfig={"PageSize": 2})
    )
    found = [[item["HistorySummary"] for item in page["AlarmHistoryItems"]] for page in pages]
    expected = ["0", "1", "2", "3", "4"] if order == "TimestampAscending" else ["4", "3", "2", "1", "0"]
    assert found == [expected[0:2], expected[2:4], expected[4:]]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"Timestamp": "yesterday"}, r"alarm_history\[0\].Timestamp"),
        ({"HistoryItemType": "Rumour"}, r"alarm_history\[0\].HistoryItemType"),
        ({"Colour": "red"}, r"alarm_history\[0\].Colour: no such member"),
        ({"HistorySummary": ""}, r"alarm_history\[0\].HistorySummary"),
    ],
)
def test_given_a_malformed_past_then_it_is_refused_by_its_path(
    account: Account, prefix: str, change: dict[str, str], path: str
) -> None:
    item = declared(prefix, datetime.now(UTC), "to ALARM")
    with pytest.raises(LocalAwsError, match=path):
        account.running.declare({"alarm_history": [{**item, **change}]})
    assert history(account, prefix) == []


def test_given_a_state_change_with_an_action_then_history_tells_both_and_the_state_before(
    account: Account, prefix: str
) -> None:
    topic = account.client("sns").create_topic(Name=prefix)["TopicArn"]
    account.alarm(AlarmName=prefix, AlarmActions=[topic, "arn:aws:automate:eu-west-1:ec2:stop"])
    cloudwatch = account.client("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=prefix, StateValue="OK", StateReason="fine")
    cloudwatch.set_alarm_state(AlarmName=prefix, StateValue="ALARM", StateReason="not fine")
    [change, _] = cloudwatch.describe_alarm_history(AlarmName=prefix, HistoryItemType="StateUpdate")[
        "AlarmHistoryItems"
    ]
    data = json.loads(change["HistoryData"])
    assert (data["oldState"]["stateReason"], data["newState"]["stateReason"]) == ("fine", "not fine")
    actions = history(account, prefix, HistoryItemType="Action")
    assert sorted(actions) == [
        "Failed to execute action arn:aws:automate:eu-west-1:ec2:stop",
        f"Successfully executed action {topic}",
    ]


@pytest.mark.parametrize(
    "data", ["not JSON", "[]", "{}", '{"newState": "OK"}', '{"newState": {"stateValue": "ALARM"}}']
)
def test_given_a_declared_change_that_says_little_then_the_next_change_is_recorded_all_the_same(
    account: Account, prefix: str, data: str
) -> None:
    account.alarm(AlarmName=prefix)
    past = declared(prefix, datetime.now(UTC) - timedelta(hours=1), "past")
    account.running.declare({"alarm_history": [{**past, "HistoryData": data}]})
    cloudwatch = account.client("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=prefix, StateValue="OK", StateReason="fine", StateReasonData="free text")
    [change] = cloudwatch.describe_alarm_history(AlarmName=prefix, HistoryItemType="StateUpdate", MaxRecords=1)[
        "AlarmHistoryItems"
    ]
    assert json.loads(change["HistoryData"]) == {
        "version": "1.0",
        "oldState": {"stateValue": "INSUFFICIENT_DATA"},
        "newState": {"stateValue": "OK", "stateReason": "fine", "stateReasonData": "free text"},
    }


def test_given_a_deleted_alarm_then_its_history_stays_and_tells_of_it(account: Account, prefix: str) -> None:
    account.alarm(AlarmName=prefix)
    account.client("cloudwatch").delete_alarms(AlarmNames=[prefix])
    assert history(account, prefix) == [f'Alarm "{prefix}" deleted', f'Alarm "{prefix}" created']


def test_given_calls_of_the_past_then_alarm_state_and_history_have_their_times(
    account: Account, prefix: str
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    made, off = now - timedelta(days=20), now - timedelta(minutes=40)

    def at(moment: datetime) -> Any:
        client = account.running.client("cloudwatch")
        headers = {NOW_HEADER: f"{moment.timestamp():.0f}", TOKEN_HEADER: account.running.token}
        client.meta.events.register("before-sign.*", lambda request, **_: add(request.headers, headers))
        return client

    def add(to: Any, headers: dict[str, str]) -> None:
        for name, value in headers.items():
            to[name] = value

    settings = {"Namespace": "Contract", "MetricName": prefix, "Statistic": "Sum", "Period": 60, "Threshold": 1.0}
    at(made).put_metric_alarm(
        AlarmName=prefix, EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore", **settings,
    )  # fmt: skip
    account._alarms.append(prefix)
    at(off).set_alarm_state(AlarmName=prefix, StateValue="ALARM", StateReason="five errors")
    [alarm] = account.client("cloudwatch").describe_alarms(AlarmNames=[prefix])["MetricAlarms"]
    assert abs(alarm["StateUpdatedTimestamp"] - off) < timedelta(seconds=2)
    assert abs(alarm["AlarmConfigurationUpdatedTimestamp"] - made) < timedelta(seconds=2)
    assert history(account, prefix, StartDate=off - timedelta(minutes=1), EndDate=off + timedelta(minutes=1)) == [
        "Alarm updated from INSUFFICIENT_DATA to ALARM"
    ]
    assert history(account, prefix, EndDate=made + timedelta(minutes=1)) == [f'Alarm "{prefix}" created']
