"""ECS, Auto Scaling, Application Auto Scaling."""

from __future__ import annotations

from tests.contract.local_aws.declared.worlds.world import Question, World, ago, arn, ask, keyed, moment

_PROD, _TEST = arn("ecs", "cluster/prod"), arn("ecs", "cluster/test")


def _ecs(path: str) -> str:
    return arn("ecs", path)


def _definition(name: str) -> str:
    return arn("ecs", f"task-definition/{name}")


_SERVICES = [
    {
        "serviceArn": _ecs("service/prod/web"),
        "clusterArn": _PROD,
        "launchType": "FARGATE",
        "tags": [{"key": "team", "value": "shop"}],
    },
    {
        "serviceArn": _ecs("service/prod/agent"),
        "clusterArn": _PROD,
        "launchType": "EC2",
        "schedulingStrategy": "DAEMON",
    },
    {"serviceArn": _ecs("service/test/api"), "clusterArn": _TEST, "launchType": "FARGATE"},
]
_TASKS = [
    {
        "taskArn": _ecs("task/prod/t1"),
        "clusterArn": _PROD,
        "desiredStatus": "RUNNING",
        "launchType": "FARGATE",
        "group": "service:web",
        "startedBy": "ecs-svc/1",
        "taskDefinitionArn": _definition("web:2"),
        "tags": [{"key": "team", "value": "shop"}],
    },
    {
        "taskArn": _ecs("task/prod/t2"),
        "clusterArn": _PROD,
        "desiredStatus": "RUNNING",
        "launchType": "EC2",
        "group": "family:batch",
        "startedBy": "nightly",
        "taskDefinitionArn": _definition("batch:7"),
        "containerInstanceArn": _ecs("container-instance/prod/ci1"),
    },
    {
        "taskArn": _ecs("task/prod/t3"),
        "clusterArn": _PROD,
        "desiredStatus": "STOPPED",
        "stoppedReason": "Essential container in task exited",
        "group": "service:web",
        "taskDefinitionArn": _definition("web:1"),
    },
    {"taskArn": _ecs("task/test/t9"), "clusterArn": _TEST, "desiredStatus": "RUNNING"},
]
_DEFINITIONS = [
    {
        "taskDefinitionArn": _definition(f"{family}:{revision}"),
        "family": family,
        "revision": revision,
        "status": status,
    }
    for family, revision, status in (
        ("web", 1, "ACTIVE"),
        ("web", 2, "ACTIVE"),
        ("web", 3, "INACTIVE"),
        ("batch", 7, "ACTIVE"),
    )
]
_INSTANCES = [
    {
        "containerInstanceArn": _ecs("container-instance/prod/ci1"),
        "status": "ACTIVE",
        "tags": [{"key": "a", "value": "b"}],
    },
    {"containerInstanceArn": _ecs("container-instance/prod/ci2"), "status": "DRAINING"},
]
_DEPLOYMENTS = [
    {
        "serviceDeploymentArn": _ecs(f"service-deployment/prod/web/{name}"),
        "serviceArn": _ecs("service/prod/web"),
        "clusterArn": _PROD,
        "status": status,
        "createdAt": ago(hours=hours),
    }
    for name, status, hours in (("d1", "SUCCESSFUL", 5), ("d2", "STOPPED", 1))
]

ECS = World(
    "ecs",
    {
        "DescribeClusters": {
            "clusters": [
                {"clusterArn": _PROD, "tags": [{"key": "stage", "value": "live"}]},
                {"clusterArn": _TEST},
            ]
        },
        "DescribeServices": {"services": _SERVICES},
        "DescribeTasks": {"tasks": _TASKS},
        "DescribeTaskDefinition": keyed(
            *(
                (
                    {"taskDefinition": one["taskDefinitionArn"]},
                    {"taskDefinition": one, "tags": [{"key": "k", "value": "v"}]},
                )
                for one in _DEFINITIONS
            )
        ),
        "DescribeContainerInstances": keyed(({"cluster": "prod"}, {"containerInstances": _INSTANCES})),
        "DescribeServiceDeployments": {"serviceDeployments": _DEPLOYMENTS},
    },
    (
        ask("DescribeClusters", "clusters[].clusterArn", "", clusters=([_PROD, "test"], "prod test")),
        ask("DescribeClusters", "failures[].arn", "default", clusters=(["gone", "prod"], "gone")),
        ask("DescribeClusters", "clusters[].tags[].value", "", {"clusters": ["prod"]}, include=(["TAGS"], "live")),
        ask("ListClusters", "clusterArns", "prod test"),
        ask(
            "DescribeServices",
            "services[].serviceArn",
            "!ClusterNotFoundException",
            {"services": ["web", "api"]},
            cluster=("prod", "web"),
            more=(({"cluster": "test", "services": ["web", "api"]}, "api"),),
        ),
        ask(
            "DescribeServices",
            "services[].serviceArn",
            "web",
            {"services": ["web"], "cluster": "prod"},
            services=([_ecs("service/prod/agent")], "agent"),
        ),
        ask(
            "DescribeServices",
            "failures[].arn",
            "gone",
            {"services": ["gone"], "cluster": "prod"},
            services=(["agent", "lost"], "lost"),
        ),
        ask(
            "DescribeServices",
            "services[].tags[].value",
            "",
            {"services": ["web"], "cluster": "prod"},
            include=(["TAGS"], "shop"),
        ),
        ask("ListServices", "serviceArns", "!ClusterNotFoundException", cluster=(_TEST, "api")),
        ask(
            "ListServices",
            "serviceArns",
            "web agent",
            {"cluster": "prod"},
            launchType=("EC2", "agent"),
            schedulingStrategy=("REPLICA", "web"),
        ),
        ask(
            "DescribeTasks",
            "tasks[].taskArn",
            "!ClusterNotFoundException",
            {"tasks": ["t1", "t9"]},
            cluster=("prod", "t1"),
            tasks=(["t2"], "!ClusterNotFoundException"),
        ),
        ask(
            "DescribeTasks",
            "tasks[].stoppedReason",
            "",
            {"tasks": ["t1"], "cluster": "prod"},
            tasks=(["t3", "t1"], "Essential container in task exited"),
        ),
        ask(
            "DescribeTasks",
            "tasks[].tags[].value",
            "",
            {"tasks": ["t1"], "cluster": "prod"},
            include=(["TAGS"], "shop"),
        ),
        ask("ListTasks", "taskArns", "!ClusterNotFoundException", cluster=("test", "t9")),
        ask(
            "ListTasks",
            "taskArns",
            "t1 t2",
            {"cluster": "prod"},
            containerInstance=("ci1", "t2"),
            desiredStatus=("STOPPED", "t3"),
            family=("batch", "t2"),
            launchType=("FARGATE", "t1"),
            serviceName=("web", "t1"),
            startedBy=("nightly", "t2"),
        ),
        ask(
            "DescribeTaskDefinition",
            "taskDefinition.[taskDefinitionArn]",
            "web:2",
            {"taskDefinition": "web"},
            taskDefinition=("web:1", "web:1"),
            more=(({"taskDefinition": "gone"}, "!ClientException"),),
        ),
        ask("DescribeTaskDefinition", "tags[].value", "", {"taskDefinition": "web"}, include=(["TAGS"], "v")),
        ask(
            "ListTaskDefinitions",
            "taskDefinitionArns",
            "web:1 web:2 batch:7",
            familyPrefix=("web", "web:1 web:2"),
            sort=("DESC", "batch:7 web:2 web:1"),
            status=("INACTIVE", "web:3"),
        ),
        ask(
            "ListTaskDefinitionFamilies",
            "families",
            "batch web",
            familyPrefix=("ba", "batch"),
            status=("INACTIVE", "web"),
        ),
        ask(
            "DescribeContainerInstances",
            "containerInstances[].status",
            "!ClusterNotFoundException",
            {"containerInstances": ["ci1"]},
            cluster=("prod", "ACTIVE"),
            containerInstances=(["ci2"], "!ClusterNotFoundException"),
        ),
        ask(
            "DescribeContainerInstances",
            "containerInstances[].status",
            "ACTIVE",
            {"containerInstances": ["ci1"], "cluster": "prod"},
            containerInstances=(["ci2"], "DRAINING"),
        ),
        ask(
            "DescribeContainerInstances",
            "containerInstances[].tags[].value",
            "",
            {"containerInstances": ["ci1"], "cluster": "prod"},
            include=(["TAGS"], "b"),
        ),
        ask(
            "ListContainerInstances", "containerInstanceArns", "!ClusterNotFoundException", cluster=("prod", "ci1")
        ),
        ask(
            "ListContainerInstances",
            "containerInstanceArns",
            "ci1",
            {"cluster": "prod"},
            status=("DRAINING", "ci2"),
        ),
        ask(
            "DescribeServiceDeployments",
            "serviceDeployments[].serviceDeploymentArn",
            "d1",
            {"serviceDeploymentArns": [_DEPLOYMENTS[0]["serviceDeploymentArn"]]},
            serviceDeploymentArns=([_DEPLOYMENTS[1]["serviceDeploymentArn"]], "d2"),
        ),
        ask(
            "ListServiceDeployments",
            "serviceDeployments[].serviceDeploymentArn",
            "d2 d1",
            {"cluster": "prod", "service": "web"},
            cluster=("test", ""),
            service=("agent", ""),
            status=(["STOPPED"], "d2"),
            createdAt=({"before": moment(hours=3)}, "d1"),
        ),
    ),
)

_GROUPS = [
    {"AutoScalingGroupName": "front", "Tags": [{"Key": "stage", "Value": "live"}]},
    {"AutoScalingGroupName": "back", "Tags": [{"Key": "stage", "Value": "test"}]},
]
_ACTIVITIES = [
    {"ActivityId": "a1", "AutoScalingGroupName": "front", "StatusCode": "Successful", "StartTime": ago(hours=3)},
    {"ActivityId": "a2", "AutoScalingGroupName": "front", "StatusCode": "Failed", "StartTime": ago(hours=1)},
    {"ActivityId": "a3", "AutoScalingGroupName": "back", "StatusCode": "Successful", "StartTime": ago(hours=2)},
    {
        "ActivityId": "a4",
        "AutoScalingGroupName": "old",
        "AutoScalingGroupState": "Deleted",
        "StatusCode": "Successful",
        "StartTime": ago(hours=9),
    },
]

AUTO_SCALING = World(
    "autoscaling",
    {
        "DescribeAutoScalingGroups": {"AutoScalingGroups": _GROUPS},
        "DescribeAutoScalingInstances": {"AutoScalingInstances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]},
        "DescribeScalingActivities": {"Activities": _ACTIVITIES},
        "DescribePolicies": {
            "ScalingPolicies": [
                {"AutoScalingGroupName": "front", "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling"},
                {"AutoScalingGroupName": "back", "PolicyName": "queue", "PolicyType": "StepScaling"},
            ]
        },
        "DescribeScheduledActions": {
            "ScheduledUpdateGroupActions": [
                {"AutoScalingGroupName": "front", "ScheduledActionName": "morning", "StartTime": ago(hours=8)},
                {"AutoScalingGroupName": "back", "ScheduledActionName": "evening", "StartTime": ago(hours=2)},
            ]
        },
        "DescribeInstanceRefreshes": {
            "InstanceRefreshes": [
                {"AutoScalingGroupName": "front", "InstanceRefreshId": "r1", "StartTime": ago(hours=5)},
                {"AutoScalingGroupName": "front", "InstanceRefreshId": "r2", "StartTime": ago(hours=1)},
                {"AutoScalingGroupName": "back", "InstanceRefreshId": "r3", "StartTime": ago(hours=2)},
            ]
        },
        "DescribeLaunchConfigurations": {
            "LaunchConfigurations": [{"LaunchConfigurationName": "lc1"}, {"LaunchConfigurationName": "lc2"}]
        },
        "DescribeLifecycleHooks": {
            "LifecycleHooks": [
                {"AutoScalingGroupName": "front", "LifecycleHookName": "drain"},
                {"AutoScalingGroupName": "front", "LifecycleHookName": "warm"},
                {"AutoScalingGroupName": "back", "LifecycleHookName": "other"},
            ]
        },
        "DescribeTags": {
            "Tags": [
                {"ResourceId": "front", "Key": "stage", "Value": "live", "PropagateAtLaunch": True},
                {"ResourceId": "back", "Key": "team", "Value": "shop", "PropagateAtLaunch": False},
            ]
        },
    },
    (
        ask(
            "DescribeAutoScalingGroups",
            "AutoScalingGroups[].AutoScalingGroupName",
            "front back",
            AutoScalingGroupNames=(["back"], "back"),
            Filters=([{"Name": "tag:stage", "Values": ["live"]}], "front"),
            more=(
                ({"Filters": [{"Name": "tag-value", "Values": ["test"]}]}, "back"),
                ({"Filters": [{"Name": "colour", "Values": ["red"]}]}, "!ValidationError"),
            ),
        ),
        ask(
            "DescribeAutoScalingInstances",
            "AutoScalingInstances[].InstanceId",
            "i-1 i-2",
            InstanceIds=(["i-2"], "i-2"),
        ),
        ask(
            "DescribeScalingActivities",
            "Activities[].ActivityId",
            "a2 a3 a1",
            ActivityIds=(["a3"], "a3"),
            AutoScalingGroupName=("front", "a2 a1"),
            IncludeDeletedGroups=(True, "a2 a3 a1 a4"),
            Filters=([{"Name": "Status", "Values": ["Failed"]}], "a2"),
        ),
        ask(
            "DescribePolicies",
            "ScalingPolicies[].PolicyName",
            "cpu queue",
            AutoScalingGroupName=("back", "queue"),
            PolicyNames=(["cpu"], "cpu"),
            PolicyTypes=(["StepScaling"], "queue"),
        ),
        ask(
            "DescribeScheduledActions",
            "ScheduledUpdateGroupActions[].ScheduledActionName",
            "morning evening",
            AutoScalingGroupName=("back", "evening"),
            ScheduledActionNames=(["morning"], "morning"),
            StartTime=(moment(hours=5), "evening"),
            EndTime=(moment(hours=5), "morning"),
        ),
        ask(
            "DescribeInstanceRefreshes",
            "InstanceRefreshes[].InstanceRefreshId",
            "r2 r1",
            {"AutoScalingGroupName": "front"},
            AutoScalingGroupName=("back", "r3"),
            InstanceRefreshIds=(["r1"], "r1"),
        ),
        ask(
            "DescribeLaunchConfigurations",
            "LaunchConfigurations[].LaunchConfigurationName",
            "lc1 lc2",
            LaunchConfigurationNames=(["lc2"], "lc2"),
        ),
        ask(
            "DescribeLifecycleHooks",
            "LifecycleHooks[].LifecycleHookName",
            "drain warm",
            {"AutoScalingGroupName": "front"},
            AutoScalingGroupName=("back", "other"),
            LifecycleHookNames=(["warm"], "warm"),
        ),
        ask(
            "DescribeTags",
            "Tags[].ResourceId",
            "front back",
            Filters=([{"Name": "key", "Values": ["team"]}], "back"),
        ),
    ),
)

_ABOUT = {
    "ServiceNamespace": "ecs",
    "ScalableDimension": "ecs:service:DesiredCount",
    "ResourceId": "service/prod/web",
}
_TABLE = {
    "ServiceNamespace": "dynamodb",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    "ResourceId": "table/orders",
}
_OTHER = {**_ABOUT, "ResourceId": "service/prod/api"}


def _asked(operation: str, shows: str, name: str, **cases: object) -> Question:
    return ask(
        operation,
        shows,
        f"{name}1 {name}2",
        {"ServiceNamespace": "ecs"},
        ServiceNamespace=("dynamodb", f"{name}3"),
        ScalableDimension=("ecs:service:DesiredCount", f"{name}1 {name}2"),
        **cases,
    )


APPLICATION_AUTO_SCALING = World(
    "application-autoscaling",
    {
        "DescribeScalableTargets": {
            "ScalableTargets": [
                {**_ABOUT, "RoleARN": "r/t1"},
                {**_OTHER, "RoleARN": "r/t2"},
                {**_TABLE, "RoleARN": "r/t3"},
            ]
        },
        "DescribeScalingActivities": {
            "ScalingActivities": [
                {**_ABOUT, "ActivityId": "a1", "StartTime": ago(hours=1)},
                {**_OTHER, "ActivityId": "a2", "StartTime": ago(hours=2)},
                {**_TABLE, "ActivityId": "a3", "StartTime": ago(hours=3)},
                {
                    **_ABOUT,
                    "ActivityId": "a4",
                    "StartTime": ago(hours=4),
                    "NotScaledReasons": [{"Code": "AlreadyAtMaxCapacity"}],
                },
            ]
        },
        "DescribeScalingPolicies": {
            "ScalingPolicies": [
                {**_ABOUT, "PolicyName": "p1"},
                {**_OTHER, "PolicyName": "p2"},
                {**_TABLE, "PolicyName": "p3"},
            ]
        },
        "DescribeScheduledActions": {
            "ScheduledActions": [
                {**_ABOUT, "ScheduledActionName": "s1"},
                {**_OTHER, "ScheduledActionName": "s2"},
                {**_TABLE, "ScheduledActionName": "s3"},
            ]
        },
    },
    (
        _asked(
            "DescribeScalableTargets", "ScalableTargets[].RoleARN", "t", ResourceIds=(["service/prod/api"], "t2")
        ),
        _asked(
            "DescribeScalingActivities",
            "ScalingActivities[].ActivityId",
            "a",
            ResourceId=("service/prod/api", "a2"),
            IncludeNotScaledActivities=(True, "a1 a2 a4"),
        ),
        _asked(
            "DescribeScalingPolicies",
            "ScalingPolicies[].PolicyName",
            "p",
            ResourceId=("service/prod/api", "p2"),
            PolicyNames=(["p1"], "p1"),
        ),
        _asked(
            "DescribeScheduledActions",
            "ScheduledActions[].ScheduledActionName",
            "s",
            ResourceId=("service/prod/api", "s2"),
            ScheduledActionNames=(["s1"], "s1"),
        ),
    ),
)

WORLDS = (ECS, AUTO_SCALING, APPLICATION_AUTO_SCALING)
