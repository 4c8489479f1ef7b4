"""The log groups of instances: found by their streams, among few groups."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.toolbox.builders import NOON
from toolbox.asking import look as looking
from toolbox.asking.answer import Asked
from toolbox.asking.look import Look
from toolbox.asking.window import Window
from toolbox.logs import hosts as host_logs
from toolbox.logs.hosts import candidates_among, groups_of_instances, is_of_host
from toolbox.resources.ec2 import what_runs_on

ID = "i-0aaaabbbbccccdddd"
INSTANCE = {
    "InstanceId": ID,
    "PrivateIpAddress": "10.0.1.2",
    "PrivateDnsName": "ip-10-0-1-2.ec2.internal",
    "Tags": [{"Key": "Name", "Value": "search-node-3"}],
}


class Account:
    """Answers about log groups with the streams given, about instances with one."""

    region = "eu-west-1"

    def __init__(self, streams: dict[str, list[str]], instances: list[dict[str, Any]]) -> None:
        self.streams = streams
        self.instances = instances
        self.listed: list[str] = []

    def client(self, service: str, region: str | None = None) -> Any:
        del service, region
        return SimpleNamespace(
            can_paginate=lambda _: False,
            describe_log_groups=lambda **_: {"logGroups": [{"logGroupName": name} for name in self.streams]},
            describe_log_streams=self._streams,
            describe_instances=lambda **_: {"Reservations": [{"Instances": self.instances}]},
            describe_auto_scaling_groups=lambda **_: {"AutoScalingGroups": [{"Instances": self.instances}]},
        )

    def _streams(self, logGroupName: str, limit: int, logStreamNamePrefix: str = "", **_: Any) -> Any:  # noqa: N803 - AWS
        self.listed.append(logGroupName)
        found = [name for name in self.streams[logGroupName] if name.startswith(logStreamNamePrefix)]
        return {"logStreams": [{"logStreamName": name} for name in found[:limit]]}


def asked_of(account: Account, dimensions: dict[str, str], alarm: str = "node does not answer") -> list[str]:
    looking.use(Look(account, Window.around(NOON, NOON), {"name": alarm}))  # type: ignore[arg-type]
    try:
        return groups_of_instances(Asked(), dimensions, alarm)
    finally:
        looking.begin()


def test_given_an_instance_then_groups_with_a_stream_of_its_id_or_host_name_are_its() -> None:
    account = Account(
        {
            "/var/log/messages": [f"{ID}"],
            "/search/app": ["ip-10-0-1-2", "ip-10-0-9-9"],
            "/search/batch": ["ip-10-0-1-21"],
            "/billing/app": [ID],
            "/aws/lambda/search-index": [ID],
        },
        [INSTANCE],
    )

    assert asked_of(account, {"InstanceId": ID}) == ["/search/app", "/var/log/messages"]
    assert "/billing/app" not in account.listed, "only groups that may be its are asked for their streams"


def test_given_a_group_of_many_streams_then_the_hosts_own_is_looked_for_by_its_name() -> None:
    account = Account({"syslog": [*(f"i-{number:017x}" for number in range(60)), ID]}, [INSTANCE])

    assert asked_of(account, {"InstanceId": ID}) == ["syslog"]


def test_given_an_instance_that_is_described_no_longer_then_its_id_still_tells() -> None:
    assert asked_of(Account({"syslog": [ID]}, []), {"InstanceId": ID}) == ["syslog"]


def test_given_an_auto_scaling_group_then_the_groups_of_its_members_are_its() -> None:
    account = Account({"/fleet/worker": [f"app/{ID}"]}, [INSTANCE])

    assert asked_of(account, {"AutoScalingGroupName": "worker-asg"}) == ["/fleet/worker"]


def test_given_no_instance_then_nothing_is_asked() -> None:
    account = Account({"syslog": [ID]}, [INSTANCE])

    assert asked_of(account, {"FunctionName": "search"}) == []
    assert account.listed == []


@pytest.mark.parametrize(
    ("stream", "is_its"),
    [
        (ID, True),
        (f"messages/{ID}", True),
        ("ip-10-0-1-2.ec2.internal", True),
        ("ip-10-0-1-21", False),
        (f"{ID}0", False),
    ],
)
def test_given_a_stream_then_it_is_of_a_host_only_by_its_whole_name(stream: str, is_its: bool) -> None:
    assert is_of_host(stream, [ID, "ip-10-0-1-2"]) is is_its


def test_given_many_groups_then_those_that_share_most_words_are_asked_and_no_more_than_a_few() -> None:
    groups = [f"/search/part-{number}" for number in range(30)] + ["/search/node/messages", "/billing/app"]

    found = candidates_among(groups, ["search-node-3"])

    assert found[0] == "/search/node/messages"
    assert len(found) == host_logs._MOST_CANDIDATES
    assert "/billing/app" not in found


def test_given_tags_then_they_say_what_an_instance_runs_and_how_its_streams_may_be_called() -> None:
    tags = [{"Key": "Name", "Value": "search-host-2"}, {"Key": "team:Application", "Value": "finder"}]
    account = Account(
        {"/finder/app": ["app/search-host-2"], "/other/app": ["search-host-2"]}, [{**INSTANCE, "Tags": tags}]
    )

    assert asked_of(account, {"InstanceId": ID}) == ["/finder/app"]
    assert what_runs_on({"Tags": tags}) == ["finder"]
