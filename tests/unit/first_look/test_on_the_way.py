"""Causes on the way between resources: endpoint policies, addresses, what was deleted, what was moved back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import (
    FUNCTION,
    at,
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
    the_signal,
)
from triage.agent.grounding import Grounded
from triage.domain.report import Category
from triage.domain.signal import Metric

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


def _moved_back(rest: str) -> Grounded:
    name = "ApproximateAgeOfOldestMessage"
    depth = breach(f"2 s → 960 s {name} at 02:13 UTC, back: 2 s", name=name, before=2, after=960)
    return grounded(
        depth,
        configuration(QUEUE, "sqs", waiting=0, dead_letters={"queue": rest}),
        changes(change("lambda:UpdateFunctionCode", "functionName=mailer", -50), MOVED),
        related(FILLED, dimensions={"QueueName": QUEUE}),
        section("dead", {"metrics": [EMPTIED]}, "related_metrics", asked={"dimensions": {"QueueName": REST}}),
    )


def test_given_messages_moved_back_then_they_are_the_cause_of_a_queue_that_filled() -> None:
    report = _moved_back(REST)

    assert not report.problems
    assert report.report.root_cause.category is Category.TRAFFIC_SPIKE
    assert f"moved back from {REST}" in report.report.root_cause.statement
    assert "950 → 0" in report.report.root_cause.statement


def test_given_messages_of_another_queue_moved_back_then_they_are_not_its_cause() -> None:
    assert "moved back" not in _moved_back("invoices-dead").report.root_cause.statement


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


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("connection refused 198.51.100.77:443", "i-0a1b2c3d4e"),
        ("403 forbidden: token expired client 198.51.100.77", "i-0a1b2c3d4e"),
        (TURNED_AWAY.replace("198.51.100.77", "198.51.100.771"), "nat-0a1b2c3d4e"),
    ],
    ids=["where it went", "who was refused", "another address"],
)
def test_given_an_address_that_is_not_the_source_of_calls_then_nothing_is_said_of_it(
    text: str, owner: str
) -> None:
    found = ranked(breach(), logs(error(text)), _owners(owner=owner))

    assert "address-turned-away" not in [each.candidate.signature for each in found]


def test_given_a_dead_letter_queue_that_rings_then_the_visibility_time_out_of_its_source_stays_a_cause() -> None:
    url = "queueUrl=https://sqs.eu-west-1.amazonaws.com/123456789012/mails"
    dead = Metric("m1", "AWS/SQS", VISIBLE, {"QueueName": REST}, "Maximum", 60)
    own = section(
        "configuration:mails",
        {"waiting": 2, "dead_letters": {"queue": REST, "after_receives": 3, "waiting": 12}},
        "configuration",
        asked={"resource": f"sqs {QUEUE}"},
    )
    best, *_ = ranked(
        breach(f"0 → 12 {VISIBLE} at 02:13 UTC, still high", name=VISIBLE, after=12),
        configuration(REST, "sqs", waiting=12),
        own,
        logs(error("mail 8 is already being processed by another worker"), group="/aws/lambda/mailer"),
        changes(
            change("sqs:SetQueueAttributes", f"attributes.VisibilityTimeout=10, {url}", -5),
            change("lambda:UpdateFunctionCode", "functionName=mailer", -8),
        ),
        signal=the_signal(metrics=(dead,)),
    )

    assert best.candidate.signature == "received-again"


def test_given_the_same_event_long_ago_and_at_the_onset_then_the_near_one_counts() -> None:
    event = {
        "at": at(-1),
        "when": "",
        "what": "Multi-AZ instance failover completed",
        "times": 2,
        "first": at(-9_000),
    }
    told = {"DBInstanceStatus": "available", "changes": [event | {"last": at(-1)}]}
    found = ranked(
        breach(),
        section("configuration", told, asked={"resource": "rds orders-db"}),
        logs(error("server closed the connection unexpectedly")),
    )

    assert found[0].candidate.signature == "failed-over"


@pytest.mark.parametrize(("given", "named"), [("status=Inactive", True), ("status=Active", False)])
def test_given_an_access_key_that_was_switched_then_only_switching_it_off_takes_something_away(
    given: str, named: bool
) -> None:
    metric = Metric("m1", "Depots", "Counted", {"Depot": "metz"}, "Sum", 300)
    call = change("iam:UpdateAccessKey", f"userName=depot-metz, {given}", -1)
    gone = breach("246 → 0 Counted/5 min at 02:13 UTC, still low", name="Counted", before=246, after=0)
    told = section("changes", {"related": [], "other": [call]}, "changes_before")
    found = ranked(gone, told, signal=the_signal(metrics=(metric,)))

    assert ("signer-taken-away" in [each.candidate.signature for each in found]) is named
