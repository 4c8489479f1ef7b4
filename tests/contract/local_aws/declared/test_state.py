"""Declared state: what is refused, what overrides what, who may read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.declared import documentation
from local_aws.process import LocalAwsError, Running
from tests.contract.local_aws.account import Account

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("declared")]

INSTANCE = {"DBInstanceIdentifier": "declared", "Engine": "postgres"}


@pytest.fixture(autouse=True)
def forgotten(local_aws: Running) -> Iterator[None]:
    yield
    local_aws.forget_declared()


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("state", "path"),
    [
        (
            {"resources": {"rds": {"DescribeDBInstances": {"DBInstances": [{"Foo": 1}]}}}},
            "resources.rds.DescribeDBInstances.DBInstances[0].Foo: no such member",
        ),
        (
            {"resources": {"rds": {"DescribeDBInstances": {"DBInstances": [{"Engine": 5}]}}}},
            "resources.rds.DescribeDBInstances.DBInstances[0].Engine: must be a string",
        ),
        (
            {"resources": {"rds": {"DescribeEvents": {"Events": [{"Date": "yesterday"}]}}}},
            "resources.rds.DescribeEvents.Events[0].Date: 'yesterday' is no time",
        ),
        (
            {"resources": {"ecs": {"DescribeTasks": {"tasks": [{"launchType": "CLOUD"}]}}}},
            "resources.ecs.DescribeTasks.tasks[0].launchType: 'CLOUD' is none of EC2",
        ),
        (
            {"resources": {"rds": {"DescribeDBInstances": {}}}},
            "resources.rds.DescribeDBInstances.DBInstances: is missing",
        ),
        ({"resources": {"rds": {"DescribeSomething": {}}}}, "resources.rds.DescribeSomething: cannot be declared"),
        ({"resources": {"redshift": {}}}, "resources.redshift: no such service"),
        (
            {"resources": {"elbv2": {"DescribeTargetHealth": {"TargetHealthDescriptions": []}}}},
            "resources.elbv2.DescribeTargetHealth: does not say what it is about",
        ),
        (
            {"resources": {"kinesis": {"ListShards": [{"when": {}, "answer": {"Shards": []}}]}}},
            "resources.kinesis.ListShards[0].when: lacks one of StreamName, StreamARN",
        ),
        (
            {"resources": {"lambda": {"GetPolicy": [{"when": {}, "answer": {"Policy": ""}}]}}},
            "resources.lambda.GetPolicy[0].when: lacks FunctionName",
        ),
        (
            {"resources": {"lambda": {"GetPolicy": [{"answer": {"Policy": ""}}]}}},
            "resources.lambda.GetPolicy[0]: must have exactly the members when and answer",
        ),
        ({"resourcs": {}}, "resourcs: no such section"),
        ({"account": "12", "resources": {}}, "account: '12' must have twelve digits"),
        (
            {"cloudtrail": [{"time": "2026-01-01T00:00:00Z", "name": "N", "source": "s3.amazonaws.com"}]},
            "cloudtrail[0].user: is missing",
        ),
        (
            {"cloudtrail": [{"time": "2026-01-01T00:00:00Z", "name": "N", "source": "s3", "user": "alice"}]},
            "cloudtrail[0].source: 's3' must be like lambda.amazonaws.com",
        ),
        (
            {"cloudtrail": [{"time": "x", "name": "N", "source": "s3.amazonaws.com", "user": {"group": "a"}}]},
            "cloudtrail[0].user: must be a user name",
        ),
        ({"cloudtrail": [{"when": "x"}]}, "cloudtrail[0].when: no such member"),
    ],
)
def test_given_a_malformed_document_then_it_is_refused_by_its_path_and_nothing_is_added(
    account: Account, state: dict[str, Any], path: str
) -> None:
    good = {"rds": {"DescribeDBInstances": {"DBInstances": [INSTANCE]}}}
    with pytest.raises(LocalAwsError) as refused:
        account.running.declare({**state, "resources": {**good, **state.get("resources", {})}})
    assert path in str(refused.value)
    assert account.client("rds").describe_db_instances()["DBInstances"] == []


def test_given_declared_state_then_it_stays_until_it_is_cleared_and_later_declarations_win(
    account: Account,
) -> None:
    rds = account.client("rds")
    for engine in ("postgres", "mysql"):
        one = (
            {**INSTANCE, "Engine": engine, "DBInstanceClass": "db.t4g.micro"} if engine == "postgres" else INSTANCE
        )
        document = {"DescribeDBInstances": {"DBInstances": [{**one, "Engine": engine}]}}
        account.running.declare({"resources": {"rds": document}})

    (found,) = rds.describe_db_instances()["DBInstances"]
    assert (found["Engine"], found["DBInstanceClass"]) == ("mysql", "db.t4g.micro")

    account.running.forget_declared()
    assert rds.describe_db_instances()["DBInstances"] == []


def test_given_another_account_or_region_then_the_state_is_not_seen_here(account: Account) -> None:
    document = {"rds": {"DescribeDBInstances": {"DBInstances": [INSTANCE]}}}
    account.running.declare({"region": "eu-north-1", "resources": document})
    account.running.declare({"account": "111122223333", "resources": document})

    assert account.client("rds").describe_db_instances()["DBInstances"] == []
    assert account.running.client("rds", "eu-north-1").describe_db_instances()["DBInstances"]


def test_given_a_global_service_then_its_state_is_seen_from_every_region(account: Account) -> None:
    role = {
        "RoleName": "declared",
        "Path": "/",
        "RoleId": "AROA",
        "Arn": f"arn:aws:iam::{account.id}:role/declared",
        "CreateDate": "2020-01-01T00:00:00Z",
    }
    account.running.declare({"region": "eu-north-1", "resources": {"iam": {"ListRoles": {"Roles": [role]}}}})
    for region in ("eu-west-1", "ap-south-1"):
        assert account.running.client("iam", region).get_role(RoleName="declared")["Role"]["RoleId"] == "AROA"


def test_given_a_real_function_then_a_declared_member_overrides_it_and_the_others_stay(account: Account) -> None:
    name = account.function("def handler(event, context):\n    return 1", timeout=7)
    answer = {"FunctionName": name, "LastModified": "2020-01-01T00:00:00.000+0000"}
    document = {"GetFunctionConfiguration": [{"when": {"FunctionName": name}, "answer": answer}]}
    account.running.declare({"resources": {"lambda": document}})

    functions = account.client("lambda")
    single = functions.get_function_configuration(FunctionName=name)
    whole = functions.get_function(FunctionName=name)
    (listed,) = (one for one in functions.list_functions()["Functions"] if one["FunctionName"] == name)
    (version,) = functions.list_versions_by_function(FunctionName=name)["Versions"]
    for seen in (single, whole["Configuration"], listed, version):
        assert (seen["LastModified"], seen["Timeout"]) == ("2020-01-01T00:00:00.000+0000", 7)
    assert whole["Code"]["Location"]


def test_given_queues_made_and_declared_then_lists_hold_both_and_filters_apply_to_both(account: Account) -> None:
    url, arn = account.queue()
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    source, _ = account.queue(RedrivePolicy=redrive)
    declared = f"https://sqs.eu-west-1.amazonaws.com/{account.id}/declared-queue"
    answer = {"Attributes": {"RedrivePolicy": redrive, "ApproximateNumberOfMessages": "4711"}}
    overriding = {"Attributes": {"ApproximateNumberOfMessages": "9"}}
    documents = [
        {"when": {"QueueUrl": declared}, "answer": answer},
        {"when": {"QueueUrl": url}, "answer": overriding},
    ]
    account.running.declare({"resources": {"sqs": {"GetQueueAttributes": documents}}})

    sqs = account.client("sqs")
    assert {url, source, declared} <= set(sqs.list_queues()["QueueUrls"])
    assert sqs.list_queues(QueueNamePrefix="declared")["QueueUrls"] == [declared]
    assert set(sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"]) == {source, declared}
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (attributes["ApproximateNumberOfMessages"], attributes["QueueArn"]) == ("9", arn)


def test_given_a_table_made_and_one_declared_then_both_are_listed_and_described(account: Account) -> None:
    dynamodb, name = account.client("dynamodb"), account.name("table")
    key = {"AttributeName": "k", "AttributeType": "S"}
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[key],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    documents = [
        {"when": {"TableName": name}, "answer": {"Table": {"TableName": name, "TableStatus": "UPDATING"}}},
        {"when": {"TableName": "aaa"}, "answer": {"Table": {"TableName": "aaa", "TableStatus": "ACTIVE"}}},
    ]
    account.running.declare({"resources": {"dynamodb": {"DescribeTable": documents}}})

    assert {"aaa", name} <= set(dynamodb.list_tables()["TableNames"])
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert (table["TableStatus"], table["AttributeDefinitions"]) == ("UPDATING", [key])
    dynamodb.delete_table(TableName=name)


def test_given_a_declared_parent_without_children_then_its_lists_are_empty_and_those_of_unknown_ones_an_error(
    account: Account,
) -> None:
    arn = f"arn:aws:elasticloadbalancing:eu-west-1:{account.id}:targetgroup/shop/0000000000000001"
    machine = f"arn:aws:states:eu-west-1:{account.id}:stateMachine:shop"
    told = {"stateMachineArn": machine, "name": "shop", "type": "STANDARD", "creationDate": "2026-01-01T00:00:00Z"}
    table = {"when": {"TableName": "shop"}, "answer": {"Table": {"TableName": "shop"}}}
    resources = {
        "dynamodb": {"DescribeTable": [table]},
        "elbv2": {"DescribeTargetGroups": {"TargetGroups": [{"TargetGroupArn": arn}]}},
        "lambda": {"ListFunctions": {"Functions": [{"FunctionName": "shop"}]}},
        "stepfunctions": {"ListStateMachines": {"stateMachines": [told]}},
    }
    account.running.declare({"resources": resources})

    functions = account.client("lambda")
    assert functions.list_aliases(FunctionName="shop")["Aliases"] == []
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName="shop")
    time_to_live = account.client("dynamodb").describe_time_to_live(TableName="shop")
    assert time_to_live["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
    health = account.client("elbv2").describe_target_health(TargetGroupArn=arn)
    assert health["TargetHealthDescriptions"] == []
    assert account.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"] == []

    unknown = [
        (functions, "list_aliases", {"FunctionName": "gone"}, "ResourceNotFoundException"),
        (functions, "get_function_concurrency", {"FunctionName": "gone"}, "ResourceNotFoundException"),
        (account.client("dynamodb"), "describe_time_to_live", {"TableName": "gone"}, "ResourceNotFoundException"),
        (account.client("elbv2"), "describe_target_health", {"TargetGroupArn": arn + "9"}, "TargetGroupNotFound"),
        (account.client("ecs"), "list_tasks", {"cluster": "gone"}, "ClusterNotFoundException"),
    ]
    for client, operation, members, code in unknown:
        with pytest.raises(ClientError) as refused:
            getattr(client, operation)(**members)
        assert code_of(refused) == code


def test_given_instances_made_by_the_public_api_then_filters_apply_to_them(account: Account) -> None:
    ec2 = account.client("ec2")
    group = ec2.create_security_group(GroupName=account.name("group"), Description="contract")["GroupId"]
    ec2.create_tags(Resources=[group], Tags=[{"Key": "team", "Value": "shop-front"}])

    def found(name: str, value: str) -> list[str]:
        groups = ec2.describe_security_groups(Filters=[{"Name": name, "Values": [value]}])["SecurityGroups"]
        return [one["GroupId"] for one in groups]

    assert found("tag:team", "shop-*") == [group]
    assert found("tag:team", "front") == []
    assert found("description", "contract") == [group]
    with pytest.raises(ClientError) as refused:
        found("shoe-size", "44")
    assert code_of(refused) == "InvalidParameterValue"
    assert "This local AWS does not apply the filter 'shoe-size'" in str(refused.value)
    ec2.delete_security_group(GroupId=group)


READS = [
    ("rds", "describe_db_instances", {}, "rds:DescribeDBInstances"),
    ("ecs", "list_clusters", {}, "ecs:ListClusters"),
    ("health", "describe_events", {}, "health:DescribeEvents"),
    ("xray", "batch_get_traces", {"TraceIds": ["1-1-1"]}, "xray:BatchGetTraces"),
    ("service-quotas", "list_services", {}, "servicequotas:ListServices"),
    ("codedeploy", "list_deployments", {}, "codedeploy:ListDeployments"),
    ("codepipeline", "list_pipelines", {}, "codepipeline:ListPipelines"),
    ("lambda", "get_function_concurrency", {"FunctionName": "f"}, "lambda:GetFunctionConcurrency"),
    ("scheduler", "list_schedules", {}, "scheduler:ListSchedules"),
    (
        "application-autoscaling",
        "describe_scalable_targets",
        {"ServiceNamespace": "ecs"},
        "application-autoscaling:DescribeScalableTargets",
    ),
]


@pytest.mark.parametrize(("service", "operation", "members", "action"), READS, ids=[one[3] for one in READS])
def test_given_a_role_without_the_right_then_it_is_refused_and_with_it_answered(
    account: Account, service: str, operation: str, members: dict[str, Any], action: str
) -> None:
    account.running.declare({"resources": {"health": {"DescribeEvents": {"events": []}}}})
    account.running.declare(
        {"resources": {"service-quotas": {"ListServiceQuotas": {"Quotas": [{"ServiceCode": "s"}]}}}}
    )
    trust = {"AWS": account.id}
    other = {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}
    refused = account.as_role(account.role(other, trust=trust), service)
    allowed = account.as_role(account.role({**other, "Action": action}, trust=trust), service)

    with pytest.raises(ClientError, match=action) as error:
        getattr(refused, operation)(**members)
    assert code_of(error) in {"AccessDenied", "AccessDeniedException"}
    try:
        getattr(allowed, operation)(**members)
    except ClientError as missing:
        assert missing.response["Error"]["Code"] == "ResourceNotFoundException"


UNKNOWN = [
    (
        "rds",
        "describe_db_instances",
        {"Filters": [{"Name": "colour", "Values": ["red"]}]},
        "InvalidParameterValue",
    ),
    ("ecs", "list_tasks", {"daemonName": "d"}, "InvalidParameterException"),
    ("ecs", "list_container_instances", {"filter": "a == b"}, "InvalidParameterException"),
    (
        "kinesis",
        "list_shards",
        {"StreamName": "s", "ShardFilter": {"Type": "AT_LATEST"}},
        "InvalidArgumentException",
    ),
    (
        "stepfunctions",
        "list_executions",
        {"mapRunArn": "arn:aws:states:eu-west-1:210987654321:mapRun:a/b:c"},
        "ValidationException",
    ),
    ("secretsmanager", "list_secrets", {"SortBy": "name"}, "InvalidParameterException"),
    ("health", "describe_event_types", {}, "UnknownOperationException"),
    (
        "xray",
        "get_insight_summaries",
        {"StartTime": 1, "EndTime": 2, "States": ["ACTIVE"]},
        "UnknownOperationException",
    ),
    (
        "ec2",
        "describe_vpc_peering_connections",
        {"Filters": [{"Name": "status-code", "Values": ["active"]}]},
        "InvalidParameterValue",
    ),
    ("iam", "list_attached_role_policies", {"RoleName": "r", "PathPrefix": "/x/"}, "ValidationError"),
]


@pytest.mark.parametrize(
    ("service", "operation", "members", "code"), UNKNOWN, ids=[f"{u[0]}-{u[1]}" for u in UNKNOWN]
)
def test_given_what_no_rule_knows_then_the_request_is_refused_and_never_answered_unfiltered(
    account: Account, service: str, operation: str, members: dict[str, Any], code: str
) -> None:
    account.running.declare({"resources": {"health": {"DescribeEvents": {"events": []}}}})
    with pytest.raises(ClientError, match="This local AWS does not") as refused:
        getattr(account.client(service), operation)(**members)
    assert code_of(refused) == code


def test_given_no_support_plan_then_health_says_so_until_something_of_it_is_declared(account: Account) -> None:
    health = account.client("health")
    with pytest.raises(ClientError) as refused:
        health.describe_events()
    assert code_of(refused) == "SubscriptionRequiredException"
    account.running.declare({"resources": {"health": {"DescribeEvents": {"events": []}}}})
    assert health.describe_events()["events"] == []


def test_given_quotas_that_were_not_declared_then_they_are_unknown_and_not_an_empty_list(account: Account) -> None:
    with pytest.raises(ClientError, match="This local AWS knows no quota that was not declared"):
        account.client("service-quotas").list_service_quotas(ServiceCode="lambda")


def test_the_page_for_authors_shows_the_rules_as_they_are() -> None:
    assert documentation.main(["--check"]) == 0


def test_given_an_attribute_is_declared_when_all_are_asked_for_then_only_attributes_are_shown(
    local_aws: Running,
) -> None:
    sqs = local_aws.client("sqs")
    url = sqs.create_queue(QueueName="in-part-declared")["QueueUrl"]
    declared = {"when": {"QueueUrl": url}, "answer": {"Attributes": {"ApproximateNumberOfMessages": "7"}}}
    local_aws.declare({"resources": {"sqs": {"GetQueueAttributes": [declared]}}})

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    assert found["ApproximateNumberOfMessages"] == "7"
    assert not {"AttributeNames", "QueueUrl"} & set(found)
