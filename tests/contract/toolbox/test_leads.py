"""Leads on the local AWS: a queue whose worker cannot get out, and the look that follows it there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import toolbox
from evals import authoring
from tests.contract.toolbox.incident import FUNCTION, QUEUE, ROLE, TABLE, Incident
from tests.waiting import eventually
from toolbox import first_look
from toolbox.asking import bounding
from toolbox.asking.window import iso
from toolbox.surroundings.links.base import of_arn

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("toolbox_leads")]

ACCOUNT = "arn:aws:{service}:eu-west-1:210987654321:{rest}"
CLUSTER = ACCOUNT.format(service="ecs", rest="cluster/pay")
TASK = ACCOUNT.format(service="ecs", rest="task-definition/payer:7")
GROUP = "/ecs/payer"
SUBNET, ROUTES, NETWORK, GATEWAY = "subnet-0a1b2c3d", "rtb-0a1b2c3d", "vpc-0a1b2c3d", "tgw-0a1b2c3d"


@pytest.fixture(scope="module", autouse=True)
def declared(incident: Incident) -> None:
    """A service that reads a queue of its own, in a subnet whose default route was replaced at the onset."""
    session: Any = incident.session
    session.client("sqs").create_queue(QueueName="payouts-due")
    url = session.client("sqs").get_queue_url(QueueName="payouts-due")["QueueUrl"]
    incident.running.declare(
        {"resources": {**_service(incident, url), **_network()}, "cloudtrail": [_replaced(incident)]}
    )
    moments = [incident.onset + timedelta(seconds=20 * place) for place in range(-60, 60)]
    lines = [(at, _said(at >= incident.onset)) for at in moments]
    authoring.put_lines(session, GROUP, lines)


@pytest.fixture(autouse=True)
def looking(incident: Incident) -> Iterator[None]:
    toolbox.begin(incident.signal, session=incident.session, onset=incident.onset)
    yield
    toolbox.begin(session=incident.session)


def _said(failed: bool) -> str:
    if failed:
        return "ERROR payout not sent: ConnectTimeoutError: Connection to api.bank.example timed out (connect=10)"
    return "INFO payout sent bank=north"


def _service(incident: Incident, url: str) -> dict[str, Any]:
    made = (incident.onset - timedelta(days=3)).isoformat()
    network = {"awsvpcConfiguration": {"subnets": [SUBNET], "securityGroups": ["sg-0a1b2c3d"]}}
    service = {
        "serviceName": "payer",
        "serviceArn": ACCOUNT.format(service="ecs", rest="service/pay/payer"),
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "desiredCount": 2,
        "runningCount": 2,
        "taskDefinition": TASK,
        "networkConfiguration": network,
        "deployments": [{"id": "1", "status": "PRIMARY", "taskDefinition": TASK, "createdAt": made}],
        "loadBalancers": [],
        "events": [],
    }
    container = {
        "name": "payer",
        "image": "payer:7",
        "environment": [{"name": "QUEUE_URL", "value": url}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": GROUP}},
    }
    task = {
        "taskDefinitionArn": TASK,
        "family": "payer",
        "revision": 7,
        "status": "ACTIVE",
        "containerDefinitions": [container],
    }
    return {
        "ecs": {
            "DescribeClusters": {"clusters": [{"clusterArn": CLUSTER, "clusterName": "pay", "status": "ACTIVE"}]},
            "DescribeServices": {"services": [service]},
            "DescribeTaskDefinition": [
                {"when": {"taskDefinition": "payer:7"}, "answer": {"taskDefinition": task}}
            ],
        }
    }


def _network() -> dict[str, Any]:
    table = {
        "RouteTableId": ROUTES,
        "VpcId": NETWORK,
        "Associations": [{"RouteTableId": ROUTES, "SubnetId": SUBNET, "Main": False}],
        "Routes": [
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
            {"DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": GATEWAY, "State": "active"},
        ],
    }
    group = {"GroupId": "sg-0a1b2c3d", "GroupName": "payer", "VpcId": NETWORK, "IpPermissions": []}
    out = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    return {
        "ec2": {
            "DescribeRouteTables": {"RouteTables": [table]},
            "DescribeSecurityGroups": {"SecurityGroups": [{**group, "IpPermissionsEgress": out}]},
        }
    }


def _replaced(incident: Incident) -> dict[str, Any]:
    return {
        "time": (incident.onset - timedelta(seconds=30)).isoformat(),
        "name": "ReplaceRoute",
        "source": "ec2.amazonaws.com",
        "user": {"role": "network", "session": "change-17"},
        "request": {"routeTableId": ROUTES, "destinationCidrBlock": "0.0.0.0/0", "transitGatewayId": GATEWAY},
    }


def of_queue(incident: Incident) -> dict[str, Any]:
    metric = {
        **incident.signal["metrics"][0],
        "namespace": "AWS/SQS",
        "name": "ApproximateAgeOfOldestMessage",
        "dimensions": {"QueueName": "payouts-due"},
        "statistic": "Maximum",
    }
    changed = (incident.onset + timedelta(minutes=1)).isoformat()
    return {**incident.signal, "name": "payouts-too-old", "metrics": [metric], "occurred_at": changed}


def test_given_a_queue_then_the_look_follows_its_worker_to_the_route_that_was_replaced(incident: Incident) -> None:
    def unthrottled() -> dict[str, Any] | None:
        told = first_look.run(of_queue(incident), session=incident.fresh_session())
        changes = next(each for each in told["sections"] if each["id"] == "changes")
        return None if "throttled" in str(changes["data"].get("gaps")) else told

    document = eventually(unthrottled, "CloudTrail answers twice a second, other tests included")

    found = {section["id"]: section for section in document["sections"]}
    assert found["logs:payer"]["helper"] == "log_errors"
    assert found["logs:payer"]["lead"] == {
        "about": "ecs pay/payer",
        "from": "neighbourhood",
        "why": "payer's variable QUEUE_URL",
        "hop": 1,
    }
    assert "api.bank.example timed out" in found["logs:payer"]["data"]["groups"][0]["templates"][0]["template"]
    assert found["network:payer"]["data"]["routes"] == [{"table": ROUTES, "routes": [f"0.0.0.0/0 → {GATEWAY}"]}]
    (change,) = [each for each in found["changes"]["data"]["related"] if each["event"] == "ec2:ReplaceRoute"]
    assert change["by"] == "network/change-17"
    assert change["touches"] == f"{ROUTES}: route table on the way out of payer"
    assert bounding.size(document) <= first_look.USUAL_BYTES


def test_given_a_refusal_in_the_log_then_it_is_asked_what_the_role_may(incident: Incident) -> None:
    document = first_look.run(incident.signal, session=incident.fresh_session())

    found = {section["id"]: section for section in document["sections"]}
    told = found[f"may:{ROLE}:dynamodb:PutItem:arn:aws:dynamodb:eu-west-1:210987654321:table/{TABLE}"]
    assert (told["helper"], told["data"]["decision"]) == ("may", "implicitDeny")
    assert told["lead"]["from"] == "logs"


def test_given_an_account_that_shows_nothing_of_its_neighbours_then_the_look_goes_on_with_gaps(
    incident: Incident,
) -> None:
    allowed = {"Effect": "Allow", "Action": ["cloudwatch:*", "logs:*", "lambda:Get*"], "Resource": "*"}

    document = first_look.run(incident.signal, session=incident.as_role(allowed))

    found = {section["id"]: section for section in document["sections"]}
    gaps = {gap["why"] for gap in found["neighbourhood"]["data"]["gaps"]}
    assert {"denied: lambda:ListFunctions", "denied: ecs:ListClusters", "denied: events:ListRules"} <= gaps
    assert found["metric"]["data"]["onset"] == iso(incident.onset)


# The helpers by themselves ---------------------------------------------------------------------------


def test_given_a_function_then_its_neighbourhood_is_its_event_source_and_its_table() -> None:
    answer = toolbox.neighbourhood("lambda", FUNCTION)

    told = [each["what"] for each in answer.get("changed", ())]
    told += [text.partition(" (")[0] for text in answer["unchanged"]]
    assert {f"sqs {QUEUE}", f"dynamodb {TABLE}"} <= set(told)


def test_given_a_service_in_a_vpc_then_its_way_out_is_told() -> None:
    answer = toolbox.network_path("ecs", "pay/payer")

    assert answer["subnets"] == [SUBNET]
    assert answer["security_groups"] == [{"group": "sg-0a1b2c3d", "out": ["tcp 443 0.0.0.0/0"]}]


def test_given_a_log_then_it_is_told_what_it_says_since_the_onset_only(incident: Incident) -> None:
    answer = toolbox.log_shares(GROUP)

    assert "connect=10: 100% (60), before 0%" in answer["since_onset"]
    assert "bank=north: 0% (0), before 100%" in answer["since_onset"]


def test_given_the_arns_of_the_account_then_each_resource_has_its_kind() -> None:
    queue = of_arn(ACCOUNT.format(service="sqs", rest="jobs"))

    assert queue is not None
    assert queue.kind == "sqs"
