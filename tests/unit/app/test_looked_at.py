"""What a first look looks at for a log error: the resource behind the log group, from the first line on."""

from __future__ import annotations

import json

import pytest

from tests.builders import a_signal
from tests.fakes import FakeClock, FakeDeadline, FakeTools, RecordedTelemetry
from tests.log_batches import signal_of
from toolbox.look import begin
from triage.app.looked_at import looked_at, metric_of
from triage.app.take_first_look import CODE, TakeFirstLook
from triage.domain.signal import Signal
from triage.looks import source_of

WRITERS = {
    "/aws/lambda/order-api": ("AWS/Lambda", {"FunctionName": "order-api"}),
    "/aws/rds/instance/orders/error": ("AWS/RDS", {"DBInstanceIdentifier": "orders"}),
    "/aws/rds/cluster/orders/postgresql": ("AWS/RDS", {"DBClusterIdentifier": "orders"}),
    "/aws/codebuild/deploy": ("AWS/CodeBuild", {"ProjectName": "deploy"}),
    "/aws/elasticbeanstalk/shop/var/log/web.stdout.log": ("AWS/ElasticBeanstalk", {"EnvironmentName": "shop"}),
    "/aws/eks/main/cluster": ("ContainerInsights", {"ClusterName": "main"}),
    "/aws/containerinsights/main/application": ("ContainerInsights", {"ClusterName": "main"}),
    "/aws/ecs/containerinsights/main/performance": ("ECS/ContainerInsights", {"ClusterName": "main"}),
    "/prod/payment-service": ("AWS/Logs", {"LogGroupName": "/prod/payment-service"}),
}


@pytest.mark.parametrize("group", WRITERS)
def test_a_log_group_named_after_a_resource_leads_to_it(group: str) -> None:
    metric = metric_of(group)

    assert (metric.namespace, metric.dimensions) == WRITERS[group]


def test_an_alarm_is_looked_at_as_it_is() -> None:
    assert looked_at(a_signal()) == a_signal().to_json()


def test_the_toolbox_finds_the_log_group_and_begins_with_the_first_line() -> None:
    signal = signal_of("ERROR card refused", group="/prod/payment-service")
    assert signal.log is not None

    seen = looked_at(signal)
    look = begin(seen, region="us-east-2")

    assert seen["query"]["log_groups"] == ["/prod/payment-service"]
    assert look.dimensions == {"LogGroupName": "/prod/payment-service"}
    assert look.window.onset == signal.log.first_at


def test_what_is_looked_at_can_be_read_as_a_signal_again() -> None:
    signal = signal_of("ERROR card refused")

    found = Signal.from_json(json.loads(json.dumps(looked_at(signal))))

    assert (found.log, found.subject) == (signal.log, signal.subject)


@pytest.mark.parametrize(("signal", "code"), [(a_signal(), CODE), (signal_of("ERROR x"), source_of("log_error"))])
def test_each_kind_of_signal_has_its_first_look(signal: Signal, code: str) -> None:
    tools = FakeTools()
    use_case = TakeFirstLook(tools, RecordedTelemetry(), tool_timeout_s=120)

    look = use_case.run("20261121T030205Z-0123456789", signal, FakeDeadline(FakeClock()))

    assert [call.code for call in tools.calls] == [code]
    assert look.gap == ""
