"""Metrics are told apart by all of their dimensions."""

from __future__ import annotations

import time

import pytest

from tests.contract.local_aws.account import Account

pytestmark = pytest.mark.slow


def test_given_a_metric_with_and_without_dimensions_then_each_is_read_alone(account: Account) -> None:
    name = account.name("metric")
    dimension = [{"Name": "Shop", "Value": "a"}]
    cloudwatch = account.client("cloudwatch")
    data = [{"MetricName": name, "Value": 1.0}, {"MetricName": name, "Value": 10.0, "Dimensions": dimension}]
    cloudwatch.put_metric_data(Namespace="Contract", MetricData=data)

    def total(dimensions: list[dict[str, str]]) -> float:
        metric = {"Namespace": "Contract", "MetricName": name, "Dimensions": dimensions}
        stat = {"Metric": metric, "Period": 60, "Stat": "Sum"}
        now = time.time()
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "m", "MetricStat": stat}], StartTime=now - 600, EndTime=now + 60
        )
        return float(sum(answer["MetricDataResults"][0]["Values"]))

    assert (total([]), total(dimension)) == (1.0, 10.0)
