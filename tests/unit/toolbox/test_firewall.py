"""What AWS WAF blocks in front of something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.toolbox.builders import NOON, window
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.clients import Clients
from toolbox.plan import Step
from toolbox.recipes.firewall import STEPS
from toolbox.resources.scaling import scaling
from toolbox.services.firewall import blocked_requests

BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1f"


class _Account(Clients):
    """Two web ACLs with metrics; only one blocks more since noon. It tells which guards, or fails with a code."""

    def __init__(self, guarding: str = "", fails: str = "") -> None:
        super().__init__(None, "eu-west-1")
        self.guarding = guarding
        self.fails = fails
        self.listed: list[dict[str, Any]] = []

    def client(self, service: str, region: str | None = None) -> Any:
        return SimpleNamespace(
            can_paginate=lambda _: True,
            get_web_acl_for_resource=self._guard,
            get_paginator=lambda method: SimpleNamespace(paginate=getattr(self, f"_{method}")),
        )

    def _guard(self, **_: Any) -> dict[str, Any]:
        if self.fails:
            raise ClientError({"Error": {"Code": self.fails}}, "GetWebACLForResource")
        return {"WebACL": {"Name": self.guarding}} if self.guarding else {}

    def _list_metrics(self, **request: Any) -> list[dict[str, Any]]:
        self.listed.append(request)
        rules = [("front", "size"), ("front", "ALL"), ("back", "ALL")]
        named = [[{"Name": "WebACL", "Value": acl}, {"Name": "Rule", "Value": rule}] for acl, rule in rules]
        return [{"Metrics": [{"Dimensions": each} for each in [*named, [{"Name": "WebACL", "Value": "x"}]]]}]

    def _describe_log_groups(self, **_: Any) -> list[dict[str, Any]]:
        return [{"logGroups": [{"logGroupName": name} for name in ("/ecs/front", "aws-waf-logs-front")]}]

    def _get_metric_data(self, **request: Any) -> list[dict[str, Any]]:
        minutes = [NOON + timedelta(minutes=minute) for minute in range(-90, 28)]
        return [
            {
                "MetricDataResults": [
                    {"Id": each["Id"], "Timestamps": minutes, "Values": _values(each, minutes)}
                    for each in request["MetricDataQueries"]
                ]
            }
        ]


def _values(query: dict[str, Any], minutes: list[Any]) -> list[float]:
    dimensions = {one["Name"]: one["Value"] for one in query["MetricStat"]["Metric"]["Dimensions"]}
    blocks = dimensions["WebACL"] == "front"
    return [60.0 if blocks and minute >= NOON else 2.0 for minute in minutes]


def _blocked(account: _Account, resource: str | None = BALANCER) -> Answer:
    looking.use(replace(looking.begin({"name": "a"}, now=NOON), clients=account, window=window()))
    return blocked_requests(resource)


def test_given_an_acl_that_blocks_more_then_its_rules_and_its_log_are_told() -> None:
    account = _Account(guarding="front")
    told = _blocked(account)

    assert [(each["web_acl"], each["rule"]) for each in told["blocked"]] == [("front", "ALL"), ("front", "size")]
    assert told["blocked"][0]["blocks"].startswith("2 → 60 BlockedRequests/min at 12:00 UTC")
    assert told["logged_in"] == ["aws-waf-logs-front"]
    assert told["guarding"] == "front"
    assert [(each["guards"], "tie" in each) for each in told["blocked"]] == [(True, False)] * 2
    assert account.listed[0]["Dimensions"] == [{"Name": "WebACL", "Value": "front"}]


def test_given_nothing_that_guards_it_then_no_other_acl_is_read() -> None:
    account = _Account()

    told = _blocked(account)

    assert "blocked" not in told
    assert account.listed == []


@pytest.mark.parametrize(
    ("resource", "fails"),
    [(None, ""), (BALANCER, "WAFNonexistentItemException"), (BALANCER, "AccessDeniedException")],
)
def test_given_that_nobody_says_what_guards_it_then_what_any_acl_blocks_is_told_without_a_tie(
    resource: str | None, fails: str
) -> None:
    told = _blocked(_Account(fails=fails), resource)

    assert "guarding" not in told
    assert [(each["tie"], "guards" in each) for each in told["blocked"]] == [("not seen", False)] * 2
    assert ("gaps" in told) is bool(fails)


@pytest.mark.parametrize(
    ("metric", "dimensions", "configuration", "resource"),
    [
        ("HTTPCode_ELB_4XX_Count", {"LoadBalancer": "app/web/1f"}, {}, BALANCER),
        (
            "4XXError",
            {"ApiName": "shop", "Stage": "v1"},
            {"id": "a1"},
            "arn:aws:apigateway:eu-west-1::/restapis/a1/stages/v1",
        ),
        ("4XXError", {"ApiName": "shop"}, {"id": "a1"}, None),
    ],
)
def test_given_clients_that_are_refused_then_it_is_asked_what_guards_it(
    metric: str, dimensions: dict[str, str], configuration: dict[str, str], resource: str | None
) -> None:
    asked = _arguments(metric, dimensions, configuration)

    assert asked == {"resource": resource}


@pytest.mark.parametrize(
    ("metric", "dimensions"),
    [
        ("HTTPCode_Target_5XX_Count", {"LoadBalancer": "app/web/1f"}),
        ("RequestCount", {"LoadBalancer": "app/web/1f"}),
        ("Count", {"ApiName": "shop", "Stage": "v1"}),
        ("HTTPCode_ELB_4XX_Count", {"LoadBalancer": "net/web/1f"}),
        ("4xx", {"ApiId": "a1", "Stage": "v1"}),
    ],
    ids=["server errors", "requests", "calls", "network load balancer", "HTTP API"],
)
def test_given_an_alarm_of_something_else_then_no_firewall_is_asked_about(
    metric: str, dimensions: dict[str, str]
) -> None:
    assert _arguments(metric, dimensions, {"id": "a1"}) is None


def _arguments(metric: str, dimensions: dict[str, str], configuration: dict[str, str]) -> Any:
    watched = {"namespace": "AWS/X", "name": metric, "dimensions": dimensions}
    signal = {"name": "a", "region": "eu-west-1", "account_id": "123456789012", "metrics": [watched]}
    looking.use(replace(looking.begin(signal, now=NOON), window=window()))
    step: Step = STEPS[0]
    assert callable(step.arguments)
    return step.arguments({"configuration": Answer(configuration)})


def test_given_scaling_that_is_suspended_then_it_says_what() -> None:
    target = {"ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 2, "MaxCapacity": 20}
    state = {"DynamicScalingOutSuspended": True, "ScheduledScalingSuspended": False}
    client = SimpleNamespace(
        describe_scalable_targets=lambda **_: {"ScalableTargets": [target | {"SuspendedState": state}, target]},
        describe_scheduled_actions=lambda **_: {"ScheduledActions": []},
    )
    begun = looking.begin({"name": "a"}, now=NOON)
    clients = SimpleNamespace(client=lambda *_: client)
    looking.use(replace(begun, clients=clients))  # type: ignore[arg-type]

    assert scaling(Asked(), "ecs", "service/shop/worker")["scaling"] == [
        "DesiredCount 2 to 20; SUSPENDED: scaling out",
        "DesiredCount 2 to 20",
    ]
