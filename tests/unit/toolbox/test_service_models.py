"""What helpers ask for and read exists: every request is valid, every member is in its service's model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

import toolbox
from tests.unit.toolbox.builders import window
from tests.unit.toolbox.service_models import Modelled
from toolbox.asking import look as looking
from toolbox.asking.answer import Asked
from toolbox.asking.look import Look
from toolbox.capacity.credits import cpu_credits
from toolbox.capacity.instances import running_instances
from toolbox.capacity.lambda_concurrency import lambda_concurrency
from toolbox.capacity.shards import stream_shards
from toolbox.capacity.subnets import subnet_addresses
from toolbox.logs.hosts import groups_of_instances
from toolbox.logs.statements import slow_statements
from toolbox.metrics.names import metrics_like
from toolbox.metrics.parts import metric_parts
from toolbox.resources import KINDS
from toolbox.services.certificates import certificates
from toolbox.services.renewal import certificate_renewal

SIGNAL = {
    "name": "a",
    "region": "eu-west-1",
    "metrics": [
        {
            "id": "m1",
            "namespace": "AWS/Lambda",
            "name": "Errors",
            "dimensions": {"FunctionName": "orders"},
            "statistic": "Sum",
            "period_s": 60,
        }
    ],
}
LOG = {"log_group": "/aws/lambda/orders", "template": "ERROR no order", "sample": "ERROR no order"}
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "metric": ("Errors",),
    "log_query": ("fields @message | limit 1",),
    "role_policies": ("role-1",),
    "may": ("role-1", "s3:GetObject"),
}
#: Read of two kinds of records alike, of which one has it.
OF_ONE_KIND = {
    "MetricAlarm.ActionsSuppressedBy",
    "MetricAlarm.ActionsSuppressor",
    "MetricAlarm.AlarmRule",
    "CompositeAlarm.MetricName",
    "CompositeAlarm.Metrics",
    "Tag.key",
    "Tag.value",
}


def misspelt(modelled: Modelled) -> set[str]:
    """Members no model has; any event of an execution may have failed, but not all say why."""
    unknown = {each for each in modelled.unknown if not each.endswith("EventDetails.error")}
    return {each for each in unknown - OF_ONE_KIND if not each.startswith("CompositeAlarm.")}


@pytest.fixture
def modelled() -> Iterator[Modelled]:
    clients = Modelled()
    look: Any = Look(clients, window(), SIGNAL)  # type: ignore[arg-type]
    looking.use(look)
    yield clients
    looking.begin()


def test_given_a_member_no_model_has_then_it_is_told(modelled: Modelled) -> None:
    found = modelled.client("lambda").get_function_configuration(FunctionName="x")

    found.get("Memory")
    found.get("MemorySize")

    assert misspelt(modelled) == {"FunctionConfiguration.Memory"}


def test_given_a_request_the_service_does_not_take_then_it_is_told(modelled: Modelled) -> None:
    with pytest.raises(AssertionError, match="Unknown parameter"):
        modelled.client("lambda").get_function_configuration(Name="x")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_given_a_full_answer_then_every_member_a_description_reads_is_in_the_model(
    modelled: Modelled, kind: str
) -> None:
    name = "arn:aws:states:eu-west-1:123456789012:stateMachine:x" if kind == "stepfunctions" else "x"
    answer = toolbox.configuration(kind, f"x/{name}" if kind == "ecs" else name)

    assert modelled.asked
    assert misspelt(modelled) == set()
    assert [gap for gap in answer.get("gaps", ()) if "failed" in gap["why"]] == []


@pytest.mark.parametrize("helper", toolbox.HELPERS, ids=lambda helper: helper.__name__)
def test_given_a_full_answer_then_every_member_a_helper_reads_is_in_the_model(
    modelled: Modelled, helper: Callable[..., Any]
) -> None:
    if helper is toolbox.log_error:
        looking.use(replace(looking.current(), signal=SIGNAL | {"log": LOG}))
    answer = helper(*ARGUMENTS.get(helper.__name__, ()))

    assert modelled.asked
    assert misspelt(modelled) == set()
    assert [gap for gap in answer.get("gaps", ()) if "failed" in gap["why"]] == []


#: Helpers of steps that the model has no name for, and those whose arguments matter.
OF_STEPS: dict[str, Callable[[], Any]] = {
    "concurrency": lambda_concurrency,
    "instances": running_instances,
    "addresses": subnet_addresses,
    "like": metrics_like,
    "parts": metric_parts,
    "certificates": certificates,
    "renewal": lambda: certificate_renewal(["arn:aws:acm:eu-west-1:111122223333:certificate/x"]),
    "credits": lambda: cpu_credits(["i-0123456789abcdef0"]),
    "statements": lambda: slow_statements("hall-db"),
    "shards": lambda: stream_shards("x"),
    "network of a service": lambda: toolbox.network_path("ecs", "x/x"),
    "network of a function": lambda: toolbox.network_path("lambda", "x"),
    "network of an instance": lambda: toolbox.network_path("ec2", "x"),
    "network of a database": lambda: toolbox.network_path("rds", "x"),
}


@pytest.mark.parametrize("name", OF_STEPS)
def test_given_a_full_answer_then_every_member_a_step_of_a_recipe_reads_is_in_the_model(
    modelled: Modelled, name: str
) -> None:
    answer = OF_STEPS[name]()

    assert modelled.asked
    assert misspelt(modelled) == set()
    assert [gap for gap in answer.get("gaps", ()) if "failed" in gap["why"]] == []


@pytest.mark.parametrize(
    ("kind", "name"), [("ecs", "x/x"), ("sqs", "x"), ("kinesis", "x"), ("dynamodb", "x"), ("elb", "x")]
)
def test_given_a_full_answer_then_every_member_the_surroundings_are_read_from_is_in_the_model(
    modelled: Modelled, kind: str, name: str
) -> None:
    toolbox.surroundings(kind, name)

    assert misspelt(modelled) == set()


@pytest.mark.parametrize("dimension", ["InstanceId", "AutoScalingGroupName"])
def test_given_a_full_answer_then_every_member_the_logs_of_instances_are_found_by_is_in_the_model(
    modelled: Modelled, dimension: str
) -> None:
    groups_of_instances(Asked(), {dimension: "x"}, "system")

    assert "logs:DescribeLogStreams" in modelled.asked or "ec2:DescribeInstances" in modelled.asked
    assert misspelt(modelled) == set()
