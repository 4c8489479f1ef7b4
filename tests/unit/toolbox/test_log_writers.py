"""What writes a log group: by its name, and by what the account's functions and services are set to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.toolbox.builders import NOON
from toolbox import recipes
from toolbox.alarms.definition import describe_alarm
from toolbox.asking import look as looking
from toolbox.asking.answer import Asked
from toolbox.logs import writers
from toolbox.logs.naming import is_unknown, named, telling_part, with_writer
from toolbox.logs.one_error import log_error
from toolbox.resources.base import Resource
from toolbox.surroundings import links as linking
from toolbox.surroundings.links.base import Links

PLACE = {"partition": "aws-cn", "region": "cn-north-1", "account_id": "123456789012"}
MACHINE = "arn:aws-cn:states:cn-north-1:123456789012:stateMachine:refunds"
WRITERS = {
    "/aws/lambda/order-api": ("AWS/Lambda", {"FunctionName": "order-api"}),
    "/aws/lambda/us-east-1.edge-auth": ("AWS/Lambda", {"FunctionName": "edge-auth"}),
    "/aws/rds/instance/orders/error": ("AWS/RDS", {"DBInstanceIdentifier": "orders"}),
    "/aws/rds/cluster/orders/postgresql": ("AWS/RDS", {"DBClusterIdentifier": "orders"}),
    "API-Gateway-Execution-Logs_a1b2c3/prod": ("AWS/ApiGateway", {"ApiName": "a1b2c3", "Stage": "prod"}),
    "/aws/vendedlogs/states/refunds-Logs": ("AWS/States", {"StateMachineArn": MACHINE}),
    "/aws/states/refunds": ("AWS/States", {"StateMachineArn": MACHINE}),
    "/aws/codebuild/deploy": ("AWS/CodeBuild", {"ProjectName": "deploy"}),
    "/aws/elasticbeanstalk/shop/var/log/web.stdout.log": ("AWS/ElasticBeanstalk", {"EnvironmentName": "shop"}),
    "/aws/eks/main/cluster": ("ContainerInsights", {"ClusterName": "main"}),
    "/aws/containerinsights/main/application": ("ContainerInsights", {"ClusterName": "main"}),
    "/aws/ecs/containerinsights/main/performance": ("ECS/ContainerInsights", {"ClusterName": "main"}),
}


def error_in(group: str) -> dict[str, Any]:
    """An error as the orchestrator hands it over."""
    return {
        **PLACE,
        "source": "log_error",
        "name": f"{group}: ERROR order not taken",
        "occurred_at": NOON.isoformat(),
        "metrics": [],
        "log": {"log_group": group, "template": "ERROR order not taken", "sample": "ERROR order not taken"},
    }


@pytest.mark.parametrize("group", WRITERS)
def test_given_a_group_named_after_a_resource_then_that_is_looked_at(group: str) -> None:
    look = looking.begin(error_in(group), now=NOON)

    assert (look.namespace, look.dimensions) == WRITERS[group]
    assert look.window.onset == NOON
    assert look.called == ""


def test_given_a_group_of_any_name_then_only_the_log_itself_is_known() -> None:
    look = looking.begin(error_in("/prod/payments/app"), now=NOON)

    assert is_unknown(look.signal)
    assert look.dimensions == {"LogGroupName": "/prod/payments/app"}
    assert look.called == "payments"


def test_given_an_alarm_then_its_own_metrics_stay() -> None:
    alarm = {"name": "a", "metrics": [{"namespace": "AWS/SQS"}]}

    assert with_writer(alarm) == alarm
    assert named("/prod/payments", PLACE) is None


@pytest.mark.parametrize(
    ("group", "name"), [("/shop/checkout/stdout", "checkout"), ("payments", "payments"), ("/logs", "/logs")]
)
def test_given_a_group_then_the_part_that_people_chose_is_told(group: str, name: str) -> None:
    assert telling_part(group) == name


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (
            [(Resource("ecs", "shop/delivery"), Resource("log_group", "/prod/checkout/shipping"))],
            {"ClusterName": "shop", "ServiceName": "delivery"},
        ),
        (
            [(Resource("lambda", "orders"), Resource("log_group", "/prod/checkout/shipping"))],
            {"FunctionName": "orders"},
        ),
        (
            [(Resource("ecs", "shop/shipping"), Resource("role", "r"))],
            {"ClusterName": "shop", "ServiceName": "shipping"},
        ),
        ([], {"LogGroupName": "/prod/checkout/shipping"}),
    ],
)
def test_given_settings_that_name_a_group_then_whoever_has_them_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, links: list[tuple[Resource, Resource]], found: dict[str, str]
) -> None:
    account = Links()
    for source, target in links:
        account.add(source, target, "")
    monkeypatch.setattr(linking, "of_account", lambda _asked: account)
    look = looking.begin(error_in("/prod/checkout/shipping"), now=NOON)

    (metric, *_) = writers.metrics_of_writers(look)

    assert metric["dimensions"] == found


def test_given_an_error_then_no_alarm_is_asked_for_and_the_recipe_of_its_writer_is() -> None:
    plan = recipes.plan_for(with_writer(error_in("/aws/lambda/order-api")))
    names = [step.id for step in plan]

    assert names[0] == "metric"
    assert plan[0].helper is log_error
    assert plan[0].sets_onset
    assert {"logs", "configuration", "changes", "related_metrics", "invocations", "traces"} <= set(names)
    assert not {"alarm", "parts"} & set(names)
    seen: set[str] = set()
    for step in plan:
        assert set(step.after) <= seen
        seen.add(step.id)


def test_given_an_error_then_asking_for_its_alarm_is_no_gap() -> None:
    looking.begin(error_in("/aws/lambda/order-api"), now=NOON)

    answer = describe_alarm()

    assert "no alarm" in answer["note"]
    assert "gaps" not in answer


def test_given_an_alarm_then_asking_for_its_error_says_what_to_ask_instead() -> None:
    looking.begin({"name": "a", "metrics": []}, now=NOON)

    assert "breach()" in log_error()["gaps"][0]["why"]


def test_given_an_error_then_changes_are_asked_by_what_people_called_it_and_not_by_what_it_says() -> None:
    assert looking.begin(error_in("/prod/payments"), now=NOON).called == "payments"
    assert Asked().gaps == []
