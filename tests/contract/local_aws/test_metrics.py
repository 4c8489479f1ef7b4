"""What is put is read back as CloudWatch would: by exact dimensions, window, period, statistic, order and page."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account
from tests.contract.local_aws.query_protocol import query

pytestmark = pytest.mark.slow

NAMESPACE = "Contract"


@pytest.fixture
def name(account: Account) -> str:
    return account.name("metric")


@pytest.fixture
def hour() -> float:
    """The start of an hour that has passed."""
    return time.time() // 3600 * 3600 - 7200


def put(account: Account, name: str, values: dict[float, float], **more: Any) -> None:
    data = [{"MetricName": name, "Timestamp": at, "Value": value, **more} for at, value in values.items()]
    account.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=data)


def stat(name: str, statistic: str = "Sum", period: int = 60, **more: Any) -> dict[str, Any]:
    metric = {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": more.pop("dimensions", [])}
    return {"Id": "m", "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic, **more}}


def read(account: Account, queries: list[dict[str, Any]], start: float, end: float, **more: Any) -> Any:
    return account.client("cloudwatch").get_metric_data(
        MetricDataQueries=queries, StartTime=start, EndTime=end, **{"ScanBy": "TimestampAscending", **more}
    )


def values(
    account: Account, asked: dict[str, Any], start: float, end: float, **more: Any
) -> list[tuple[float, float]]:
    [result] = read(account, [asked], start, end, **more)["MetricDataResults"]
    return [
        (at.timestamp() - start, value) for at, value in zip(result["Timestamps"], result["Values"], strict=True)
    ]


def refused(account: Account, operation: str, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        getattr(account.client("cloudwatch"), operation)(**request)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_given_other_dimensions_then_another_metric_is_read(account: Account, name: str, hour: float) -> None:
    shop, zone = {"Name": "Shop", "Value": "a"}, {"Name": "Zone", "Value": "1"}
    put(account, name, {hour: 1.0})
    put(account, name, {hour: 10.0}, Dimensions=[shop])
    put(account, name, {hour: 100.0}, Dimensions=[shop, zone])

    def total(*dimensions: dict[str, str]) -> float:
        return sum(value for _, value in values(account, stat(name, dimensions=list(dimensions)), hour, hour + 60))

    assert total() == 1.0
    assert total(shop) == 10.0
    assert total(zone, shop) == 100.0
    assert total(zone) == 0.0


def test_given_a_moved_window_then_its_start_counts_and_its_end_does_not(
    account: Account, name: str, hour: float
) -> None:
    put(account, name, {hour: 1.0, hour + 60: 2.0, hour + 120: 4.0})
    asked = stat(name)
    assert values(account, asked, hour, hour + 120) == [(0.0, 1.0), (60.0, 2.0)]
    assert values(account, asked, hour + 60, hour + 180) == [(0.0, 2.0), (60.0, 4.0)]
    assert values(account, asked, hour + 180, hour + 240) == []


def test_given_a_start_off_the_minute_then_it_is_rounded_down_and_periods_count_from_there(
    account: Account, name: str, hour: float
) -> None:
    put(account, name, {hour + 60: 1.0, hour + 180: 2.0, hour + 360: 4.0})
    [result] = read(account, [stat(name, period=300)], hour + 75, hour + 600)["MetricDataResults"]
    assert [at.timestamp() - hour for at in result["Timestamps"]] == [60.0, 360.0]
    assert result["Values"] == [3.0, 4.0]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("SampleCount", 4.0), ("Sum", 10.0), ("Average", 2.5), ("Minimum", 1.0), ("Maximum", 4.0), ("p50", 2.5),
     ("p100", 4.0), ("tm75", 2.0), ("TC(1:3)", 2.0), ("PR(:1)", 25.0), ("IQM", 2.5)],
)  # fmt: skip
def test_given_a_statistic_then_it_is_computed_over_the_period(
    account: Account, name: str, hour: float, statistic: str, expected: float
) -> None:
    put(account, name, {hour: 1.0, hour + 60: 2.0, hour + 120: 3.0, hour + 240: 4.0})
    assert values(account, stat(name, statistic, 300), hour, hour + 300) == [(0.0, expected)]


def test_given_values_with_counts_or_a_statistic_set_then_they_add_up(
    account: Account, name: str, hour: float
) -> None:
    cloudwatch = account.client("cloudwatch")
    sets = {"SampleCount": 4.0, "Sum": 10.0, "Minimum": 1.0, "Maximum": 5.0}
    data = [
        {"MetricName": name, "Timestamp": hour, "Values": [1.0, 3.0], "Counts": [2.0, 1.0]},
        {"MetricName": name, "Timestamp": hour + 60, "StatisticValues": sets},
    ]
    cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)
    assert values(account, stat(name, "Average"), hour, hour + 120) == [(0.0, 5 / 3), (60.0, 2.5)]
    [(_, percentile)] = values(account, stat(name, "p90"), hour, hour + 120)
    assert percentile == pytest.approx(2.6)


def test_given_a_unit_then_only_data_of_that_unit_is_read(account: Account, name: str, hour: float) -> None:
    put(account, name, {hour: 1.0}, Unit="Seconds")
    put(account, name, {hour: 500.0}, Unit="Milliseconds")
    span = (hour, hour + 60)
    assert values(account, stat(name), *span) == [(0.0, 501.0)]
    assert values(account, stat(name, Unit="Seconds"), *span) == [(0.0, 1.0)]
    assert values(account, stat(name, Unit="Bytes"), *span) == []
    found = account.client("cloudwatch").get_metric_statistics(
        Namespace=NAMESPACE, MetricName=name, StartTime=hour, EndTime=hour + 60, Period=60, Statistics=["Sum"]
    )
    assert {point["Unit"]: point["Sum"] for point in found["Datapoints"]} == {
        "Seconds": 1.0,
        "Milliseconds": 500.0,
    }


def test_given_high_resolution_then_seconds_can_be_read_for_three_hours(account: Account, name: str) -> None:
    recent, old = time.time() // 60 * 60 - 600, time.time() // 60 * 60 - 4 * 3600
    put(account, name, {recent + 3: 1.0, recent + 13: 2.0, old + 3: 4.0}, StorageResolution=1)
    asked = stat(name, period=10)
    assert values(account, asked, recent, recent + 60) == [(0.0, 1.0), (10.0, 2.0)]
    assert values(account, asked, old, old + 60) == []
    assert values(account, stat(name, period=60), old, old + 60) == [(0.0, 4.0)]


def test_given_regular_resolution_then_a_value_belongs_to_its_minute(
    account: Account, name: str, hour: float
) -> None:
    put(account, name, {hour + 59: 1.0})
    assert values(account, stat(name), hour, hour + 30) == [(0.0, 1.0)]


def test_given_an_order_then_datapoints_come_in_it_newest_first_by_default(
    account: Account, name: str, hour: float
) -> None:
    put(account, name, {hour: 1.0, hour + 60: 2.0})
    cloudwatch = account.client("cloudwatch")
    request = {"MetricDataQueries": [stat(name)], "StartTime": hour, "EndTime": hour + 300}
    default = cloudwatch.get_metric_data(**request)["MetricDataResults"][0]["Values"]
    ascending = cloudwatch.get_metric_data(**request, ScanBy="TimestampAscending")["MetricDataResults"][0][
        "Values"
    ]
    assert (default, ascending) == ([2.0, 1.0], [1.0, 2.0])


def test_given_small_pages_then_they_add_up_and_a_token_fits_its_request_only(
    account: Account, name: str, hour: float
) -> None:
    put(account, name, {hour + 60 * number: float(number) for number in range(7)})
    other = {**stat(name, "Average"), "Id": "other"}
    request: dict[str, Any] = {
        "MetricDataQueries": [stat(name), other],
        "StartTime": hour,
        "EndTime": hour + 3600,
        "MaxDatapoints": 4,
    }
    found: dict[str, list[float]] = {"m": [], "other": []}
    for page in account.client("cloudwatch").get_paginator("get_metric_data").paginate(**request):
        assert sum(len(result["Values"]) for result in page["MetricDataResults"]) <= 4
        for result in page["MetricDataResults"]:
            found[result["Id"]] += result["Values"]
    assert found == {key: [6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0] for key in ("m", "other")}
    first = account.client("cloudwatch").get_metric_data(**request)
    assert {result["StatusCode"] for result in first["MetricDataResults"]} == {"PartialData"}
    moved = {**request, "EndTime": hour + 7000, "NextToken": first["NextToken"]}
    assert refused(account, "get_metric_data", **moved)[0] == "InvalidNextToken"


def test_given_metric_math_then_only_what_is_to_be_returned_is(account: Account, name: str, hour: float) -> None:
    put(account, name, {hour: 2.0, hour + 120: 4.0})
    queries: list[dict[str, Any]] = [
        {"Id": "share", "Expression": "100 * filled / SUM(filled)", "Label": "share"},
        {"Id": "filled", "Expression": "FILL(m, 0)", "ReturnData": False},
        {**stat(name), "ReturnData": False},
    ]
    [result] = read(account, queries, hour, hour + 180)["MetricDataResults"]
    assert result["Id"] == result["Label"] == "share"
    assert result["Values"] == pytest.approx([100 / 3, 0, 200 / 3])


def test_given_a_search_then_it_finds_metrics_by_schema_and_term(account: Account, name: str, hour: float) -> None:
    for route, value in (("pay", 1.0), ("refund", 2.0)):
        put(account, name, {hour: value}, Dimensions=[{"Name": "Route", "Value": route}])
    put(account, name, {hour: 4.0})

    def found(term: str) -> dict[str, list[float]]:
        expression = f"SEARCH('{{{NAMESPACE},Route}} MetricName=\"{name}\" {term}', 'Sum', 60)"
        answer = read(account, [{"Id": "e", "Expression": expression}], hour, hour + 60)
        return {result["Label"]: result["Values"] for result in answer["MetricDataResults"]}

    assert found("") == {"pay": [1.0], "refund": [2.0]}
    assert list(found("NOT refund").values()) == [[1.0]]
    assert found("Route=nowhere") == {}


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ('SELECT AVG(CPUUtilization) FROM "AWS/EC2"', "This local AWS does not run Metrics Insights queries"),
        ("ANOMALY_DETECTION_BAND(m)", "This local AWS does not evaluate ANOMALY_DETECTION_BAND"),
        ("m / nothing", "no query with the id 'nothing'"),
        ("AVG(m)", "must be a time series"),
        ("m +", "Unexpected 'the end'"),
    ],
)
def test_given_an_expression_that_cannot_be_computed_then_the_request_is_refused(
    account: Account, name: str, hour: float, expression: str, why: str
) -> None:
    queries = [{"Id": "e", "Expression": expression}, stat(name)]
    code, message = refused(
        account, "get_metric_data", MetricDataQueries=queries, StartTime=hour, EndTime=hour + 60
    )
    assert code == "ValidationError"
    assert why in message


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"EndTime": 0.0}, "StartTime must be less than the parameter EndTime"),
        ({"MaxDatapoints": 100_801}, "MaxDatapoints"),
        ({"LabelOptions": {"Timezone": "CET"}}, "Timezone"),
        ({"MetricDataQueries": [stat("x", period=61)]}, "Period 61"),
        ({"MetricDataQueries": [stat("x", "Median")]}, "Median"),
        (
            {"MetricDataQueries": [{**stat("x"), "AccountId": "999999999999"}]},
            "does not read metrics of the account",
        ),
    ],
)
def test_given_a_request_cloudwatch_refuses_then_it_is_refused(
    account: Account, hour: float, change: dict[str, Any], why: str
) -> None:
    request = {"MetricDataQueries": [stat("x")], "StartTime": hour, "EndTime": hour + 60}
    assert why in refused(account, "get_metric_data", **request | change)[1]


@pytest.mark.parametrize(
    ("datum", "why"),
    [
        ({"Timestamp": time.time() - 15 * 86_400, "Value": 1.0}, "within the past two weeks"),
        ({"Timestamp": time.time() + 3 * 3600, "Value": 1.0}, "two hours in the future"),
        ({"Value": 1.0, "Values": [1.0]}, "exactly one of"),
        ({}, "exactly one of"),
        ({"Value": 1e300}, "is invalid"),
        ({"Values": [1.0, 2.0], "Counts": [1.0]}, "as many Counts as Values"),
        ({"Values": [1.0] * 151}, "at most 150 Values"),
        ({"Value": 1.0, "StorageResolution": 5}, "must be 1 or 60"),
        ({"Value": 1.0, "Unit": "Apples"}, "enum value set"),
    ],
)
def test_given_a_datum_cloudwatch_refuses_then_nothing_of_the_request_is_kept(
    account: Account, name: str, datum: dict[str, Any], why: str
) -> None:
    data = [{"MetricName": name, "Value": 1.0}, {"MetricName": name, **datum}]
    assert why in refused(account, "put_metric_data", Namespace=NAMESPACE, MetricData=data)[1]
    assert account.client("cloudwatch").list_metrics(Namespace=NAMESPACE, MetricName=name)["Metrics"] == []


def test_given_two_weeks_of_minutes_then_all_are_kept(account: Account, name: str) -> None:
    now = time.time() // 60 * 60
    minutes = [now - 60 * number for number in range(1, 14 * 1440 - 10)]  # time goes on while they are put
    for at in range(0, len(minutes), 1000):
        put(account, name, dict.fromkeys(minutes[at : at + 1000], 1.0))
    hours = values(account, stat(name, period=3600), now - 13 * 86_400, now)
    assert [value for _, value in hours] == [60.0] * 13 * 24
    assert len(values(account, stat(name), now - 3600, now)) == 60


def statistics(account: Account, name: str, start: float, end: float, **more: Any) -> dict[float, Any]:
    request = {"Period": 60, "Statistics": ["Sum"], **more}
    found = account.client("cloudwatch").get_metric_statistics(
        Namespace=NAMESPACE, MetricName=name, StartTime=start, EndTime=end, **request
    )
    return {point["Timestamp"].timestamp() - start: point for point in found["Datapoints"]}


def test_given_get_metric_statistics_then_it_says_the_same(account: Account, name: str, hour: float) -> None:
    put(account, name, {hour: 1.0, hour + 60: 3.0})
    found = statistics(account, name, hour, hour + 120, Statistics=["Sum", "Average"], Period=120)
    assert {at: (point["Sum"], point["Average"]) for at, point in found.items()} == {0.0: (4.0, 2.0)}
    answer = account.client("cloudwatch").get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=name,
        StartTime=hour,
        EndTime=hour + 120,
        Period=120,
        ExtendedStatistics=["p50", "p99.9"],
    )
    assert answer["Datapoints"][0]["ExtendedStatistics"] == {"p50": 2.0, "p99.9": pytest.approx(2.998)}


@pytest.mark.parametrize(
    ("change", "code", "why"),
    [
        ({"Period": 60, "EndTime": 90_000}, "InvalidParameterCombination", "exceeds the limit of 1440"),
        ({"ExtendedStatistics": ["p50"]}, "InvalidParameterCombination", "and not both"),
        ({"Statistics": ["p50"]}, "ValidationError", "enum value set"),
        ({"Period": 45}, "InvalidParameterValue", "multiple of 60"),
        ({"EndTime": -60}, "InvalidParameterCombination", "must be less than"),
    ],
)
def test_given_statistics_cloudwatch_refuses_then_they_are_refused(
    account: Account, hour: float, change: dict[str, Any], code: str, why: str
) -> None:
    start = hour - 100_000
    asked = {"Period": 60, "Statistics": ["Sum"], **change}
    asked["EndTime"] = start + asked.get("EndTime", 60)
    found = refused(account, "get_metric_statistics", Namespace="N", MetricName="m", StartTime=start, **asked)
    assert found[0] == code
    assert why in found[1]


def test_given_filters_then_metrics_are_listed_by_all_of_them(account: Account, name: str) -> None:
    now, cloudwatch = time.time(), account.client("cloudwatch")
    a, b = {"Name": "Shop", "Value": "a"}, {"Name": "Zone", "Value": "1"}
    put(account, name, {now: 1.0}, Dimensions=[a])
    put(account, name, {now - 4 * 3600: 1.0}, Dimensions=[a, b])
    put(account, name, {now: 1.0})

    def listed(**filters: Any) -> list[int]:
        found = cloudwatch.list_metrics(Namespace=NAMESPACE, MetricName=name, **filters)["Metrics"]
        return sorted(len(metric["Dimensions"]) for metric in found)

    assert listed() == [0, 1, 2]
    assert listed(Dimensions=[{"Name": "Shop"}]) == [1, 2]
    assert listed(Dimensions=[a, {"Name": "Zone"}]) == [2]
    assert listed(Dimensions=[{"Name": "Shop", "Value": "b"}]) == []
    assert listed(RecentlyActive="PT3H") == [0, 1]
    assert cloudwatch.list_metrics(Namespace="Contract/Other", MetricName=name)["Metrics"] == []


def test_given_many_metrics_then_they_are_listed_five_hundred_a_page(account: Account, name: str) -> None:
    for start in range(0, 1100, 550):
        data = [
            {"MetricName": name, "Value": 1.0, "Dimensions": [{"Name": "N", "Value": f"{number}"}]}
            for number in range(start, start + 550)
        ]
        account.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=data)
    pages = account.client("cloudwatch").get_paginator("list_metrics").paginate(MetricName=name)
    found = [[metric["Dimensions"][0]["Value"] for metric in page["Metrics"]] for page in pages]
    assert [len(page) for page in found] == [500, 500, 100]
    assert len({value for page in found for value in page}) == 1100


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("get_metric_widget_image", {"MetricWidget": "{}"}),
        ("put_anomaly_detector", {}),
        ("get_insight_rule_report",
         {"RuleName": "r", "StartTime": datetime.now(UTC), "EndTime": datetime.now(UTC), "Period": 60}),
        ("list_metric_streams", {}),
    ],
)  # fmt: skip
def test_given_an_operation_that_is_not_answered_then_it_says_so(
    account: Account, operation: str, request_: dict[str, Any]
) -> None:
    code, message = refused(account, operation, **request_)
    assert (code, message[:24]) == ("ValidationError", "This local AWS does not ")


def test_given_no_detectors_and_rules_can_be_made_then_none_are_described(account: Account) -> None:
    cloudwatch = account.client("cloudwatch")
    assert cloudwatch.describe_anomaly_detectors()["AnomalyDetectors"] == []
    assert cloudwatch.describe_insight_rules()["InsightRules"] == []


def test_given_the_query_protocol_then_the_same_datapoints_are_read(
    account: Account, name: str, hour: float
) -> None:
    put(account, name, {hour: 1.0, hour + 60: 2.5})
    text = query(
        account,
        "GetMetricStatistics",
        {
            "Namespace": NAMESPACE,
            "MetricName": name,
            "StartTime": datetime.fromtimestamp(hour, UTC).isoformat(),
            "EndTime": datetime.fromtimestamp(hour + 60, UTC).isoformat(),
            "Period": 60,
            "Statistics": ["Sum"],
        },
    )
    assert "<Sum>1.0</Sum>" in text
    assert "2.5" not in text
