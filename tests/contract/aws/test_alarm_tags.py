"""Reading an alarm's tags: from its own region, by its own ARN, and never for long."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from tests.builders import a_signal
from triage.aws.alarm_tags import ATTEMPTS, TIMEOUT_S, CloudWatchAlarmTags
from triage.aws.clients import client
from triage.domain.errors import TagsUnreadable
from triage.domain.signal import Contributor

ARN = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:prod#contributor/orders"


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return boto3.client("cloudwatch", region_name="eu-central-1")


@pytest.mark.parametrize(
    ("subject", "contributor"),
    [(ARN, None), (f"{ARN}#contributor/6e1f0a", Contributor("6e1f0a"))],
)
def test_the_tags_are_read_by_the_arn_of_the_alarm_in_its_own_region(
    cloudwatch: Any, subject: str, contributor: Contributor | None
) -> None:
    asked = []

    def client_for(region: str) -> Any:
        asked.append(region)
        return cloudwatch

    signal = a_signal(region="eu-central-1", subject=subject, contributor=contributor)
    with Stubber(cloudwatch) as stub:
        stub.add_response(
            "list_tags_for_resource",
            {"Tags": [{"Key": "team", "Value": "payments"}, {"Key": "empty", "Value": ""}]},
            {"ResourceARN": ARN},
        )
        assert CloudWatchAlarmTags(client_for).of(signal) == {"team": "payments", "empty": ""}
    assert asked == ["eu-central-1"]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "InternalServiceFault"])
def test_what_cannot_be_read_says_so_in_one_error(cloudwatch: Any, code: str) -> None:
    with Stubber(cloudwatch) as stub:
        stub.add_client_error("list_tags_for_resource", code, "no")

        with pytest.raises(TagsUnreadable, match=f"{code}: no"):
            CloudWatchAlarmTags(lambda _region: cloudwatch).of(a_signal())


def test_a_cloudwatch_that_does_not_answer_is_one_error_too() -> None:
    class Silent:
        def list_tags_for_resource(self, **arguments: Any) -> Any:
            raise ConnectTimeoutError(endpoint_url="https://monitoring.us-east-2.amazonaws.com")

    with pytest.raises(TagsUnreadable, match="ConnectTimeoutError"):
        CloudWatchAlarmTags(lambda _region: Silent()).of(a_signal())


def test_a_silent_cloudwatch_holds_triage_up_for_seconds_only(cloudwatch: Any) -> None:
    config = client(
        "cloudwatch", TIMEOUT_S, ATTEMPTS, connect_timeout_s=TIMEOUT_S, region="eu-central-1"
    ).meta.config

    assert config.region_name == "eu-central-1"
    assert (config.connect_timeout + config.read_timeout) * config.retries["total_max_attempts"] <= 4
