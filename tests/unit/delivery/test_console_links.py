"""Console links: right host, right region, escaped as each console wants it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import FIRED_AT, a_citation, a_metric, a_remembered, a_signal, an_investigation
from triage.delivery.console_links import Links, alarm_link, links_for
from triage.domain.investigation import Investigation
from triage.domain.recurrence import Recurrence


def _links(**signal: Any) -> dict[str, str]:
    return {link.label: link.url for link in links_for(an_investigation(signal=a_signal(**signal))).places}


def _of_metric(namespace: str, **dimensions: str) -> dict[str, str]:
    return _links(metrics=(a_metric(namespace=namespace, dimensions=dimensions),))


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-central-1", "console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
    ],
)
def test_every_link_goes_to_the_console_of_partition_and_region(partition: str, region: str, host: str) -> None:
    investigation = an_investigation(signal=a_signal(partition=partition, region=region))
    links = links_for(investigation, "reports-bucket", "reports/2026/11/21/x")
    assert len(links.every) == 6
    for link in links.every:
        address = urlsplit(link.url)
        assert (address.scheme, address.hostname) == ("https", host)
        assert f"region={region}" in address.query


def test_an_unknown_partition_has_no_links_rather_than_wrong_ones() -> None:
    signal = a_signal(partition="aws-iso", region="us-iso-east-1")
    assert links_for(an_investigation(signal=signal), "bucket", "folder") == Links()
    assert alarm_link(signal) is None


def test_no_link_is_presigned() -> None:
    links = links_for(an_investigation(), "reports-bucket", "reports/x")
    assert not any("X-Amz" in link.url or "Signature" in link.url for link in links.every)


def test_the_report_is_found_by_bucket_and_key() -> None:
    report = links_for(an_investigation(), "reports-bucket", "reports/2026/11/21/x_y").report
    assert report is not None
    assert report.url == (
        "https://console.aws.amazon.com/s3/object/reports-bucket"
        "?prefix=reports/2026/11/21/x_y/report.html&region=us-east-2"
    )


def test_the_report_is_found_where_its_bucket_is_even_if_the_alarm_is_elsewhere() -> None:
    investigation = an_investigation(signal=a_signal(region="eu-central-1"))
    links = links_for(investigation, "reports-bucket", "reports/x", bucket_region="us-east-2")
    assert links.report is not None
    assert urlsplit(links.report.url).query.endswith("region=us-east-2")
    assert all("region=eu-central-1" in urlsplit(link.url).query for link in links.places)


def test_without_an_archive_there_is_no_report_link() -> None:
    assert links_for(an_investigation()).report is None


def test_an_alarm_name_with_reserved_and_foreign_characters_is_escaped() -> None:
    name = 'a/b c?d#e&f%g+"ü' + "订"
    assert _links(name=name)["Alarm"].endswith("#alarmsV2:alarm/a%2Fb%20c%3Fd%23e%26f%25g%2B%22%C3%BC%E8%AE%A2")


def test_log_groups_are_escaped_twice_with_dollar_signs_and_a_window() -> None:
    url = _of_metric("AWS/Lambda", FunctionName="api")["Logs of /aws/lambda/api around onset"]
    start = int(FIRED_AT.timestamp() * 1000) - 3_600_000
    end = int(FIRED_AT.timestamp() * 1000) + 900_000
    assert url.endswith(
        f"#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fapi/log-events$3Fstart$3D{start}$26end$3D{end}"
    )


@pytest.mark.parametrize(
    ("namespace", "dimensions", "label", "ends"),
    [
        ("AWS/Lambda", {"FunctionName": "api"}, "Function api", "#/functions/api?tab=monitoring"),
        ("AWS/DynamoDB", {"TableName": "users"}, "Table users", "#table?name=users&tab=monitoring"),
        (
            "AWS/SQS",
            {"QueueName": "orders"},
            "Queue orders",
            "#/queues/https%3A%2F%2Fsqs.us-east-2.amazonaws.com%2F123456789012%2Forders",
        ),
        ("AWS/RDS", {"DBInstanceIdentifier": "db-1"}, "Database db-1", "#database:id=db-1;is-cluster=false"),
        ("AWS/RDS", {"DBClusterIdentifier": "c"}, "Database cluster c", "#database:id=c;is-cluster=true"),
        ("AWS/EC2", {"InstanceId": "i-1"}, "Instance i-1", "#InstanceDetails:instanceId=i-1"),
        (
            "AWS/ApplicationELB",
            {"LoadBalancer": "app/web/1a2b"},
            "Load balancer app/web/1a2b",
            "loadBalancerArn=arn%3Aaws%3Aelasticloadbalancing%3Aus-east-2%3A123456789012%3Aloadbalancer%2Fapp%2Fweb%2F1a2b",
        ),
        (
            "AWS/ECS",
            {"ClusterName": "c", "ServiceName": "s"},
            "ECS service s",
            "/ecs/v2/clusters/c/services/s/health?region=us-east-2",
        ),
        ("AWS/ECS", {"ClusterName": "c"}, "ECS cluster c", "/ecs/v2/clusters/c/services?region=us-east-2"),
        ("AWS/S3", {"BucketName": "b"}, "Bucket b", "/s3/buckets/b?region=us-east-2"),
        (
            "AWS/States",
            {"StateMachineArn": "arn:aws:states:us-east-2:1:stateMachine:flow"},
            "State machine flow",
            "#/statemachines/view/arn%3Aaws%3Astates%3Aus-east-2%3A1%3AstateMachine%3Aflow",
        ),
        (
            "AWS/Logs",
            {"LogGroupName": "/app"},
            "Logs of /app around onset",
            None,
        ),
    ],
)
def test_the_resource_behind_the_alarm_is_one_click_away(
    namespace: str, dimensions: dict[str, str], label: str, ends: str | None
) -> None:
    links = _of_metric(namespace, **dimensions)
    assert label in links
    assert ends is None or links[label].endswith(ends)


def test_queues_in_china_have_the_suffix_of_china() -> None:
    links = _links(
        partition="aws-cn",
        region="cn-north-1",
        metrics=(a_metric(namespace="AWS/SQS", dimensions={"QueueName": "orders"}),),
    )
    assert "sqs.cn-north-1.amazonaws.com.cn%2F" in links["Queue orders"]


def test_a_dimension_of_another_namespace_is_not_taken_for_a_resource() -> None:
    assert not any("Function" in label for label in _of_metric("Custom/App", FunctionName="api"))


def test_the_calls_of_the_investigation_are_found_by_its_session_name() -> None:
    investigation = an_investigation(id="20261121T030205Z-ff")
    links = {link.label: link.url for link in links_for(investigation).places}
    assert "Username=20261121T030205Z-ff" in links["Calls this investigation made (CloudTrail)"]


def test_a_name_that_holds_a_secret_or_hides_something_gets_no_link() -> None:
    assert "Alarm" not in _links(name="key AKIAIOSFODNN7EXAMPLE")
    assert "Alarm" not in _links(name="a\u202eb")
    assert alarm_link(a_signal(name="key AKIAIOSFODNN7EXAMPLE")) is None


@given(st.text(max_size=255), st.text(min_size=1, max_size=60))
def test_no_name_leaves_its_place_in_the_address(name: str, function: str) -> None:
    links = _links(name=name, subject="arn", metrics=(a_metric(dimensions={"FunctionName": function}),))
    for url in links.values():
        address = urlsplit(url)
        assert address.hostname == "console.aws.amazon.com"
        assert url.count("#") == 1
        assert all("!" <= character <= "~" for character in url)
        assert not set(url) & set("<>\"'`\\")


def _recurring(**overrides: Any) -> Investigation:
    last = a_remembered(**overrides)
    return an_investigation(recurrence=Recurrence(2, False, last, None, a_citation("E3")))


def test_the_report_before_this_one_comes_first_and_lies_in_the_archive_s_own_region() -> None:
    links = links_for(_recurring(), "reports-bucket", "reports/x", "eu-central-1")

    assert links.places[0].label == "Earlier report, 2026-11-02 03:02 UTC"
    assert links.places[0].url == (
        "https://console.aws.amazon.com/s3/object/reports-bucket"
        "?prefix=reports/2026/11/02/030005Z_lambda-high-error-rate_20261102T030005Z-00aa11bb22/report.html"
        "&region=eu-central-1"
    )


def test_a_report_that_was_not_archived_has_no_link() -> None:
    assert not any("Earlier" in link.label for link in links_for(_recurring(folder=""), "b", "reports/x").places)


def test_where_only_the_resource_is_known_its_report_is_linked() -> None:
    related = a_remembered(folder="reports/2026/11/15/other")
    investigation = an_investigation(recurrence=Recurrence(1, False, None, related, a_citation("E3")))

    assert "reports/2026/11/15/other/report.html" in links_for(investigation, "b", "reports/x").places[0].url
