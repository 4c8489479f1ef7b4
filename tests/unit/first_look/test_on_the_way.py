"""Causes on the way between resources: endpoint policies, addresses, what was deleted, what was moved back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import (
    FUNCTION,
    breach,
    change,
    changes,
    configuration,
    error,
    grounded,
    logs,
    ranked,
    related,
    section,
)
from triage.domain.report import Category

DENIED = (
    "AccessDenied when calling the PutObject operation: "
    "User: arn:aws:sts::123456789012:assumed-role/drop-role/drop "
    'is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::tariffs/a" because no VPC endpoint '
    "policy allows the s3:PutObject action"
)
TURNED_AWAY = 'booking refused: 403 {"code":"SRC_DENIED","ref":"198.51.100.77"}'
QUEUE, REST = "mails", "mails-failed"


def test_given_a_refusal_by_an_endpoints_policy_then_the_change_of_the_endpoint_belongs_to_it() -> None:
    best, *_ = ranked(
        breach(),
        logs(error(DENIED)),
        changes(
            change("iam:PutRolePolicy", "roleName=drop-role", -20),
            other=("00:40 ec2:ModifyVpcEndpoint VpcEndpointId=vpce-1 by net/ilse",),
        ),
    )

    assert best.candidate.signature == "endpoint-policy-denies"
    assert best.link is not None
    assert best.link.change.event == "ec2:ModifyVpcEndpoint"


def _owners(**members: Any) -> dict[str, Any]:
    owner = {"address": "198.51.100.77", "owner": "nat-0a1b2c3d4e", "subnet": "subnet-0b"} | members
    return section("owners", {"owners": [owner]}, "address_owners")


def test_given_errors_with_an_address_of_a_nat_gateway_then_the_route_to_it_is_the_change() -> None:
    routes = [{"table": "rtb-0f72a6e3", "routes": ["0.0.0.0/0 → nat-0a1b2c3d4e"]}]
    best, *_ = ranked(
        breach(),
        logs(error(TURNED_AWAY)),
        _owners(),
        section("network:x", {"routes": routes}, "network_path"),
        changes(
            change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -9),
            change("ec2:ReplaceRoute", "routeTableId=rtb-0f72a6e3, natGatewayId=nat-0a1b2c3d4e", -1),
        ),
    )

    assert best.candidate.signature == "address-turned-away"
    assert "the NAT gateway nat-0a1b2c3d4e in subnet-0b" in best.candidate.statement
    assert best.link is not None
    assert best.link.change.event == "ec2:ReplaceRoute"


def test_given_errors_that_name_another_address_then_it_is_no_hypothesis() -> None:
    found = ranked(breach(), logs(error(TURNED_AWAY)), _owners(address="203.0.113.1"))

    assert "address-turned-away" not in [each.candidate.signature for each in found]


def test_given_something_missing_then_who_deleted_it_goes_before_a_nearer_release() -> None:
    text = "ParameterNotFound: when calling the GetParameter operation: /shop/rates"
    best, *_ = ranked(
        breach(),
        logs(error(text)),
        changes(
            change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -9),
            change("ssm:DeleteParameter", "name=/shop/rates", -3_000, by="janitor-role/janitor"),
        ),
    )

    assert best.link is not None
    assert best.link.change.event == "ssm:DeleteParameter"


SOURCE = f"sourceArn=arn:aws:sqs:eu-west-1:123456789012:{REST}"
MOVED = change("sqs:StartMessageMoveTask", SOURCE, -5, by="sup/jo")
VISIBLE = "ApproximateNumberOfMessagesVisible"
FILLED = f"{VISIBLE} (Maximum): 0 → 900 {VISIBLE} at 02:09 UTC, back: 0"
EMPTIED = f"{VISIBLE} (Maximum): 950 → 0 {VISIBLE} at 02:10 UTC, still low"


def test_given_messages_moved_back_then_they_are_the_cause_of_a_queue_that_filled() -> None:
    name = "ApproximateAgeOfOldestMessage"
    depth = breach(f"2 s → 960 s {name} at 02:13 UTC, back: 2 s", name=name, before=2, after=960)
    report = grounded(
        depth,
        configuration(QUEUE, "sqs", waiting=0),
        changes(change("lambda:UpdateFunctionCode", "functionName=mailer", -50), MOVED),
        related(FILLED, dimensions={"QueueName": QUEUE}),
        section("dead", {"metrics": [EMPTIED]}, "related_metrics", asked={"dimensions": {"QueueName": REST}}),
    )

    assert not report.problems
    assert report.report.root_cause.category is Category.TRAFFIC_SPIKE
    assert f"moved back from {REST}" in report.report.root_cause.statement
    assert "950 → 0" in report.report.root_cause.statement


@pytest.mark.parametrize("before", [12, 30], ids=["as often", "more often"])
def test_given_the_source_of_what_errors_name_then_it_may_have_failed_long_before(before: int) -> None:
    lead = {"about": "lambda drop", "from": "logs", "why": "works with tariffs, which errors name: OUT", "hop": 2}
    found = ranked(
        breach(),
        logs(error("quote refused, newest tariffs s3://tariffs/a are 198 minutes old", level="warning")),
        logs(error(DENIED, 12, before, "warning"), group="/aws/lambda/drop", id="logs:drop", lead=lead),
        changes(change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -17)),
    )

    assert found[0].candidate.signature == "endpoint-policy-denies"
