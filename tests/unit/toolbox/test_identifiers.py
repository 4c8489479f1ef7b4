"""What errors name that may be gone, who took it away, and who shares what errors name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.toolbox.builders import NOON, window
from tests.unit.toolbox.test_leads import errors
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer
from toolbox.asking.clients import Clients
from toolbox.changes import trail
from toolbox.changes.before_onset import changes_before
from toolbox.leads import identifiers, sources
from toolbox.leads.follow import Followed
from toolbox.leads.lead import Lead
from toolbox.resources.base import Resource, change, recent
from toolbox.surroundings.addresses import address_owners, public_addresses
from toolbox.surroundings.links.base import Link, Links

IMAGE = "ami-0b6e29d41f7c8a350"
NO_IMAGE = f"The image id '[{IMAGE}]' does not exist"


def test_given_a_failed_launch_then_its_image_is_looked_up_by_name_and_by_what_takes_images_away() -> None:
    done = {"configuration": Answer(failed_activities=[{"StatusMessage": NO_IMAGE, "times": 4}])}

    assert identifiers.told_of(done, NOON) == {IMAGE: f"named by errors: {NO_IMAGE}"}
    assert identifiers.calls_of(done, NOON) == ["DeregisterImage"]


@pytest.mark.parametrize(
    ("text", "names", "calls"),
    [
        ("ParameterNotFound: /shop/prod/db-url", ["/shop/prod/db-url"], ["DeleteParameter"]),
        ("Secrets Manager can't find the specified secret 'shop/db'", ["shop/db"], ["DeleteSecret"]),
        ("eni-0a1b2c3d4e5f60718 is in use", ["eni-0a1b2c3d4e5f60718"], []),
        ("module 'order' not found in app/main.py", [], []),
        ("user 'jo-ann' was greeted", [], []),
        ("GET /api/orders/77 not found", [], []),
        ("not found: https://[::1]/api/orders/77 and http://x.example/{id}/orders/77", [], []),
        ("/shop/a, 'shop/b' and sg-0a1b2c3d do not exist", ["sg-0a1b2c3d", "shop/b", "/shop/a"], None),
    ],
)
def test_given_an_error_then_ids_and_what_is_gone_are_names(
    text: str, names: list[str], calls: list[str] | None
) -> None:
    done = {"logs": errors(text)}

    assert list(identifiers.told_of(done, NOON)) == names
    assert calls is None or identifiers.calls_of(done, NOON) == calls


def test_given_many_paths_that_are_gone_then_an_id_of_a_later_error_still_finds_room() -> None:
    done = {f"logs:{number}": errors(f"/shop/prod/key-{number} not found") for number in range(9)}

    names = list(identifiers.told_of({**done, "logs": errors(NO_IMAGE)}, NOON))

    assert names[0] == IMAGE
    assert len(names) == 4


@pytest.mark.parametrize(
    ("times", "is_told"),
    [
        ({"StartTime": "2026-11-21T09:00:00Z"}, False),
        ({"stopped": "2026-11-14T12:00:00Z"}, False),
        ({"at": "2026-11-21T12:01:00Z"}, True),
        ({"StartTime": "2026-11-21T09:00:00Z", "last": "2026-11-21T12:20:00Z"}, True),
        ({"at": "2026-11-21T11:57:00Z"}, True),
        ({"at": "a while ago"}, True),
    ],
)
def test_given_what_a_configuration_says_went_wrong_long_before_then_it_names_nothing(
    times: dict[str, str], is_told: bool
) -> None:
    done = {"configuration": Answer(failed_activities=[{"StatusMessage": NO_IMAGE, **times}])}

    assert bool(identifiers.told_of(done, NOON)) is is_told
    assert bool(identifiers.calls_of(done, NOON)) is is_told


def test_given_what_is_gone_without_a_name_then_who_took_such_away_is_asked() -> None:
    looking.use(replace(looking.begin({"name": "a"}, now=NOON), window=window()))
    done = {"logs": errors("ResourceNotFoundException: can't find the specified secret"), "changes": Answer()}

    (step,) = Followed().closing(done)

    assert isinstance(step.arguments, dict)
    assert (step.arguments["reasons"], step.arguments["calls"]) == ({}, ["DeleteSecret"])
    assert Followed().closing({"changes": Answer()}) == []


def test_given_errors_that_were_there_before_then_they_name_nothing() -> None:
    assert identifiers.told_of({"logs": errors(NO_IMAGE, before=9)}, NOON) == {}


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


@pytest.mark.parametrize(
    ("text", "is_turned_away"),
    [
        ("status=403 source 198.51.100.77.", True),
        ("401 Unauthorized: 198.51.100.77", True),
        ("Forbidden: your IP is 198.51.100.77", True),
        ("198.51.100.77 is not on the allow-list", True),
        ("unknown client 198.51.100.77", True),
        ("unauthorised address (198.51.100.77)", True),
        ("connection refused by 198.51.100.77", False),
        ("rejected by host 198.51.100.77", False),
        ("answered in 403 ms from 198.51.100.77", False),
        ("took 1.403 s at 198.51.100.77", False),
        ("403 from 198.51.100.77:443", False),
        ("403 from https://198.51.100.77/orders", False),
        ("403 for Chrome/120.0.0.0 at v1.2.3.4", False),
    ],
)
def test_given_an_error_then_only_a_source_that_is_not_let_in_was_turned_away(
    text: str, is_turned_away: bool
) -> None:
    assert sources.turned_away(errors(text)) == (["198.51.100.77"] if is_turned_away else [])


def test_given_addresses_in_several_logs_then_one_question_is_about_all_of_them() -> None:
    done = {
        "logs": errors("403 for 198.51.100.77"),
        "logs:a": errors("boom"),
        "logs:b": errors("denied: 198.51.100.78"),
    }

    steps = [step for step in Followed().steps(done, 1) if step.id == "owners"]

    assert [step.arguments for step in steps] == [{"addresses": ["198.51.100.77", "198.51.100.78"]}]


def test_given_a_text_then_addresses_of_the_internet_in_it_are_found() -> None:
    assert public_addresses("10.0.0.1 127.0.0.1 169.254.1.1 1.2.3.4.5 300.1.1.1 203.0.113.9") == ["203.0.113.9"]


class _Gateways(Clients):
    """An account with NAT gateways and an instance that have public addresses."""

    def __init__(self, before: int = 0) -> None:
        super().__init__(None, "eu-west-1")
        self.before = before

    def client(self, service: str, region: str | None = None) -> Any:
        gateway = {
            "NatGatewayId": "nat-1",
            "State": "available",
            "SubnetId": "subnet-1",
            "NatGatewayAddresses": [{"PublicIp": "198.51.100.77"}, {}],
        }
        gone = [gateway | {"NatGatewayId": f"nat-0{state}", "State": state} for state in ("deleted", "failed")]
        others = [{"NatGatewayId": f"nat-x{number}", "State": "available"} for number in range(self.before)]
        own = {"PublicIp": "198.51.100.78"}
        interfaces = [
            {"NetworkInterfaceId": "eni-1", "Association": {"PublicIp": "198.51.100.77"}, "SubnetId": "subnet-1"},
            {"NetworkInterfaceId": "eni-2", "Association": own, "Attachment": {"InstanceId": "i-1"}},
        ]
        return SimpleNamespace(
            can_paginate=lambda _: True,
            get_paginator=lambda _: SimpleNamespace(
                paginate=lambda **_: [{"NatGateways": [*gone, *others]}, {"NatGateways": [gateway]}]
            ),
            describe_network_interfaces=lambda **_: {"NetworkInterfaces": interfaces},
        )


def test_given_addresses_then_what_of_the_account_has_them_is_told_once() -> None:
    looking.use(replace(looking.begin({"name": "a"}, now=NOON), clients=_Gateways(), window=window()))

    owners = address_owners(["198.51.100.77", "198.51.100.78", "203.0.113.1"])["owners"]

    assert [(each["address"], each["owner"]) for each in owners] == [
        ("198.51.100.77", "nat-1"),
        ("198.51.100.78", "i-1"),
    ]


def test_given_more_gateways_than_are_read_then_it_says_so() -> None:
    looking.use(replace(looking.begin({"name": "a"}, now=NOON), clients=_Gateways(before=600), window=window()))

    assert address_owners(["198.51.100.79"])["truncated"] == ["NAT gateways: the first 500 only"]


def test_given_the_same_change_again_and_again_then_it_is_told_once_with_its_first_and_last_time() -> None:
    times = [NOON + timedelta(minutes=minute) for minute in (1, 5, 9)]

    told = recent([*(change(at, "launch failed") for at in times), change(NOON, "launched")], window())

    assert told == [
        {
            "at": times[0],
            "when": told[0]["when"],
            "what": "launch failed",
            "times": 3,
            "first": times[0],
            "last": times[2],
        },
        {"at": NOON, "when": told[1]["when"], "what": "launched"},
    ]


def test_given_the_same_change_days_ago_then_the_one_just_before_the_onset_is_told() -> None:
    days, just, later = NOON - timedelta(days=3), NOON - timedelta(minutes=4), NOON + timedelta(minutes=2)

    (told,) = recent([change(at, "restarted") for at in (later, days, just)], window())

    assert told == {
        "at": just,
        "when": "4 min before onset",
        "what": "restarted",
        "times": 3,
        "first": days,
        "last": later,
    }


class _Trail(Clients):
    """CloudTrail that finds what a function deleted by the call alone, and the function's change by its name."""

    def __init__(self, functions: tuple[str, ...] = ("image-janitor",), throttles: str = "") -> None:
        super().__init__(None, "us-east-1")
        self.asked: list[str] = []
        self.functions = functions
        self.throttles = throttles

    def client(self, service: str, region: str | None = None) -> Any:
        return SimpleNamespace(lookup_events=self._looked_up, get_function_configuration=self._function)

    def _function(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 calls it
        self.asked.append(f"function {FunctionName}")
        if FunctionName not in self.functions:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetFunctionConfiguration")
        return {}

    def _looked_up(self, **request: Any) -> dict[str, Any]:
        (attribute,) = request["LookupAttributes"]
        self.asked.append(attribute["AttributeValue"])
        if attribute["AttributeValue"] == self.throttles:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "LookupEvents")
        if attribute["AttributeValue"] == "DeleteSecret":
            secrets = [_event("DeleteSecret", {"secretId": f"s-{number}"}) for number in range(50)]
            return {"Events": secrets, "NextToken": "more"}
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


def _changes(monkeypatch: Any, trail: _Trail, **asked: Any) -> Answer:
    monkeypatch.setattr("toolbox.changes.trail._PACE_S", 0.0)
    begun = looking.begin({"name": "few-hosts"}, now=NOON + timedelta(minutes=30), onset=NOON)
    looking.use(replace(begun, clients=trail, window=window()))
    return changes_before(["web-hosts"], **asked)


def test_given_a_person_who_deleted_something_then_it_is_asked_once_and_no_change_of_a_function_is(
    monkeypatch: Any,
) -> None:
    trail = _Trail(functions=())

    told = _changes(monkeypatch, trail, reasons={IMAGE: "named by errors"}, calls=["DeregisterImage"])

    assert trail.asked.count("function image-janitor") == 1
    assert "image-janitor" not in trail.asked
    assert "gaps" not in told


def test_given_a_throttle_then_no_further_call_is_looked_up(monkeypatch: Any) -> None:
    trail = _Trail(throttles="DeleteTopic")

    _changes(monkeypatch, trail, calls=["DeleteTopic", "DeregisterImage"])

    assert "DeleteTopic" in trail.asked
    assert "DeregisterImage" not in trail.asked


def test_given_a_call_that_is_made_often_then_two_pages_are_read_and_without_a_name_the_nearest_are_told(
    monkeypatch: Any,
) -> None:
    trail = _Trail()

    told = _changes(monkeypatch, trail, calls=["DeleteSecret"])

    assert trail.asked.count("DeleteSecret") == 2
    assert len([line for line in told["other"] if "DeleteSecret" in line]) == 2
    assert any("CloudTrail of DeleteSecret" in each for each in told["truncated"])


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
