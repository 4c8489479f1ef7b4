"""What errors name that may be gone, who took it away, and who shares what errors name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.toolbox.builders import NOON, window
from tests.unit.toolbox.test_leads import errors
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer
from toolbox.asking.clients import Clients
from toolbox.changes import trail
from toolbox.changes.before_onset import changes_before
from toolbox.leads import identifiers, sources
from toolbox.leads.lead import Lead
from toolbox.resources.base import Resource, change, recent
from toolbox.surroundings.addresses import address_owners, public_addresses
from toolbox.surroundings.links.base import Link, Links

IMAGE = "ami-0b6e29d41f7c8a350"
NO_IMAGE = f"The image id '[{IMAGE}]' does not exist"


def test_given_a_failed_launch_then_its_image_is_looked_up_by_name_and_by_what_takes_images_away() -> None:
    done = {"configuration": Answer(failed_activities=[{"StatusMessage": NO_IMAGE, "times": 4}])}

    assert identifiers.told_of(done) == {IMAGE: f"named by errors: {NO_IMAGE}"}
    assert identifiers.calls_of(done) == ["DeregisterImage"]


@pytest.mark.parametrize(
    ("text", "names", "calls"),
    [
        ("ParameterNotFound: /shop/prod/db-url", ["/shop/prod/db-url"], ["DeleteParameter"]),
        ("Secrets Manager can't find the specified secret 'shop/db'", ["shop/db"], ["DeleteSecret"]),
        ("eni-0a1b2c3d4e5f60718 is in use", ["eni-0a1b2c3d4e5f60718"], []),
        ("module 'order' not found in app/main.py", [], []),
        ("user 'jo-ann' was greeted", [], []),
    ],
)
def test_given_an_error_then_ids_and_what_is_gone_are_names(text: str, names: list[str], calls: list[str]) -> None:
    done = {"logs": errors(text)}

    assert list(identifiers.told_of(done)) == names
    assert identifiers.calls_of(done) == calls


def test_given_errors_that_were_there_before_then_they_name_nothing() -> None:
    assert identifiers.told_of({"logs": errors(NO_IMAGE, before=9)}) == {}


def test_given_a_bucket_that_errors_name_then_who_else_works_with_it_is_asked() -> None:
    bucket, writer, reader = (
        Resource("bucket", "tariffs"),
        Resource("lambda", "drop"),
        Resource("lambda", "quotes"),
    )
    links = Links([Link(writer, bucket, "drop's variable OUT"), Link(reader, bucket, "quotes's variable IN")])
    named = Lead(bucket, "logs", "named by errors: tariffs are too old", 1, 100.0)

    found = sources.of_sharing([named], links, 2)

    assert {each.about for each in found} == {writer, reader}
    assert all(each.why.startswith("works with tariffs, which errors name") for each in found)
    assert sources.of_sharing([replace(named, why="linked")], links, 2) == []


@pytest.mark.parametrize(
    ("changes", "call"),
    [
        ({"other": ["11:23 ec2:ReplaceRoute rtb-1 by net/a"]}, "ec2:ReplaceRoute"),
        ({"related": [{"event": "ec2:RevokeSecurityGroupEgress"}]}, "ec2:RevokeSecurityGroupEgress"),
        ({"related": [{"event": "ec2:ReplaceRoute", "refused": "UnauthorizedOperation"}]}, None),
        ({"other": ["11:23 ec2:CreateTags rtb-1 by net/a"]}, None),
    ],
)
def test_given_changes_then_one_of_the_network_is_told_from_others(
    changes: dict[str, Any], call: str | None
) -> None:
    assert sources.network_changed({"changes": Answer(changes)}) == call


def test_given_an_address_that_was_turned_away_then_it_is_asked_whose_it_is() -> None:
    denied = errors('booking refused: 403 {"code":"SRC_DENIED","ref":"198.51.100.77"}')

    assert sources.turned_away(denied) == ["198.51.100.77"]
    assert sources.turned_away(errors("GET / 200 from 198.51.100.77")) == []
    assert public_addresses("10.0.0.1 127.0.0.1 169.254.1.1 1.2.3.4.5 300.1.1.1 203.0.113.9") == ["203.0.113.9"]


class _Gateways(Clients):
    """An account with a NAT gateway and an instance that have public addresses."""

    def __init__(self) -> None:
        super().__init__(None, "eu-west-1")

    def client(self, service: str, region: str | None = None) -> Any:
        gateway = {
            "NatGatewayId": "nat-1",
            "SubnetId": "subnet-1",
            "NatGatewayAddresses": [{"PublicIp": "198.51.100.77"}, {}],
        }
        own = {"PublicIp": "198.51.100.78"}
        interfaces = [
            {"NetworkInterfaceId": "eni-1", "Association": {"PublicIp": "198.51.100.77"}, "SubnetId": "subnet-1"},
            {"NetworkInterfaceId": "eni-2", "Association": own, "Attachment": {"InstanceId": "i-1"}},
        ]
        return SimpleNamespace(
            describe_nat_gateways=lambda **_: {"NatGateways": [gateway]},
            describe_network_interfaces=lambda **_: {"NetworkInterfaces": interfaces},
        )


def test_given_addresses_then_what_of_the_account_has_them_is_told_once() -> None:
    looking.use(replace(looking.begin({"name": "a"}, now=NOON), clients=_Gateways(), window=window()))

    owners = address_owners(["198.51.100.77", "198.51.100.78", "203.0.113.1"])["owners"]

    assert [(each["address"], each["owner"]) for each in owners] == [
        ("198.51.100.77", "nat-1"),
        ("198.51.100.78", "i-1"),
    ]


def test_given_the_same_change_again_and_again_then_it_is_told_once_with_its_first_and_last_time() -> None:
    times = [NOON + timedelta(minutes=minute) for minute in (1, 5, 9)]

    told = recent([*(change(at, "launch failed") for at in times), change(NOON, "launched")], window())

    assert told == [
        {"at": times[0], "when": told[0]["when"], "what": "launch failed", "times": 3, "last": times[2]},
        {"at": NOON, "when": told[1]["when"], "what": "launched"},
    ]


class _Trail(Clients):
    """CloudTrail that finds what a function deleted by the call alone, and the function's change by its name."""

    def __init__(self) -> None:
        super().__init__(None, "us-east-1")
        self.asked: list[str] = []

    def client(self, service: str, region: str | None = None) -> Any:
        return SimpleNamespace(lookup_events=self._looked_up)

    def _looked_up(self, **request: Any) -> dict[str, Any]:
        (attribute,) = request["LookupAttributes"]
        self.asked.append(attribute["AttributeValue"])
        found = {
            "DeregisterImage": [
                _event("DeregisterImage", {"imageId": each}) for each in ("ami-0other0000", IMAGE)
            ],
            "image-janitor": [_event("UpdateFunctionConfiguration20150331v2", {"functionName": "image-janitor"})],
        }
        return {"Events": found.get(attribute["AttributeValue"], [])}


def _event(name: str, parameters: dict[str, Any], at: datetime = NOON - timedelta(days=1)) -> dict[str, Any]:
    arn = "arn:aws:sts::123456789012:assumed-role/janitor-role/image-janitor"
    issuer = {"sessionIssuer": {"userName": "janitor-role"}}
    identity = {"type": "AssumedRole", "arn": arn, "sessionContext": issuer}
    return {
        "EventTime": at,
        "EventName": name,
        "EventSource": "ec2.amazonaws.com",
        "CloudTrailEvent": json.dumps({"requestParameters": parameters, "userIdentity": identity}),
    }


def test_given_what_a_function_deleted_then_the_call_and_the_functions_own_change_are_told(
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr("toolbox.changes.trail._PACE_S", 0.0)
    trail = _Trail()
    begun = looking.begin({"name": "few-hosts"}, now=NOON + timedelta(minutes=30), onset=NOON)
    looking.use(replace(begun, clients=trail, window=window()))

    told = changes_before(["web-hosts"], reasons={IMAGE: "named by errors"}, calls=["DeregisterImage"])["related"]

    assert {(each["event"], each["touches"]) for each in told} == {
        ("ec2:DeregisterImage", f"{IMAGE}: named by errors"),
        ("ec2:UpdateFunctionConfiguration", "image-janitor: did DeregisterImage"),
    }
    assert "ami-0other0000" not in str(told)


def test_given_a_call_that_names_no_resource_then_whole_parameters_are_told_and_arns_by_what_they_name() -> None:
    queue = "arn:aws:sqs:eu-west-1:123456789012:mails-failed"
    parameters = {"sourceArn": queue, "comment": "x" * 90, "route": {"ReplaceRouteRequest": 1}}
    event = trail.event_of(_event("StartMessageMoveTask", parameters), "eu-west-1")

    assert "sourceArn=mails-failed" in event.brief(NOON)
    assert "xxx" not in event.brief(NOON) or "x" * 90 in event.brief(NOON)
    assert (
        trail.event_of(
            _event("ModifyVpcEndpoint", {"ModifyVpcEndpointRequest": {"VpcEndpointId": "vpce-1"}}), "eu-west-1"
        ).given
        == "VpcEndpointId=vpce-1"
    )
