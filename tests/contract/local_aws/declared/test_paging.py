"""Every paged operation: pages of the size asked for, each record once, tokens of that request only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from local_aws.declared import records, scope
from local_aws.declared.paging import page_of
from local_aws.declared.rules import Page, Rule
from local_aws.declared.services import SERVICES
from local_aws.declared.wire import Operation
from local_aws.process import Running
from tests.contract.local_aws.declared.worlds import WORLDS
from tests.contract.local_aws.declared.worlds.world import ago, arn, moment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("declared")]

ELSEWHERE = "ap-southeast-2"


def page(service: str, rule: Rule) -> Page:
    found = page_of(Operation(service, rule.operation), rule)
    assert found
    return found


PAGED = [
    (name, rule) for name, service in SERVICES.items() for rule in service.rules if rule.page and not rule.made
]
IN_WORLD = [
    (name, rule, question)
    for name, rule in PAGED
    for question in WORLDS[name].questions
    if question.operation == rule.operation
    and len(question.without.split()) > 1
    and page(name, rule).limit
    and page(name, rule).least <= 1
]
"""Operations that page by as little as one, with a question that shows more than one record."""


def held(rule: Rule, answer: Mapping[str, Any]) -> list[Any]:
    found = records.at(answer, rule.holds) or []
    return [one for parent in found for one in parent[rule.inner]] if rule.inner else list(found)


def walk(client: Any, service: str, rule: Rule, members: Mapping[str, Any], size: int) -> list[list[Any]]:
    """All pages of a request."""
    paged = page(service, rule)
    asked = {**members, **({paged.limit: _typed(service, rule, paged, size)} if paged.limit else {})}
    pages: list[list[Any]] = []
    token = None
    while token or not pages:
        answer = client._make_api_call(rule.operation, asked | ({paged.cursor: token} if token else {}))
        pages.append(held(rule, answer))
        token = records.at(answer, paged.following)
        if paged.more:
            assert records.at(answer, paged.more) is bool(token)
    return pages


def _typed(service: str, rule: Rule, paged: Page, size: int) -> Any:
    """Some services take the size as text."""
    kind = Operation(service, rule.operation).model.input_shape.members[paged.limit].type_name
    return str(size) if kind == "string" else size


@pytest.mark.parametrize(
    ("service", "rule", "question"),
    IN_WORLD,
    ids=[f"{n}-{r.operation}-{i}" for i, (n, r, _) in enumerate(IN_WORLD)],
)
def test_given_pages_of_one_then_every_record_is_on_exactly_one_page_in_the_same_order(
    clients: dict[str, Any], service: str, rule: Rule, question: Any
) -> None:
    whole = held(rule, clients[service]._make_api_call(question.operation, dict(question.base)))

    pages = walk(clients[service], service, rule, question.base, 1)

    assert [one for some in pages for one in some] == whole
    assert {len(some) for some in pages} == {1}


def bulk_of(service: str, rule: Rule) -> int:
    """How many records fill more than a page of the smallest size."""
    paged = page(service, rule)
    return (paged.least if paged.limit else paged.size) + 3


BULKY = [
    (name, rule)
    for name, rule in PAGED
    if not any(rule.operation == other.operation and name == service for service, other, _ in IN_WORLD)
    and bulk_of(name, rule) <= 150
    and not Operation(name, rule.operation).model.input_shape.required_members
    and not scope.either(name, rule)
    and not rule.of
    and isinstance(rule.identity[0] if rule.identity else None, str)
    and str(rule.identity[0]).isidentifier()
]


@pytest.mark.parametrize(("service", "rule"), BULKY, ids=[f"{name}-{rule.operation}" for name, rule in BULKY])
def test_given_more_than_the_smallest_page_then_pages_of_that_size_hold_every_record_once(
    local_aws: Running, clients: dict[str, Any], service: str, rule: Rule
) -> None:
    names = [f"bulk-{number:03}" for number in range(bulk_of(service, rule))]
    made: list[dict[str, Any]] = [{str(rule.identity[0]): name} for name in names]
    document = {rule.holds: [{rule.inner: made}] if rule.inner else made}
    local_aws.declare({"region": ELSEWHERE, "resources": {service: {rule.operation: document}}})
    paged = page(service, rule)
    size = paged.least if paged.limit else paged.size
    pages = walk(local_aws.client(service, ELSEWHERE), service, rule, {}, size)

    found = [one[str(rule.identity[0])] for some in pages for one in some]
    assert sorted(name for name in found if name.startswith("bulk-")) == names
    assert len(set(found)) == len(found)
    assert all(len(some) == size for some in pages[:-1])


def many(number: int, **told: Any) -> list[dict[str, Any]]:
    """Records that differ where a value holds `{}`."""
    return [
        {name: value.format(f"{one:04}") if isinstance(value, str) else value for name, value in told.items()}
        for one in range(number)
    ]


_STACK = {"StackName": "bulk"}
_LISTENER = arn("kinesis", "stream/bulk", ELSEWHERE)
_NOW, _THEN = moment(minutes=1), moment(hours=2)
_TRACE_TIME = f"{int(moment(hours=1).timestamp()):08x}"
_GROUP = {"DBParameterGroupName": "bulk"}
_CLUSTER_GROUP = {"DBClusterParameterGroupName": "bulk"}
_CACHE_GROUP = {"CacheParameterGroupName": "bulk"}
_QUOTA = {"ServiceCode": "bulk", "QuotaCode": "L-1"}
_ECS = arn("ecs", "container-instance/bulk/", ELSEWHERE)
_DEAD = '{{"deadLetterTargetArn": "arn:aws:sqs:ap-southeast-2:210987654321:bulk-dead"}}'


def _deployments(number: int) -> list[dict[str, Any]]:
    return [
        {"when": {"deploymentId": one["deploymentId"]}, "answer": {"deploymentInfo": one}}
        for one in many(number, deploymentId="d-{}", applicationName="bulk")
    ]


BY_HAND: dict[tuple[str, str], tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    ("cloudformation", "DescribeStackEvents"): (
        {"DescribeStackEvents": {"StackEvents": many(103, EventId="e{}", **_STACK)}},
        _STACK,
    ),
    ("cloudformation", "ListChangeSets"): (
        {"ListChangeSets": {"Summaries": many(103, ChangeSetId="c{}", **_STACK)}},
        _STACK,
    ),
    ("cloudformation", "ListStackResources"): (
        {"DescribeStackResources": {"StackResources": many(103, LogicalResourceId="r{}", **_STACK)}},
        _STACK,
    ),
    ("cloudformation", "ListStacks"): ({"DescribeStacks": {"Stacks": many(103, StackName="s{}")}}, {}),
    ("codedeploy", "ListApplications"): (
        {
            "GetApplication": [
                {"when": one, "answer": {"application": one}} for one in many(103, applicationName="a{}")
            ]
        },
        {},
    ),
    ("codedeploy", "ListDeploymentGroups"): (
        {
            "GetDeploymentGroup": [
                {"when": one, "answer": {"deploymentGroupInfo": one}}
                for one in many(103, applicationName="bulk", deploymentGroupName="g{}")
            ]
        },
        {"applicationName": "bulk"},
    ),
    ("codedeploy", "ListDeployments"): ({"GetDeployment": _deployments(103)}, {"applicationName": "bulk"}),
    ("codedeploy", "ListDeploymentTargets"): (
        {
            "BatchGetDeploymentTargets": {
                "deploymentTargets": [
                    {"ecsTarget": one} for one in many(103, deploymentId="d-bulk", targetId="t{}")
                ]
            }
        },
        {"deploymentId": "d-bulk"},
    ),
    ("ec2", "DescribeSpotPriceHistory"): (
        {"DescribeSpotPriceHistory": {"SpotPriceHistory": many(9, SpotPrice="{}")}},
        {},
    ),
    ("ecs", "ListContainerInstances"): (
        {
            "DescribeContainerInstances": [
                {
                    "when": {"cluster": "bulk"},
                    "answer": {"containerInstances": many(3, containerInstanceArn=_ECS + "{}", status="ACTIVE")},
                }
            ]
        },
        {"cluster": "bulk"},
    ),
    ("elasticache", "DescribeCacheParameters"): (
        {
            "DescribeCacheParameters": [
                {"when": _CACHE_GROUP, "answer": {"Parameters": many(23, ParameterName="p{}")}}
            ]
        },
        _CACHE_GROUP,
    ),
    ("elasticache", "DescribeEvents"): (
        {"DescribeEvents": {"Events": many(23, Message="m{}", Date=ago(minutes=5))}},
        {},
    ),
    ("events", "ListRuleNamesByTarget"): (
        {
            "ListTargetsByRule": [
                {"when": {"Rule": one["Rule"]}, "answer": {"Targets": [{"Id": "t", "Arn": "arn:bulk"}]}}
                for one in many(3, Rule="r{}")
            ]
        },
        {"TargetArn": "arn:bulk"},
    ),
    ("events", "ListTargetsByRule"): (
        {"ListTargetsByRule": [{"when": {"Rule": "bulk"}, "answer": {"Targets": many(3, Id="t{}", Arn="a")}}]},
        {"Rule": "bulk"},
    ),
    ("kinesis", "ListStreamConsumers"): (
        {
            "ListStreamConsumers": [
                {"when": {"StreamARN": _LISTENER}, "answer": {"Consumers": many(3, ConsumerARN="c{}")}}
            ]
        },
        {"StreamARN": _LISTENER},
    ),
    ("rds", "DescribeDBClusterParameters"): (
        {
            "DescribeDBClusterParameters": [
                {"when": _CLUSTER_GROUP, "answer": {"Parameters": many(23, ParameterName="p{}")}}
            ]
        },
        _CLUSTER_GROUP,
    ),
    ("rds", "DescribeDBLogFiles"): (
        {
            "DescribeDBLogFiles": [
                {
                    "when": {"DBInstanceIdentifier": "bulk"},
                    "answer": {"DescribeDBLogFiles": many(23, LogFileName="l{}")},
                }
            ]
        },
        {"DBInstanceIdentifier": "bulk"},
    ),
    ("rds", "DescribeDBParameters"): (
        {"DescribeDBParameters": [{"when": _GROUP, "answer": {"Parameters": many(23, ParameterName="p{}")}}]},
        _GROUP,
    ),
    ("rds", "DescribeEvents"): (
        {"DescribeEvents": {"Events": many(23, Message="m{}", Date=ago(minutes=5))}},
        {},
    ),
    ("service-quotas", "ListRequestedServiceQuotaChangeHistoryByQuota"): (
        {"ListRequestedServiceQuotaChangeHistory": {"RequestedQuotas": many(3, Id="q{}", **_QUOTA)}},
        _QUOTA,
    ),
    ("sqs", "ListDeadLetterSourceQueues"): (
        {
            "GetQueueAttributes": [
                {"when": one, "answer": {"Attributes": {"RedrivePolicy": _DEAD.format()}}}
                for one in many(3, QueueUrl="https://x/210987654321/bulk-{}")
            ]
        },
        {"QueueUrl": "https://x/210987654321/bulk-dead"},
    ),
    ("xray", "GetServiceGraph"): (
        {
            "GetServiceGraph": {
                "Services": [
                    {"ReferenceId": one, "StartTime": ago(minutes=9), "EndTime": ago(minutes=5)}
                    for one in range(1003)
                ]
            }
        },
        {"StartTime": _THEN, "EndTime": _NOW},
    ),
    ("xray", "GetTraceSummaries"): (
        {"GetTraceSummaries": {"TraceSummaries": many(1003, Id=f"1-{_TRACE_TIME}-" + "{}")}},
        {"StartTime": _THEN, "EndTime": _NOW},
    ),
}
"""Operations whose records need more than a name: what is declared, and the request."""


@pytest.mark.parametrize(("service", "operation"), BY_HAND, ids=["-".join(one) for one in BY_HAND])
def test_given_more_records_than_a_page_then_pages_hold_every_record_once(
    local_aws: Running, clients: dict[str, Any], service: str, operation: str
) -> None:
    declared, members = BY_HAND[service, operation]
    local_aws.declare({"region": ELSEWHERE, "resources": {service: declared}})
    rule = SERVICES[service].rule(operation)
    assert rule
    size = page(service, rule).least if page(service, rule).limit else page(service, rule).size

    pages = walk(local_aws.client(service, ELSEWHERE), service, rule, members, size)

    found = [str(one) for some in pages for one in some]
    assert len(pages) > 1
    assert len(set(found)) == len(found) > size
    assert all(len(some) == size for some in pages[:-1])


def test_given_a_paged_operation_then_one_of_the_three_tests_above_walks_its_pages() -> None:
    walked = {(name, rule.operation) for name, rule, _ in IN_WORLD} | {
        (name, rule.operation) for name, rule in BULKY
    }
    left = {(name, rule.operation) for name, rule in PAGED} - walked - set(BY_HAND)
    assert left == LEFT


LEFT = {
    ("health", "DescribeAffectedEntities"),  # ten a page at least, of one event: as DescribeEvents
    ("kms", "ListKeyPolicies"),  # "Currently, only default can be specified": one policy a key
    ("sqs", "ListMessageMoveTasks"),  # takes a size and gives no token
    ("xray", "BatchGetTraces"),  # asks for no more than a page
}


@pytest.mark.parametrize(
    ("service", "operation", "members", "code"),
    [
        ("rds", "DescribeDBInstances", {"MaxRecords": 19}, "InvalidParameterValue"),
        ("rds", "DescribeDBInstances", {"Marker": "bm9uc2Vuc2U="}, "InvalidParameterValue"),
        ("ec2", "DescribeVolumes", {"MaxResults": 1001}, "InvalidParameterValue"),
        ("ecs", "ListTasks", {"nextToken": "nonsense"}, "InvalidParameterException"),
        ("lambda", "ListFunctions", {"Marker": "nonsense"}, "InvalidParameterValueException"),
    ],
)
def test_given_a_size_or_token_that_is_none_then_the_request_is_refused(
    clients: dict[str, Any], service: str, operation: str, members: dict[str, Any], code: str
) -> None:
    with pytest.raises((ClientError, ParamValidationError), match=code):
        clients[service]._make_api_call(operation, members)


def test_given_the_token_of_one_request_then_another_request_does_not_take_it(clients: dict[str, Any]) -> None:
    ecs = clients["ecs"]
    token = ecs.list_tasks(cluster="prod", maxResults=1)["nextToken"]
    assert ecs.list_tasks(cluster="prod", maxResults=1, nextToken=token)["taskArns"]
    with pytest.raises(ecs.exceptions.InvalidParameterException):
        ecs.list_tasks(cluster="prod", maxResults=1, desiredStatus="STOPPED", nextToken=token)
