"""What each kind of resource is described by: tasks that stopped, targets that fail, events, deployments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import toolbox
from tests.contract.toolbox.incident import FUNCTION, Incident
from toolbox.services.store_events import store_events

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("toolbox_resources")]

ACCOUNT = "arn:aws:{service}:eu-west-1:210987654321:{rest}"


def arn(service: str, rest: str) -> str:
    return ACCOUNT.format(service=service, rest=rest)


CLUSTER = arn("ecs", "cluster/shop")
REVISION = arn("ecs", "task-definition/cart:42")
BEFORE = arn("ecs", "task-definition/cart:41")
TASK = arn("ecs", "task/shop/0123456789abcdef0123456789abcdef")
BALANCER = arn("elasticloadbalancing", "loadbalancer/app/shop/50dc6c495c0c9188")
GROUP = arn("elasticloadbalancing", "targetgroup/cart/943f017f100becff")
MACHINE = arn("states", "stateMachine:refunds")
EXECUTION = arn("states", "execution:refunds:r-1")


@pytest.fixture(scope="module", autouse=True)
def declared(incident: Incident) -> None:
    times = {minutes: (incident.onset - timedelta(minutes=minutes)).isoformat() for minutes in (-5, 4, 9, 30, 600)}
    incident.running.declare({"resources": {**_ecs(times), **_databases(times), **_others(times)}})


@pytest.fixture(autouse=True)
def looking(incident: Incident) -> Iterator[None]:
    toolbox.begin(incident.signal, session=incident.session, onset=incident.onset)
    yield
    toolbox.begin(session=incident.session)


def _ecs(times: dict[int, str]) -> dict[str, Any]:
    deployment = {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "taskDefinition": REVISION,
        "desiredCount": 4,
        "runningCount": 1,
        "pendingCount": 1,
        "failedTasks": 6,
        "createdAt": times[9],
        "rolloutState": "IN_PROGRESS",
    }
    service = {
        "serviceName": "cart",
        "serviceArn": arn("ecs", "service/shop/cart"),
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "desiredCount": 4,
        "runningCount": 1,
        "pendingCount": 1,
        "taskDefinition": REVISION,
        "deployments": [deployment],
        "loadBalancers": [{"targetGroupArn": GROUP, "containerName": "cart", "containerPort": 80}],
        "events": [
            {"id": "e1", "createdAt": times[4], "message": "(service cart) failed container health checks."}
        ],
    }
    container = {
        "name": "cart",
        "image": "cart:1.42",
        "essential": True,
        "environment": [{"name": "TABLE_NAME", "value": "orders"}, {"name": "API_TOKEN", "value": "tok-12345678"}],
    }
    pooled = {**container, "environment": [*container["environment"], {"name": "POOL", "value": "12"}]}
    task = {
        "taskArn": TASK,
        "clusterArn": CLUSTER,
        "taskDefinitionArn": REVISION,
        "group": "service:cart",
        "desiredStatus": "STOPPED",
        "lastStatus": "STOPPED",
        "stoppedAt": times[4],
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "cart", "exitCode": 137, "reason": "OutOfMemoryError: container killed"}],
    }
    definition = {
        "taskDefinitionArn": REVISION,
        "family": "cart",
        "revision": 42,
        "containerDefinitions": [container],
    }
    earlier = {**definition, "taskDefinitionArn": BEFORE, "revision": 41, "containerDefinitions": [pooled]}
    return {
        "ecs": {
            "DescribeClusters": {"clusters": [{"clusterArn": CLUSTER, "clusterName": "shop", "status": "ACTIVE"}]},
            "DescribeServices": {"services": [service]},
            "DescribeTaskDefinition": [
                {"when": {"taskDefinition": REVISION}, "answer": {"taskDefinition": definition}},
                {"when": {"taskDefinition": BEFORE}, "answer": {"taskDefinition": earlier}},
            ],
            "DescribeTasks": {"tasks": [task]},
        }
    }


def _databases(times: dict[int, str]) -> dict[str, Any]:
    instance = {
        "DBInstanceIdentifier": "members",
        "DBInstanceArn": arn("rds", "db:members"),
        "DBInstanceStatus": "storage-full",
        "DBInstanceClass": "db.t4g.medium",
        "Engine": "postgres",
        "AllocatedStorage": 20,
    }
    event = {
        "SourceIdentifier": "members",
        "SourceType": "db-instance",
        "Date": times[4],
        "Message": "DB instance is out of storage",
        "EventCategories": ["low storage"],
    }
    cluster = {
        "CacheClusterId": "sessions-001",
        "CacheClusterStatus": "available",
        "CacheNodeType": "cache.t4g.micro",
        "Engine": "redis",
    }
    failover = {
        "SourceIdentifier": "sessions-001",
        "SourceType": "cache-cluster",
        "Date": times[9],
        "Message": "Failover from master node",
    }
    group = {
        "ReplicationGroupId": "sessions",
        "Status": "available",
        "MemberClusters": ["sessions-001"],
        "ARN": arn("elasticache", "replicationgroup:sessions"),
    }
    of_group = {
        "SourceIdentifier": "sessions",
        "SourceType": "replication-group",
        "Date": times[30],
        "Message": "Service update u-1 is being applied to replication group sessions",
    }
    return {
        "rds": {"DescribeDBInstances": {"DBInstances": [instance]}, "DescribeEvents": {"Events": [event]}},
        "elasticache": {
            "DescribeCacheClusters": {"CacheClusters": [cluster]},
            "DescribeReplicationGroups": {"ReplicationGroups": [group]},
            "DescribeEvents": {"Events": [failover, of_group]},
        },
    }


def _others(times: dict[int, str]) -> dict[str, Any]:
    balancer = {
        "LoadBalancerArn": BALANCER,
        "LoadBalancerName": "shop",
        "Type": "application",
        "State": {"Code": "active"},
    }
    group = {
        "TargetGroupArn": GROUP,
        "TargetGroupName": "cart",
        "Protocol": "HTTP",
        "Port": 80,
        "HealthCheckPath": "/health",
        "LoadBalancerArns": [BALANCER],
    }
    targets = [
        {"Target": {"Id": "10.0.1.5", "Port": 80}, "TargetHealth": {"State": "healthy"}},
        {
            "Target": {"Id": "10.0.1.6", "Port": 80},
            "TargetHealth": {
                "State": "unhealthy",
                "Reason": "Target.ResponseCodeMismatch",
                "Description": "[503]",
            },
        },
    ]
    scaling = {
        "ActivityId": "a1",
        "AutoScalingGroupName": "web",
        "StatusCode": "Failed",
        "StartTime": times[4],
        "EndTime": times[4],
        "Description": "Launching a new EC2 instance",
        "Cause": "At 02:00 an instance was started. More.",
        "StatusMessage": "InsufficientInstanceCapacity",
        "Progress": 100,
    }
    grown = scaling | {
        "ActivityId": "a0",
        "StatusCode": "Successful",
        "StartTime": times[30],
        "EndTime": times[30],
        "Cause": "At 01:30 an alarm triggered policy p changing the desired capacity from 8 to 9.  At 01:31 it …",
    }
    asg = {"AutoScalingGroupName": "web", "MinSize": 2, "MaxSize": 6, "DesiredCapacity": 4, "Instances": []}
    api = {"id": "a1b2c3", "name": "baskets"}
    stage = {"stageName": "live", "deploymentId": "d1", "lastUpdatedDate": times[9]}
    http = {"ApiId": "h7h7h7", "Name": "quotes", "ProtocolType": "HTTP"}
    machine = {
        "stateMachineArn": MACHINE,
        "name": "refunds",
        "status": "ACTIVE",
        "type": "STANDARD",
        "definition": '{"StartAt":"Pay","States":{"Pay":{"Type":"Task",'
        '"Resource":"arn:aws:states:::lambda:invoke",'
        '"Parameters":{"FunctionName":"payer"},"TimeoutSeconds":30,"End":true}}}',
    }
    execution = {
        "executionArn": EXECUTION,
        "stateMachineArn": MACHINE,
        "name": "r-1",
        "status": "FAILED",
        "startDate": times[4],
        "stopDate": times[4],
    }
    history = [
        {"id": 1, "type": "ExecutionStarted", "timestamp": times[4]},
        {"id": 2, "type": "TaskStateEntered", "timestamp": times[4], "stateEnteredEventDetails": {"name": "Pay"}},
        {
            "id": 3,
            "type": "ExecutionFailed",
            "timestamp": times[4],
            "executionFailedEventDetails": {"error": "PaymentRefused", "cause": "card expired"},
        },
    ]
    quota = {
        "ServiceCode": "lambda",
        "QuotaName": "Concurrent executions",
        "QuotaCode": "L-B99A9384",
        "Value": 1000,
        "Adjustable": True,
    }
    health = {
        "arn": "arn:aws:health:eu-west-1::event/LAMBDA/AWS_LAMBDA_OPERATIONAL_ISSUE/1",
        "service": "LAMBDA",
        "eventTypeCode": "AWS_LAMBDA_OPERATIONAL_ISSUE",
        "eventTypeCategory": "issue",
        "region": "eu-west-1",
        "startTime": times[30],
        "lastUpdatedTime": times[4],
        "statusCode": "open",
    }
    return {
        "elbv2": {
            "DescribeLoadBalancers": {"LoadBalancers": [balancer]},
            "DescribeTargetGroups": {"TargetGroups": [group]},
            "DescribeTargetHealth": [
                {"when": {"TargetGroupArn": GROUP}, "answer": {"TargetHealthDescriptions": targets}}
            ],
        },
        "autoscaling": {
            "DescribeAutoScalingGroups": {"AutoScalingGroups": [asg]},
            "DescribeScalingActivities": {"Activities": [scaling, grown]},
        },
        "apigateway": {
            "GetRestApis": {"items": [api]},
            "GetStages": [{"when": {"restApiId": "a1b2c3"}, "answer": {"item": [stage]}}],
            "GetDeployments": [
                {"when": {"restApiId": "a1b2c3"}, "answer": {"items": [{"id": "d1", "createdDate": times[9]}]}}
            ],
        },
        "apigatewayv2": {"GetApis": {"Items": [http]}},
        "stepfunctions": {
            "DescribeStateMachine": [{"when": {"stateMachineArn": MACHINE}, "answer": machine}],
            "ListExecutions": {"executions": [execution]},
            "GetExecutionHistory": [{"when": {"executionArn": EXECUTION}, "answer": {"events": history}}],
        },
        "service-quotas": {"ListServiceQuotas": {"Quotas": [quota]}},
        "health": {"DescribeEvents": {"events": [health]}},
    }


def test_given_a_service_then_its_deployment_and_stopped_tasks_are_told() -> None:
    answer = toolbox.configuration("ecs", "shop/cart")
    assert answer["unlike_version"] == ["POOL: 12 before, not there now"]

    assert answer["deployments"][0]["counts"] == "1/4 running, 1 pending, 6 failed"
    assert answer["stopped_tasks"][0]["containers"] == [
        {"name": "cart", "exitCode": 137, "reason": "OutOfMemoryError: container killed"}
    ]
    assert answer["changes"][0]["when"] == "9 min before onset"
    assert "tok-12345678" not in str(answer)


def test_given_a_service_then_what_its_containers_depend_on_is_looked_at() -> None:
    answer = toolbox.surroundings("ecs", "shop/cart")

    assert [(each["kind"], each["name"]) for each in answer["depends_on"]] == [("dynamodb", "orders")]


def test_given_a_database_then_its_state_and_events_are_told() -> None:
    answer = toolbox.configuration("rds", "members")

    assert answer["DBInstanceStatus"] == "storage-full"
    assert answer["changes"][0]["what"] == "DB instance is out of storage"


@pytest.mark.parametrize("name", ["app/shop/50dc6c495c0c9188", "targetgroup/cart/943f017f100becff"])
def test_given_a_load_balancer_then_targets_that_fail_are_told_with_their_reason(name: str) -> None:
    (group,) = toolbox.configuration("elb", name)["target_groups"]

    assert group["targets"] == {"healthy": 1, "unhealthy": 1}
    assert group["not_healthy"][0]["Reason"] == "Target.ResponseCodeMismatch"
    assert group["health_check"]["HealthCheckPath"] == "/health"


def test_given_a_load_balancer_then_the_services_behind_it_are_told() -> None:
    (service,) = toolbox.surroundings("elb", "app/shop/50dc6c495c0c9188")["services"]

    assert (service["service"], service["runningCount"]) == ("shop/cart", 1)
    assert service["stopped_tasks"][0]["containers"][0]["exitCode"] == 137


def test_given_an_auto_scaling_group_then_failed_launches_are_told() -> None:
    answer = toolbox.configuration("asg", "web")

    assert answer["MaxSize"] == 6
    assert answer["failed_activities"][0]["StatusMessage"] == "InsufficientInstanceCapacity"


def test_given_a_group_that_was_larger_than_it_may_be_now_then_that_is_told() -> None:
    answer = toolbox.configuration("asg", "web")

    assert answer["had_more"].startswith("9 instances at 2026-")
    assert "desired capacity 8 → 9" in answer["changes"][1]["what"]


def test_given_a_cache_then_its_events_are_told() -> None:
    answer = toolbox.configuration("elasticache", "sessions-001")

    assert answer["CacheClusterStatus"] == "available"
    assert answer["changes"][0]["what"] == "Failover from master node"


def test_given_a_replication_group_then_its_own_events_are_told_with_those_of_its_nodes() -> None:
    answer = toolbox.configuration("elasticache", "sessions")

    assert [each["what"].split()[0] for each in answer["changes"]] == ["Failover", "Service"]


def test_given_caches_then_the_events_of_all_caches_are_told_those_that_were_away_first() -> None:
    answer = store_events("elasticache")

    assert [each["name"] for each in answer["stores"]] == ["sessions-001", "sessions"]
    assert answer["stores"][0]["changes"][0]["when"] == "9 min before onset"


def test_given_an_api_then_its_stages_and_deployments_are_told() -> None:
    answer = toolbox.configuration("apigateway", "baskets/live")

    assert answer["stages"][0]["deploymentId"] == "d1"
    assert answer["changes"][0]["when"] == "9 min before onset"


def test_given_an_http_api_then_it_is_described_by_its_id() -> None:
    assert toolbox.configuration("apigateway_http", "h7h7h7")["Name"] == "quotes"


def test_given_a_state_machine_then_why_an_execution_failed_is_told_with_the_state() -> None:
    answer = toolbox.configuration("stepfunctions", MACHINE)

    (failure,) = answer["failures"]
    assert (failure["error"], failure["cause"], failure["in_state"]) == ("PaymentRefused", "card expired", "Pay")
    assert answer["states"] == ["Pay: Task, payer, timeout 30 s"]


def test_given_a_stream_then_its_consumers_are_told(incident: Incident) -> None:
    kinesis: Any = incident.session.client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    incident.session.client("lambda").create_event_source_mapping(
        EventSourceArn=arn("kinesis", "stream/clicks"),
        FunctionName=FUNCTION,
        StartingPosition="LATEST",
        Enabled=False,
    )

    answer = toolbox.configuration("kinesis", "clicks")

    assert answer["OpenShardCount"] == 1
    assert [each["function"] for each in answer["consumers"]] == [FUNCTION]


def test_given_a_topic_then_its_subscriptions_are_told(incident: Incident) -> None:
    sns: Any = incident.session.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "order-events"))

    answer = toolbox.configuration("sns", "news")

    assert [each["protocol"] for each in answer["subscriptions"]] == ["sqs"]


def test_given_an_instance_then_its_state_is_told(incident: Incident) -> None:
    ec2: Any = incident.session.client("ec2")
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, InstanceType="t3.micro")
    instance = made["Instances"][0]["InstanceId"]

    answer = toolbox.configuration("ec2", instance)

    assert answer["InstanceType"] == "t3.micro"
    assert answer["state"] in {"pending", "running"}


def test_given_quotas_then_limits_are_told() -> None:
    answer = toolbox.service_quotas(contains="concurrent")

    assert answer["quotas"] == [{"name": "Concurrent executions", "limit": 1000, "adjustable": True}]
    assert answer["account"]["concurrency"] > 0


def test_given_an_event_of_aws_then_it_is_told() -> None:
    answer = toolbox.health_events()

    assert [(each["eventTypeCode"], each["statusCode"]) for each in answer["events"]] == [
        ("AWS_LAMBDA_OPERATIONAL_ISSUE", "open")
    ]
