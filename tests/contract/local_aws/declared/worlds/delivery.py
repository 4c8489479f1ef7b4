"""CodeDeploy, CodePipeline, CloudFormation, ACM, KMS, Secrets Manager, IAM."""

from __future__ import annotations

from typing import Any

from tests.contract.local_aws.declared.worlds.world import World, ago, arn, ask, keyed, moment


def _deployment(name: str, application: str, group: str, status: str, hours: int, external: str) -> dict[str, Any]:
    return {
        "deploymentId": name,
        "applicationName": application,
        "deploymentGroupName": group,
        "status": status,
        "createTime": ago(hours=hours),
        "externalId": external,
    }


_DEPLOYMENTS = (
    _deployment("d-1", "shop", "live", "Succeeded", 9, "x"),
    _deployment("d-2", "shop", "test", "Failed", 1, "y"),
    _deployment("d-3", "blog", "live", "Succeeded", 4, "x"),
)


def _target(deployment: str, name: str) -> dict[str, Any]:
    return {
        "deploymentTargetType": "LambdaTarget",
        "lambdaTarget": {"deploymentId": deployment, "targetId": name},
    }


CODEDEPLOY = World(
    "codedeploy",
    {
        "GetApplication": keyed(
            *(
                ({"applicationName": name}, {"application": {"applicationName": name, "computePlatform": kind}})
                for name, kind in (("shop", "Lambda"), ("blog", "ECS"))
            )
        ),
        "GetDeploymentGroup": keyed(
            *(
                (
                    {"applicationName": application, "deploymentGroupName": group},
                    {
                        "deploymentGroupInfo": {
                            "applicationName": application,
                            "deploymentGroupName": group,
                            "deploymentGroupId": f"{application}-{group}",
                        }
                    },
                )
                for application, group in (("shop", "live"), ("shop", "test"), ("blog", "live"))
            )
        ),
        "GetDeployment": keyed(
            *(({"deploymentId": one["deploymentId"]}, {"deploymentInfo": one}) for one in _DEPLOYMENTS)
        ),
        "BatchGetDeploymentTargets": {
            "deploymentTargets": [_target("d-1", "t1"), _target("d-1", "t2"), _target("d-2", "t3")]
        },
    },
    (
        ask(
            "GetApplication",
            "application.[computePlatform]",
            "Lambda",
            {"applicationName": "shop"},
            applicationName=("blog", "ECS"),
            more=(({"applicationName": "gone"}, "!ApplicationDoesNotExistException"),),
        ),
        ask("ListApplications", "applications", "shop blog"),
        ask(
            "GetDeploymentGroup",
            "deploymentGroupInfo.[deploymentGroupId]",
            "shop-live",
            {"applicationName": "shop", "deploymentGroupName": "live"},
            applicationName=("blog", "blog-live"),
            deploymentGroupName=("test", "shop-test"),
        ),
        ask(
            "ListDeploymentGroups",
            "deploymentGroups",
            "live test",
            {"applicationName": "shop"},
            applicationName=("blog", "live"),
        ),
        ask(
            "GetDeployment",
            "deploymentInfo.[status]",
            "Succeeded",
            {"deploymentId": "d-1"},
            deploymentId=("d-2", "Failed"),
            more=(({"deploymentId": "gone"}, "!DeploymentDoesNotExistException"),),
        ),
        ask(
            "BatchGetDeployments",
            "deploymentsInfo[].deploymentId",
            "d-1",
            {"deploymentIds": ["d-1"]},
            deploymentIds=(["d-3", "d-2"], "d-2 d-3"),
        ),
        ask(
            "ListDeployments",
            "deployments",
            "d-2 d-3 d-1",
            applicationName=("shop", "d-2 d-1"),
            externalId=("x", "d-3 d-1"),
            includeOnlyStatuses=(["Failed"], "d-2"),
            createTimeRange=({"start": moment(hours=5)}, "d-2 d-3"),
        ),
        ask(
            "ListDeployments",
            "deployments",
            "d-2 d-1",
            {"applicationName": "shop"},
            deploymentGroupName=("live", "d-1"),
        ),
        ask(
            "BatchGetDeploymentTargets",
            "deploymentTargets[].lambdaTarget.targetId",
            "t1",
            {"deploymentId": "d-1", "targetIds": ["t1", "t3"]},
            deploymentId=("d-2", "t3"),
            targetIds=(["t2"], "t2"),
        ),
        ask("ListDeploymentTargets", "targetIds", "t1 t2", {"deploymentId": "d-1"}, deploymentId=("d-2", "t3")),
    ),
)

CODEPIPELINE = World(
    "codepipeline",
    {
        "ListPipelines": {"pipelines": [{"name": "shop", "version": 3}, {"name": "blog", "version": 5}]},
        "GetPipelineState": keyed(
            *(
                ({"name": name}, {"pipelineName": name, "pipelineVersion": version})
                for name, version in (("shop", 3), ("blog", 5))
            )
        ),
        "ListPipelineExecutions": keyed(
            (
                {"pipelineName": "shop"},
                {
                    "pipelineExecutionSummaries": [
                        {"pipelineExecutionId": "e1", "status": "Succeeded", "startTime": ago(hours=5)},
                        {"pipelineExecutionId": "e2", "status": "Failed", "startTime": ago(hours=1)},
                    ]
                },
            ),
            (
                {"pipelineName": "blog"},
                {"pipelineExecutionSummaries": [{"pipelineExecutionId": "e3", "status": "Superseded"}]},
            ),
        ),
        "ListActionExecutions": keyed(
            (
                {"pipelineName": "shop"},
                {
                    "actionExecutionDetails": [
                        {"actionExecutionId": "x1", "pipelineExecutionId": "e1", "startTime": ago(hours=5)},
                        {"actionExecutionId": "x2", "pipelineExecutionId": "e2", "startTime": ago(hours=1)},
                    ]
                },
            ),
            (
                {"pipelineName": "blog"},
                {"actionExecutionDetails": [{"actionExecutionId": "x3", "pipelineExecutionId": "e3"}]},
            ),
        ),
    },
    (
        ask("ListPipelines", "pipelines[].name", "shop blog"),
        ask(
            "GetPipeline",
            "pipeline.[name]",
            "shop",
            {"name": "shop"},
            name=("blog", "blog"),
            version=(2, "!PipelineNotFoundException"),
        ),
        ask(
            "GetPipelineState",
            "[pipelineVersion]",
            "3",
            {"name": "shop"},
            name=("blog", "5"),
            more=(({"name": "gone"}, "!PipelineNotFoundException"),),
        ),
        ask(
            "ListPipelineExecutions",
            "pipelineExecutionSummaries[].pipelineExecutionId",
            "e2 e1",
            {"pipelineName": "shop"},
            pipelineName=("blog", "e3"),
        ),
        ask(
            "GetPipelineExecution",
            "pipelineExecution.[status]",
            "Succeeded",
            {"pipelineName": "shop", "pipelineExecutionId": "e1"},
            pipelineExecutionId=("e2", "Failed"),
            pipelineName=("blog", "!PipelineExecutionNotFoundException"),
        ),
        ask(
            "ListActionExecutions",
            "actionExecutionDetails[].actionExecutionId",
            "x2 x1",
            {"pipelineName": "shop"},
            pipelineName=("blog", "x3"),
            filter=({"pipelineExecutionId": "e1"}, "x1"),
        ),
    ),
)


def _stack(name: str, status: str, hours: int) -> dict[str, Any]:
    return {
        "StackName": name,
        "StackId": arn("cloudformation", f"stack/{name}/1"),
        "StackStatus": status,
        "CreationTime": ago(hours=hours),
    }


def _stack_event(stack: str, name: str, hours: int) -> dict[str, Any]:
    return {
        "StackId": arn("cloudformation", f"stack/{stack}/1"),
        "EventId": name,
        "StackName": stack,
        "Timestamp": ago(hours=hours),
    }


def _resource(stack: str, name: str) -> dict[str, Any]:
    return {
        "StackName": stack,
        "LogicalResourceId": name,
        "PhysicalResourceId": f"p-{name}",
        "ResourceType": "AWS::SQS::Queue",
        "Timestamp": ago(hours=1),
        "ResourceStatus": "UPDATE_COMPLETE",
    }


CLOUDFORMATION = World(
    "cloudformation",
    {
        "DescribeStacks": {
            "Stacks": [_stack("shop", "UPDATE_ROLLBACK_COMPLETE", 5), _stack("blog", "CREATE_COMPLETE", 1)]
        },
        "DescribeStackEvents": {
            "StackEvents": [
                _stack_event("shop", "e1", 5),
                _stack_event("shop", "e2", 1),
                _stack_event("blog", "e3", 1),
            ]
        },
        "DescribeStackResources": {
            "StackResources": [_resource("shop", "Queue"), _resource("shop", "Topic"), _resource("blog", "Bucket")]
        },
        "ListChangeSets": {
            "Summaries": [
                {"StackName": "shop", "ChangeSetId": "cs/1"},
                {"StackName": "blog", "ChangeSetId": "cs/2"},
            ]
        },
        "DescribeChangeSet": keyed(
            *(
                (
                    {"ChangeSetName": name, "StackName": stack},
                    {"ChangeSetName": name, "ChangeSetId": f"cs/{name}", "StackName": stack, "Status": status},
                )
                for name, stack, status in (("one", "shop", "FAILED"), ("two", "shop", "CREATE_COMPLETE"))
            )
        ),
    },
    (
        ask(
            "DescribeStacks",
            "Stacks[].StackName",
            "shop blog",
            StackName=("blog", "blog"),
            more=(
                ({"StackName": arn("cloudformation", "stack/shop/1")}, "shop"),
                ({"StackName": "gone"}, "!ValidationError"),
            ),
        ),
        ask(
            "ListStacks",
            "StackSummaries[].StackName",
            "blog shop",
            StackStatusFilter=(["CREATE_COMPLETE"], "blog"),
        ),
        ask(
            "DescribeStackEvents",
            "StackEvents[].EventId",
            "e2 e1",
            {"StackName": "shop"},
            StackName=("blog", "e3"),
        ),
        ask(
            "DescribeStackResources",
            "StackResources[].LogicalResourceId",
            "Queue Topic",
            {"StackName": "shop"},
            StackName=("blog", "Bucket"),
            LogicalResourceId=("Topic", "Topic"),
            PhysicalResourceId=("p-Queue", "Queue"),
        ),
        ask(
            "ListStackResources",
            "StackResourceSummaries[].LogicalResourceId",
            "Queue Topic",
            {"StackName": "shop"},
            StackName=("blog", "Bucket"),
        ),
        ask("ListChangeSets", "Summaries[].ChangeSetId", "1", {"StackName": "shop"}, StackName=("blog", "2")),
        ask(
            "DescribeChangeSet",
            "[Status]",
            "FAILED",
            {"StackName": "shop", "ChangeSetName": "one"},
            ChangeSetName=("two", "CREATE_COMPLETE"),
            StackName=("blog", "!ChangeSetNotFound"),
            IncludePropertyValues=(True, "FAILED"),
        ),
    ),
)

_CERTIFICATES = {name: arn("acm", f"certificate/{name}") for name in ("c1", "c2", "c3")}
_TOLD: dict[str, dict[str, Any]] = {
    "c1": {"Status": "ISSUED", "KeyAlgorithm": "RSA_2048", "CreatedAt": ago(days=9), "NotAfter": ago(days=-3)},
    "c2": {"Status": "EXPIRED", "KeyAlgorithm": "RSA_2048", "CreatedAt": ago(days=99), "NotAfter": ago(days=1)},
    "c3": {
        "Status": "ISSUED",
        "KeyAlgorithm": "EC_prime256v1",
        "CreatedAt": ago(days=5),
        "KeyUsages": [{"Name": "DIGITAL_SIGNATURE"}],
    },
}

ACM = World(
    "acm",
    {
        "DescribeCertificate": keyed(
            *(
                (
                    {"CertificateArn": one},
                    {"Certificate": {"CertificateArn": one, "DomainName": name, **_TOLD[name]}},
                )
                for name, one in _CERTIFICATES.items()
            )
        )
    },
    (
        ask(
            "DescribeCertificate",
            "Certificate.[Status]",
            "ISSUED",
            {"CertificateArn": _CERTIFICATES["c1"]},
            CertificateArn=(_CERTIFICATES["c2"], "EXPIRED"),
            more=(({"CertificateArn": _CERTIFICATES["c1"] + "9"}, "!ResourceNotFoundException"),),
        ),
        ask(
            "ListCertificates",
            "CertificateSummaryList[].DomainName",
            "c2 c1",
            CertificateStatuses=(["ISSUED"], "c1"),
            Includes=({"keyTypes": ["RSA_2048", "EC_prime256v1"]}, "c2 c1 c3"),
            more=(
                ({"SortBy": "CREATED_AT", "SortOrder": "DESCENDING"}, "c1 c2"),
                ({"Includes": {"keyTypes": ["EC_prime256v1"], "keyUsage": ["DIGITAL_SIGNATURE"]}}, "c3"),
                ({"Includes": {"keyUsage": ["DIGITAL_SIGNATURE"]}}, ""),
            ),
        ),
        ask(
            "ListCertificates",
            "CertificateSummaryList[].KeyUsages[]",
            "",
            Includes=({"keyTypes": ["EC_prime256v1"]}, "DIGITAL_SIGNATURE"),
        ),
        ask(
            "ListCertificates",
            "CertificateSummaryList[].DomainName",
            "c2 c1",
            {"SortBy": "CREATED_AT"},
            SortOrder=("DESCENDING", "c1 c2"),
            SortBy=("CREATED_AT", "c2 c1"),
        ),
    ),
)

KMS = World(
    "kms",
    {
        "DescribeKey": keyed(
            *(
                (
                    {"KeyId": name},
                    {"KeyMetadata": {"KeyId": name, "Arn": arn("kms", f"key/{name}"), "KeyState": state}},
                )
                for name, state in (("k-1", "Enabled"), ("k-2", "PendingDeletion"))
            ),
        ),
        "ListAliases": {
            "Aliases": [
                {"AliasName": "alias/shop", "TargetKeyId": "k-2"},
                {"AliasName": "alias/blog", "TargetKeyId": "k-1"},
            ]
        },
        "GetKeyRotationStatus": keyed(
            *(({"KeyId": name}, {"KeyRotationEnabled": on}) for name, on in (("k-1", True), ("k-2", False)))
        ),
        "GetKeyPolicy": keyed(
            *(
                ({"KeyId": name}, {"Policy": f"policy of {name}", "PolicyName": "default"})
                for name in ("k-1", "k-2")
            )
        ),
    },
    (
        ask(
            "DescribeKey",
            "KeyMetadata.[KeyState]",
            "Enabled",
            {"KeyId": "k-1"},
            KeyId=(arn("kms", "key/k-2"), "PendingDeletion"),
            GrantTokens=(["t"], "Enabled"),
            more=(({"KeyId": "alias/shop"}, "PendingDeletion"), ({"KeyId": "gone"}, "!NotFoundException")),
        ),
        ask("ListKeys", "Keys[].KeyId", "k-1 k-2"),
        ask("ListAliases", "Aliases[].AliasName", "shop blog", KeyId=("k-1", "blog")),
        ask("GetKeyRotationStatus", "[KeyRotationEnabled]", "True", {"KeyId": "k-1"}, KeyId=("k-2", "False")),
        ask(
            "GetKeyPolicy",
            "[Policy]",
            "policy of k-1",
            {"KeyId": "k-1"},
            KeyId=("k-2", "policy of k-2"),
            PolicyName=("default", "policy of k-1"),
        ),
        ask(
            "ListKeyPolicies",
            "PolicyNames",
            "default",
            {"KeyId": "k-1"},
            KeyId=("k-9", "!NotFoundException"),
        ),
    ),
)

_SECRET = arn("secretsmanager", "secret:shop/db-AbCdEf")

SECRETS = World(
    "secretsmanager",
    {
        "ListSecrets": {
            "SecretList": [
                {
                    "ARN": _SECRET,
                    "Name": "shop/db",
                    "Description": "database",
                    "Tags": [{"Key": "team", "Value": "shop"}],
                    "LastRotatedDate": ago(days=1),
                },
                {"ARN": arn("secretsmanager", "secret:blog-AbCdEf"), "Name": "blog", "Description": "token"},
                {"ARN": arn("secretsmanager", "secret:old-AbCdEf"), "Name": "old", "DeletedDate": ago(days=1)},
            ]
        }
    },
    (
        ask(
            "ListSecrets",
            "SecretList[].Name",
            "db blog",
            Filters=([{"Key": "name", "Values": ["shop"]}], "db"),
            IncludePlannedDeletion=(True, "db blog old"),
            more=(
                ({"Filters": [{"Key": "name", "Values": ["!shop"]}]}, "blog"),
                ({"Filters": [{"Key": "tag-key", "Values": ["team"]}]}, "db"),
                ({"Filters": [{"Key": "description", "Values": ["tok"]}]}, "blog"),
                ({"Filters": [{"Key": "primary-region", "Values": ["x"]}]}, "!InvalidParameterException"),
            ),
        ),
        ask(
            "DescribeSecret",
            "[Description]",
            "database",
            {"SecretId": "shop/db"},
            SecretId=("blog", "token"),
            more=(
                ({"SecretId": _SECRET}, "database"),
                ({"SecretId": _SECRET[:-7]}, "database"),
                ({"SecretId": "gone"}, "!ResourceNotFoundException"),
            ),
        ),
    ),
)


def _iam(kind: str, name: str, path: str) -> dict[str, Any]:
    return {
        f"{kind}Name": name,
        "Path": path,
        f"{kind}Id": f"ID{name}",
        "Arn": arn("iam", f"x{path}{name}", ""),
        "CreateDate": ago(days=9),
    }


IAM = World(
    "iam",
    {
        "ListRoles": {"Roles": [_iam("Role", "declared-deploy", "/ci/"), _iam("Role", "declared-app", "/")]},
        "ListUsers": {"Users": [_iam("User", "declared-alice", "/people/"), _iam("User", "declared-bot", "/")]},
        "ListInstanceProfiles": {
            "InstanceProfiles": [
                {**_iam("InstanceProfile", "declared-web", "/fleet/"), "Roles": []},
                {**_iam("InstanceProfile", "declared-db", "/"), "Roles": []},
            ]
        },
    },
    (
        ask(
            "ListRoles", "Roles[].RoleName", "declared-deploy declared-app", PathPrefix=("/ci/", "declared-deploy")
        ),
        ask(
            "GetRole",
            "Role.[RoleName]",
            "declared-app",
            {"RoleName": "declared-app"},
            RoleName=("declared-deploy", "declared-deploy"),
            more=(({"RoleName": "gone"}, "!NoSuchEntity"),),
        ),
        ask(
            "ListUsers",
            "Users[].UserName",
            "declared-alice declared-bot",
            PathPrefix=("/people/", "declared-alice"),
        ),
        ask(
            "ListInstanceProfiles",
            "InstanceProfiles[].InstanceProfileName",
            "declared-web declared-db",
            PathPrefix=("/fleet/", "declared-web"),
        ),
    ),
)

WORLDS = (CODEDEPLOY, CODEPIPELINE, CLOUDFORMATION, ACM, KMS, SECRETS, IAM)
