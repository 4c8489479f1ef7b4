"""IAM decides as on AWS: role, session and boundary policies, action names, trust, and what a denial says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account

pytestmark = pytest.mark.slow

ANYONE_HERE = {"AWS": "210987654321"}

CALLS: list[tuple[str, str, dict[str, Any], str]] = [
    ("cloudtrail", "lookup_events", {}, "cloudtrail:LookupEvents"),
    ("cloudwatch", "describe_alarm_history", {"AlarmName": "n"}, "cloudwatch:DescribeAlarmHistory"),
    ("cloudwatch", "describe_alarms", {}, "cloudwatch:DescribeAlarms"),
    (
        "cloudwatch",
        "get_metric_data",
        {"MetricDataQueries": [], "StartTime": 0, "EndTime": 60},
        "cloudwatch:GetMetricData",
    ),
    ("cloudwatch", "list_metrics", {}, "cloudwatch:ListMetrics"),
    ("cloudwatch", "put_metric_data", {"Namespace": "N", "MetricData": []}, "cloudwatch:PutMetricData"),
    ("dynamodb", "describe_table", {"TableName": "n"}, "dynamodb:DescribeTable"),
    ("dynamodb", "get_item", {"TableName": "n", "Key": {"k": {"S": "v"}}}, "dynamodb:GetItem"),
    ("ec2", "describe_instances", {}, "ec2:DescribeInstances"),
    ("events", "list_rules", {}, "events:ListRules"),
    ("iam", "get_role", {"RoleName": "n"}, "iam:GetRole"),
    ("iam", "list_role_policies", {"RoleName": "n"}, "iam:ListRolePolicies"),
    (
        "iam",
        "simulate_principal_policy",
        {"PolicySourceArn": "arn:aws:iam::210987654321:role/n", "ActionNames": ["s3:GetObject"]},
        "iam:SimulatePrincipalPolicy",
    ),
    ("kms", "decrypt", {"CiphertextBlob": b"x"}, "kms:Decrypt"),
    ("lambda", "delete_function", {"FunctionName": "n"}, "lambda:DeleteFunction"),
    ("lambda", "get_account_settings", {}, "lambda:GetAccountSettings"),
    ("lambda", "get_alias", {"FunctionName": "n", "Name": "a"}, "lambda:GetAlias"),
    ("lambda", "get_event_source_mapping", {"UUID": "0" * 36}, "lambda:GetEventSourceMapping"),
    ("lambda", "get_function", {"FunctionName": "n"}, "lambda:GetFunction"),
    ("lambda", "get_function_concurrency", {"FunctionName": "n"}, "lambda:GetFunctionConcurrency"),
    ("lambda", "get_function_configuration", {"FunctionName": "n"}, "lambda:GetFunctionConfiguration"),
    ("lambda", "get_function_event_invoke_config", {"FunctionName": "n"}, "lambda:GetFunctionEventInvokeConfig"),
    ("lambda", "get_layer_version", {"LayerName": "n", "VersionNumber": 1}, "lambda:GetLayerVersion"),
    ("lambda", "get_policy", {"FunctionName": "n"}, "lambda:GetPolicy"),
    ("lambda", "invoke", {"FunctionName": "n"}, "lambda:InvokeFunction"),
    ("lambda", "list_aliases", {"FunctionName": "n"}, "lambda:ListAliases"),
    ("lambda", "list_event_source_mappings", {}, "lambda:ListEventSourceMappings"),
    ("lambda", "list_functions", {}, "lambda:ListFunctions"),
    ("lambda", "list_layers", {}, "lambda:ListLayers"),
    ("lambda", "list_tags", {"Resource": "arn:aws:lambda:eu-west-1:210987654321:function:n"}, "lambda:ListTags"),
    ("lambda", "list_versions_by_function", {"FunctionName": "n"}, "lambda:ListVersionsByFunction"),
    (
        "lambda",
        "put_function_concurrency",
        {"FunctionName": "n", "ReservedConcurrentExecutions": 1},
        "lambda:PutFunctionConcurrency",
    ),
    (
        "lambda",
        "update_function_configuration",
        {"FunctionName": "n", "Timeout": 3},
        "lambda:UpdateFunctionConfiguration",
    ),
    ("logs", "describe_log_groups", {}, "logs:DescribeLogGroups"),
    ("logs", "filter_log_events", {"logGroupName": "n"}, "logs:FilterLogEvents"),
    (
        "logs",
        "start_query",
        {"logGroupName": "n", "startTime": 0, "endTime": 1, "queryString": "fields @message"},
        "logs:StartQuery",
    ),
    ("resourcegroupstaggingapi", "get_resources", {}, "tag:GetResources"),
    ("s3", "list_buckets", {}, "s3:ListAllMyBuckets"),
    ("s3", "get_object", {"Bucket": "contract-iam", "Key": "k"}, "s3:GetObject"),
    ("s3", "put_object", {"Bucket": "contract-iam", "Key": "k", "Body": b""}, "s3:PutObject"),
    ("secretsmanager", "get_secret_value", {"SecretId": "n"}, "secretsmanager:GetSecretValue"),
    (
        "sns",
        "publish",
        {"TopicArn": "arn:aws:sns:eu-west-1:210987654321:n", "Message": "m"},
        "sns:Publish",
    ),
    ("sqs", "list_queues", {}, "sqs:ListQueues"),
    ("ssm", "get_parameter", {"Name": "n"}, "ssm:GetParameter"),
    ("stepfunctions", "list_state_machines", {}, "states:ListStateMachines"),
    (
        "sts",
        "assume_role",
        {"RoleArn": "arn:aws:iam::210987654321:role/n", "RoleSessionName": "one"},
        "sts:AssumeRole",
    ),
]

DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403"}


def outcome(client: Any, method: str, arguments: dict[str, Any]) -> tuple[str, str]:
    """Error code and message of a call; empty when it passed."""
    try:
        getattr(client, method)(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return "", ""


def allow(*actions: str, resource: str | list[str] = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


@pytest.fixture(scope="module")
def nobody(local_aws: Any) -> tuple[Account, str]:
    """A role without any policy."""
    account = Account(local_aws)
    account.client("s3").create_bucket(
        Bucket="contract-iam", CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    return account, account.role(trust=ANYONE_HERE)


@pytest.mark.parametrize(("service", "method", "arguments", "action"), CALLS, ids=[call[3] for call in CALLS])
def test_given_a_role_without_rights_then_each_call_is_refused_by_its_own_action_name(
    nobody: tuple[Account, str], service: str, method: str, arguments: dict[str, Any], action: str
) -> None:
    account, role = nobody
    code, message = outcome(account.as_role(role, service), method, arguments)
    assert code in DENIED
    assert action in message


@pytest.mark.parametrize(("service", "method", "arguments", "action"), CALLS, ids=[call[3] for call in CALLS])
def test_given_a_role_with_exactly_that_right_then_iam_lets_the_call_through(
    account: Account, service: str, method: str, arguments: dict[str, Any], action: str
) -> None:
    if action == "sts:AssumeRole":
        other = account.role(trust=ANYONE_HERE)
        arguments = {**arguments, "RoleArn": other}
    role = account.role(allow(action), trust=ANYONE_HERE)
    code, _ = outcome(account.as_role(role, service), method, arguments)
    assert code not in DENIED


def test_given_a_denied_call_then_the_message_reads_as_on_aws(account: Account) -> None:
    role = account.role(trust=ANYONE_HERE)
    _, message = outcome(
        account.as_role(role, "dynamodb"), "get_item", {"TableName": "t", "Key": {"k": {"S": "v"}}}
    )
    assert message == (
        f"User: arn:aws:sts::{account.id}:assumed-role/{role.rsplit('/', 1)[-1]}/contract is not authorized"
        f" to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:{account.region}:{account.id}:table/t"
        " because no identity-based policy allows the dynamodb:GetItem action"
    )


def test_given_rights_on_one_table_then_another_one_is_refused(account: Account) -> None:
    arn = f"arn:aws:dynamodb:{account.region}:{account.id}:table/mine"
    dynamodb = account.as_role(
        account.role(allow("dynamodb:GetItem", resource=arn), trust=ANYONE_HERE), "dynamodb"
    )
    key = {"Key": {"k": {"S": "v"}}}
    assert outcome(dynamodb, "get_item", {"TableName": "mine", **key})[0] == "ResourceNotFoundException"
    assert outcome(dynamodb, "get_item", {"TableName": "other", **key})[0] in DENIED


def test_given_read_only_access_then_reads_pass_and_writes_do_not(account: Account) -> None:
    role = account.role(trust=ANYONE_HERE, attached=("arn:aws:iam::aws:policy/ReadOnlyAccess",))
    assert outcome(account.as_role(role, "lambda"), "list_functions", {}) == ("", "")
    assert outcome(account.as_role(role, "iam"), "list_roles", {}) == ("", "")
    assert outcome(account.as_role(role, "sqs"), "create_queue", {"QueueName": "n"})[0] in DENIED
    assert outcome(account.as_role(role, "secretsmanager"), "get_secret_value", {"SecretId": "n"})[0] in DENIED
    policy = account.client("iam").get_policy(PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")["Policy"]
    version = account.client("iam").get_policy_version(
        PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
    )
    assert len(json.dumps(version["PolicyVersion"]["Document"])) > 20_000


@pytest.mark.parametrize("name", ["AWSXrayReadOnlyAccess", "job-function/SupportUser", "AWSSupportAccess"])
def test_given_any_aws_managed_policy_then_it_can_be_attached_and_read(account: Account, name: str) -> None:
    arn = f"arn:aws:iam::aws:policy/{name}"
    account.role(attached=(arn,))
    policy = account.client("iam").get_policy(PolicyArn=arn)["Policy"]
    version = account.client("iam").get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    assert version["PolicyVersion"]["Document"]["Statement"]


def test_given_a_deny_with_not_action_over_broad_rights_then_only_the_listed_actions_remain(
    account: Account,
) -> None:
    deny = {"Effect": "Deny", "NotAction": ["lambda:List*", "sts:*"], "Resource": "*"}
    role = account.role(allow("*"), deny, trust=ANYONE_HERE)
    assert outcome(account.as_role(role, "lambda"), "list_functions", {}) == ("", "")
    code, message = outcome(account.as_role(role, "sqs"), "list_queues", {})
    assert code in DENIED
    assert "explicit deny" in message


def test_given_a_session_policy_then_it_narrows_and_never_widens(account: Account) -> None:
    role = account.role(allow("lambda:ListFunctions", "sqs:ListQueues"), trust=ANYONE_HERE)
    session = {"Version": "2012-10-17", "Statement": [allow("lambda:ListFunctions", "lambda:ListLayers")]}
    functions = account.as_role(role, "lambda", session)
    assert outcome(functions, "list_functions", {}) == ("", "")
    assert outcome(functions, "list_layers", {})[0] in DENIED
    assert outcome(account.as_role(role, "sqs", session), "list_queues", {})[0] in DENIED


def test_given_a_permissions_boundary_then_rights_beyond_it_are_refused(account: Account) -> None:
    document = {"Version": "2012-10-17", "Statement": [allow("lambda:*")]}
    boundary = account.client("iam").create_policy(
        PolicyName=account.name("boundary"), PolicyDocument=json.dumps(document)
    )["Policy"]["Arn"]
    role = account.role(allow("lambda:ListFunctions", "sqs:ListQueues"), trust=ANYONE_HERE, boundary=boundary)
    assert outcome(account.as_role(role, "lambda"), "list_functions", {}) == ("", "")
    assert outcome(account.as_role(role, "sqs"), "list_queues", {})[0] in DENIED


def test_given_a_region_condition_then_a_global_service_counts_as_us_east_1(account: Account) -> None:
    here = {**allow("iam:ListRoles", "lambda:ListFunctions")}
    here["Condition"] = {"StringEquals": {"aws:RequestedRegion": account.region}}
    role = account.role(here, trust=ANYONE_HERE)
    assert outcome(account.as_role(role, "lambda"), "list_functions", {}) == ("", "")
    assert outcome(account.as_role(role, "iam"), "list_roles", {})[0] in DENIED
    there = {**allow("iam:ListRoles"), "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}
    assert outcome(account.as_role(account.role(there, trust=ANYONE_HERE), "iam"), "list_roles", {}) == ("", "")


def test_given_a_trust_policy_then_only_whom_it_names_may_assume_the_role(account: Account) -> None:
    caller = account.role(allow("sts:AssumeRole"), trust=ANYONE_HERE)
    friend = account.role(trust={"AWS": caller})
    stranger = account.role(trust={"AWS": account.role()})
    service = account.role()
    sts = account.as_role(caller, "sts")
    assert outcome(sts, "assume_role", {"RoleArn": friend, "RoleSessionName": "one"}) == ("", "")
    for refused in (stranger, service):
        assert outcome(sts, "assume_role", {"RoleArn": refused, "RoleSessionName": "one"})[0] in DENIED


def test_given_a_function_then_it_has_the_rights_of_its_role_and_no_others(account: Account) -> None:
    url, arn = account.queue()
    source = """
        import os, boto3
        def handler(event, context):
            boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody='"sent"')
    """
    allowed = account.function(
        source, role=account.role(allow("sqs:SendMessage", resource=arn)), variables={"QUEUE_URL": url}
    )
    refused = account.function(
        source, role=account.role(allow("sqs:ReceiveMessage", resource=arn)), variables={"QUEUE_URL": url}
    )
    account.invoke(allowed)
    assert account.received(url) == "sent"
    assert "sqs:sendmessage" in account.invoke(refused)["errorMessage"].lower()


def test_given_a_tls_only_resource_policy_then_local_requests_count_as_tls(account: Account) -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    url, _ = account.queue(Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    account.client("sqs").send_message(QueueUrl=url, MessageBody='"through"')
    assert account.received(url) == "through"
