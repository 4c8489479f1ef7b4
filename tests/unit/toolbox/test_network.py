"""The way out of a network: whose subnets it is, and what its gateway refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from tests.unit.toolbox.builders import NOON, window
from toolbox.asking import look as looking
from toolbox.asking.clients import Clients
from toolbox.surroundings.network import network_path

GATEWAY, SUBNET = "nat-0a1b2c3d", "subnet-0a1b2c3d"
CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/shop"
SERVICE = {"clusterArn": CLUSTER, "serviceName": "prices"}
TASK = {
    "attachments": [{"details": [{"name": "subnetId", "value": SUBNET}, {"name": "macAddress", "value": "x"}]}]
}
ROUTES = {
    "RouteTableId": "rtb-1",
    "VpcId": "vpc-1",
    "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": GATEWAY, "State": "active"}],
}


class _Account(Clients):
    """A service whose description has no network of its own, and a NAT gateway with some metrics."""

    def __init__(self, levels: dict[str, tuple[float, float]]) -> None:
        super().__init__(None, "eu-west-1")
        self._levels = levels

    def client(self, service: str, region: str | None = None) -> Any:
        return SimpleNamespace(
            can_paginate=lambda _: False,
            list_clusters=lambda **_: {"clusterArns": [CLUSTER]},
            list_services=lambda **_: {"serviceArns": ["prices"]},
            describe_services=lambda **_: {"services": [SERVICE]},
            list_tasks=lambda **_: {"taskArns": ["task/1", "task/2"]},
            describe_tasks=lambda **_: {"tasks": [TASK, TASK]},
            describe_route_tables=lambda **_: {"RouteTables": [ROUTES]},
            describe_nat_gateways=lambda **_: {"NatGateways": [{"NatGatewayId": GATEWAY, "State": "available"}]},
            describe_vpc_endpoints=lambda **_: {"VpcEndpoints": []},
            describe_network_acls=lambda **_: {"NetworkAcls": []},
            get_paginator=lambda _: SimpleNamespace(paginate=self._metrics),
        )

    def _metrics(self, **request: Any) -> list[dict[str, Any]]:
        minutes = [NOON + timedelta(minutes=minute) for minute in range(-90, 28)]
        return [
            {
                "MetricDataResults": [
                    {"Id": query["Id"], "Timestamps": minutes, "Values": self._values(query, minutes)}
                    for query in request["MetricDataQueries"]
                ]
            }
        ]

    def _values(self, query: dict[str, Any], minutes: list[Any]) -> list[float]:
        before, after = self._levels.get(query["MetricStat"]["Metric"]["MetricName"], (0.0, 0.0))
        return [before if at < NOON else after for at in minutes]


def _path(**levels: tuple[float, float]) -> dict[str, Any]:
    begun = looking.begin({"name": "prices-fail"}, now=NOON + timedelta(minutes=30), onset=NOON)
    looking.use(replace(begun, clients=_Account(levels), window=window()))
    return network_path("ecs", "shop/prices")


def test_given_a_service_that_names_no_subnets_then_they_are_those_its_tasks_run_in() -> None:
    assert _path()["subnets"] == [SUBNET]


def test_given_a_gateway_without_free_ports_then_what_it_refuses_is_told() -> None:
    answer = _path(ErrorPortAllocation=(0, 900), ActiveConnectionCount=(1_800, 55_000))

    [told] = answer["nat_metrics"]
    assert told["name"] == GATEWAY
    assert told["metrics"] == [
        "ErrorPortAllocation (Sum): 0 → 900 ErrorPortAllocation/min at 12:00 UTC, still high",
        "ActiveConnectionCount (Maximum): 1,800 → 55,000 ActiveConnectionCount at 12:00 UTC, still high",
    ]


def test_given_a_gateway_that_is_as_ever_then_nothing_is_told_of_its_metrics() -> None:
    assert "nat_metrics" not in _path(ActiveConnectionCount=(1_800, 1_800))
