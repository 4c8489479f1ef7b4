"""What later steps of a look are asked for, from what earlier ones found."""

from __future__ import annotations

import pytest

from tests.unit.toolbox.builders import NOON
from toolbox import plan
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer
from toolbox.logs.groups import telling_name

SIGNAL = {
    "name": "shop-5xx",
    "region": "eu-west-1",
    "occurred_at": NOON.isoformat(),
    "metrics": [{"dimensions": {"LoadBalancer": "app/shop/50dc6c495c0c9188"}}],
}
CONFIGURATION = Answer(
    asked={"resource": "ecs shop/cart"},
    roleArn="arn:aws:iam::123456789012:role/service",
    task_definition={
        "taskRoleArn": "arn:aws:iam::123456789012:role/cart-task",
        "containers": [{"name": "cart", "log_group": "/shop/cart"}, {"name": "proxy"}],
    },
    stages=[{"access_log": "api-access"}],
)
SURROUNDINGS = Answer(
    depends_on=[{"kind": "dynamodb", "name": "orders"}],
    functions=[{"function": "baskets", "role": "baskets-role", "log_group": "/aws/lambda/baskets"}],
)


@pytest.fixture(autouse=True)
def looked_at() -> None:
    looking.begin(SIGNAL, now=NOON)


def test_given_what_was_found_then_changes_are_asked_of_resources_dependencies_and_roles() -> None:
    asked = plan.names_to_look_up({"configuration": CONFIGURATION, "surroundings": SURROUNDINGS})

    assert asked["names"] == ["shop", "cart", "orders", "baskets", "shop-5xx"]
    assert asked["roles"] == ["service", "cart-task", "baskets-role"]


def test_given_nothing_was_found_then_changes_are_asked_of_what_the_alarm_names() -> None:
    assert plan.names_to_look_up({}) == {"names": ["shop", "shop-5xx"], "roles": []}


def test_given_what_was_found_then_logs_of_containers_stages_and_functions_are_read_too() -> None:
    asked = plan.further_groups({"configuration": CONFIGURATION, "surroundings": SURROUNDINGS})

    assert asked == {"also": ["/shop/cart", "api-access", "/aws/lambda/baskets"]}


@pytest.mark.parametrize(
    ("resource", "arguments"), [("lambda orders", {"function": "orders"}), ("sqs jobs", None)]
)
def test_given_a_resource_then_invocations_are_asked_of_functions_only(
    resource: str, arguments: dict[str, str] | None
) -> None:
    assert plan.if_function({"configuration": Answer(asked={"resource": resource})}) == arguments


def test_given_the_general_plan_then_every_step_waits_for_steps_before_it() -> None:
    seen: set[str] = set()
    for step in plan.GENERAL:
        assert set(step.after) <= seen
        seen.add(step.id)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("app/shop/50dc6c495c0c9188", "shop"),
        ("targetgroup/cart/943f017f100becff", "cart"),
        ("arn:aws:states:eu-west-1:123456789012:stateMachine:refunds", "refunds"),
        ("orders", "orders"),
    ],
)
def test_given_a_dimension_then_the_name_people_gave_is_in_it(value: str, name: str) -> None:
    assert telling_name(value) == name


@pytest.mark.parametrize(
    ("level", "before", "group"),
    [("warning", 0, "/apigw/shop"), ("error", 9, "/apigw/shop"), ("error", 0, "/aws/lambda/cart")],
    ids=["no error", "an old error", "a new error"],
)
def test_given_an_api_without_new_errors_then_its_access_log_is_compared(
    level: str, before: int, group: str
) -> None:
    found = [{"template": "x", "level": level, "before_onset": before, "since_onset": 4}]
    groups = [
        {"group": "/apigw/shop", "since_onset": 0},
        {"group": "/aws/lambda/cart", "since_onset": 4, "templates": found},
    ]
    done = {"configuration": Answer(stages=[{"access_log": "/apigw/shop"}]), "logs": Answer(groups=groups)}

    assert plan.first_group(done) == {"group": group}
