"""EC2, ELBv2, Route 53, API Gateway."""

from __future__ import annotations

from typing import Any

from tests.contract.local_aws.declared.worlds.world import Question, World, ago, arn, ask, keyed, moment, named

_NAMED = {"Tags": [{"Key": "Name", "Value": "web-one"}, {"Key": "stage", "Value": "live"}]}


def _pair(holds: str, identity: str, first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two resources: `x-1`, which is tagged, and `x-2`."""
    return {holds: [{identity: "x-1", **_NAMED, **first}, {identity: "x-2", **second}]}


def _both(
    operation: str, holds: str, identity: str, ids: str, *filters: tuple[str, str], member: str = "Filters"
) -> Question:
    """The questions every describing operation of EC2 answers alike, and filters that `x-2` alone fits."""
    ours = {ids: ["x-1", "x-2"]}
    more = [({**ours, member: named(name, value)}, "x-2") for name, value in filters]
    more += [
        ({**ours, member: named("tag:Name", "web-*")}, "x-1"),
        ({**ours, member: named("tag:Name", "web-o?e", "other")}, "x-1"),
        ({**ours, member: named("tag-key", "stage")}, "x-1"),
        ({**ours, member: [*named("tag:stage", "live"), *named("tag:Name", "no")]}, ""),
        ({**ours, member: named("shoe-size", "44")}, "!InvalidParameterValue"),
        ({**ours, "DryRun": True}, "!DryRunOperation"),
    ]
    name, value = filters[0]
    return Question(
        operation,
        f"{holds}[].{identity}",
        "x-1 x-2",
        ours,
        {ids: (["x-2"], "x-2"), member: (named(name, value), "x-2")},
        tuple(more),
    )


_PRICES = [
    {
        "AvailabilityZone": f"ap-south-1{zone}",
        "InstanceType": kind,
        "ProductDescription": product,
        "SpotPrice": price,
        "Timestamp": ago(hours=hours),
    }
    for zone, kind, product, price, hours in (
        ("a", "m5.large", "Linux/UNIX", "0.1", 3),
        ("b", "c5.large", "Windows", "0.2", 1),
    )
]

EC2 = World(
    "ec2",
    {
        "DescribeInstances": {
            "Reservations": [
                {
                    "ReservationId": "r-1",
                    "Instances": [{"InstanceId": "x-1", "State": {"Name": "running"}, **_NAMED}],
                },
                {
                    "ReservationId": "r-2",
                    "Instances": [
                        {
                            "InstanceId": "x-2",
                            "State": {"Name": "stopped"},
                            "VpcId": "vpc-2",
                            "SecurityGroups": [{"GroupId": "sg-2"}],
                            "Placement": {"AvailabilityZone": "ap-south-1b"},
                        },
                        {"InstanceId": "x-3", "State": {"Name": "running"}},
                    ],
                },
            ]
        },
        "DescribeInstanceStatus": {
            "InstanceStatuses": [
                {"InstanceId": "x-1", "InstanceState": {"Name": "running"}, "InstanceStatus": {"Status": "ok"}},
                {
                    "InstanceId": "x-2",
                    "InstanceState": {"Name": "running"},
                    "InstanceStatus": {
                        "Status": "impaired",
                        "Details": [{"Name": "reachability", "Status": "failed"}],
                    },
                },
                {"InstanceId": "x-3", "InstanceState": {"Name": "stopped"}},
            ]
        },
        "DescribeSecurityGroups": _pair(
            "SecurityGroups",
            "GroupId",
            {"GroupName": "one"},
            {
                "GroupName": "two",
                "VpcId": "vpc-2",
                "IpPermissions": [
                    {"FromPort": 5432, "IpProtocol": "tcp", "UserIdGroupPairs": [{"GroupId": "sg-9"}]}
                ],
            },
        ),
        "DescribeSecurityGroupRules": _pair("SecurityGroupRules", "SecurityGroupRuleId", {}, {"GroupId": "sg-2"}),
        "DescribeSubnets": _pair("Subnets", "SubnetId", {}, {"VpcId": "vpc-2", "AvailableIpAddressCount": 0}),
        "DescribeRouteTables": _pair(
            "RouteTables",
            "RouteTableId",
            {},
            {
                "Routes": [{"State": "blackhole", "NatGatewayId": "nat-1"}],
                "Associations": [{"SubnetId": "subnet-2"}],
            },
        ),
        "DescribeNatGateways": _pair("NatGateways", "NatGatewayId", {"State": "available"}, {"State": "failed"}),
        "DescribeVpcEndpoints": _pair(
            "VpcEndpoints", "VpcEndpointId", {"State": "available"}, {"State": "rejected", "ServiceName": "s3"}
        ),
        "DescribeNetworkInterfaces": {
            "NetworkInterfaces": [
                {"NetworkInterfaceId": "x-1", "TagSet": _NAMED["Tags"]},
                {
                    "NetworkInterfaceId": "x-2",
                    "Attachment": {"InstanceId": "i-2"},
                    "Groups": [{"GroupId": "sg-2"}],
                },
            ]
        },
        "DescribeVolumes": _pair(
            "Volumes",
            "VolumeId",
            {"Encrypted": True},
            {"Encrypted": False, "State": "error", "Attachments": [{"InstanceId": "i-2"}]},
        ),
        "DescribeVolumeStatus": {
            "VolumeStatuses": [
                {"VolumeId": "x-1", "VolumeStatus": {"Status": "ok"}},
                {"VolumeId": "x-2", "VolumeStatus": {"Status": "impaired"}},
            ]
        },
        "DescribeInstanceCreditSpecifications": {
            "InstanceCreditSpecifications": [
                {"InstanceId": "i-1", "CpuCredits": "standard"},
                {"InstanceId": "i-2", "CpuCredits": "unlimited"},
            ]
        },
        "DescribeSpotInstanceRequests": _pair(
            "SpotInstanceRequests",
            "SpotInstanceRequestId",
            {"State": "active"},
            {"State": "closed", "Status": {"Code": "instance-terminated-no-capacity"}},
        ),
        "DescribeSpotPriceHistory": {"SpotPriceHistory": _PRICES},
        "DescribeVpcs": _pair("Vpcs", "VpcId", {}, {"CidrBlock": "10.2.0.0/16"}),
        "DescribeInternetGateways": _pair(
            "InternetGateways",
            "InternetGatewayId",
            {},
            {"Attachments": [{"VpcId": "vpc-2", "State": "available"}]},
        ),
        "DescribeNetworkAcls": _pair(
            "NetworkAcls", "NetworkAclId", {}, {"IsDefault": False, "Associations": [{"SubnetId": "subnet-2"}]}
        ),
        "DescribeAddresses": _pair(
            "Addresses",
            "AllocationId",
            {"PublicIp": "203.0.113.1"},
            {"PublicIp": "203.0.113.2", "InstanceId": "i-2"},
        ),
    },
    (
        _both(
            "DescribeInstances",
            "Reservations[].Instances",
            "InstanceId",
            "InstanceIds",
            ("instance-state-name", "stopped"),
            ("vpc-id", "vpc-2"),
            ("instance.group-id", "sg-2"),
            ("availability-zone", "ap-south-1b"),
            ("reservation-id", "r-2"),
        ),
        ask(
            "DescribeInstances",
            "Reservations[].ReservationId",
            "r-1 r-2",
            {"InstanceIds": ["x-1", "x-3"]},
            InstanceIds=(["x-3"], "r-2"),
        ),
        ask(
            "DescribeInstanceStatus",
            "InstanceStatuses[].InstanceId",
            "x-1 x-2",
            InstanceIds=(["x-2"], "x-2"),
            Filters=(named("instance-status.status", "impaired"), "x-2"),
            IncludeAllInstances=(True, "x-1 x-2 x-3"),
            DryRun=(True, "!DryRunOperation"),
            more=(
                ({"Filters": named("instance-status.reachability", "failed")}, "x-2"),
                ({"InstanceIds": ["x-9"]}, "!InvalidInstanceID.NotFound"),
            ),
        ),
        _both(
            "DescribeSecurityGroups",
            "SecurityGroups",
            "GroupId",
            "GroupIds",
            ("vpc-id", "vpc-2"),
            ("ip-permission.from-port", "5432"),
            ("ip-permission.group-id", "sg-9"),
        ),
        ask(
            "DescribeSecurityGroups",
            "SecurityGroups[].GroupId",
            "x-1 x-2",
            {"GroupIds": ["x-1", "x-2"]},
            GroupNames=(["two"], "x-2"),
            more=(({"GroupNames": ["nine"]}, "!InvalidGroup.NotFound"),),
        ),
        _both(
            "DescribeSecurityGroupRules",
            "SecurityGroupRules",
            "SecurityGroupRuleId",
            "SecurityGroupRuleIds",
            ("group-id", "sg-2"),
        ),
        _both(
            "DescribeSubnets",
            "Subnets",
            "SubnetId",
            "SubnetIds",
            ("vpc-id", "vpc-2"),
            ("available-ip-address-count", "0"),
        ),
        _both(
            "DescribeRouteTables",
            "RouteTables",
            "RouteTableId",
            "RouteTableIds",
            ("route.state", "blackhole"),
            ("route.nat-gateway-id", "nat-1"),
            ("association.subnet-id", "subnet-2"),
        ),
        _both(
            "DescribeNatGateways",
            "NatGateways",
            "NatGatewayId",
            "NatGatewayIds",
            ("state", "failed"),
            member="Filter",
        ),
        _both(
            "DescribeVpcEndpoints",
            "VpcEndpoints",
            "VpcEndpointId",
            "VpcEndpointIds",
            ("vpc-endpoint-state", "rejected"),
            ("service-name", "s3"),
        ),
        ask(
            "DescribeNetworkInterfaces",
            "NetworkInterfaces[].NetworkInterfaceId",
            "x-1 x-2",
            {"NetworkInterfaceIds": ["x-1", "x-2"]},
            NetworkInterfaceIds=(["x-2"], "x-2"),
            Filters=(named("attachment.instance-id", "i-*"), "x-2"),
            DryRun=(True, "!DryRunOperation"),
            more=(
                ({"Filters": named("group-id", "sg-2")}, "x-2"),
                ({"Filters": named("tag:stage", "live")}, "x-1"),
            ),
        ),
        _both(
            "DescribeVolumes",
            "Volumes",
            "VolumeId",
            "VolumeIds",
            ("status", "error"),
            ("encrypted", "false"),
            ("attachment.instance-id", "i-2"),
        ),
        ask(
            "DescribeVolumeStatus",
            "VolumeStatuses[].VolumeId",
            "x-1 x-2",
            {"VolumeIds": ["x-1", "x-2"]},
            VolumeIds=(["x-2"], "x-2"),
            Filters=(named("volume-status.status", "impaired"), "x-2"),
            DryRun=(True, "!DryRunOperation"),
        ),
        ask(
            "DescribeInstanceCreditSpecifications",
            "InstanceCreditSpecifications[].InstanceId",
            "i-1 i-2",
            {"InstanceIds": ["i-1", "i-2"]},
            InstanceIds=(["i-2"], "i-2"),
            Filters=(named("instance-id", "i-2"), "i-2"),
            DryRun=(True, "!DryRunOperation"),
        ),
        _both(
            "DescribeSpotInstanceRequests",
            "SpotInstanceRequests",
            "SpotInstanceRequestId",
            "SpotInstanceRequestIds",
            ("state", "closed"),
            ("status-code", "*no-capacity"),
        ),
        ask(
            "DescribeSpotPriceHistory",
            "SpotPriceHistory[].SpotPrice",
            "0.2 0.1",
            AvailabilityZone=("ap-south-1a", "0.1"),
            InstanceTypes=(["c5.large"], "0.2"),
            ProductDescriptions=(["Windows"], "0.2"),
            StartTime=(moment(hours=2), "0.2"),
            EndTime=(moment(hours=2), "0.1"),
            Filters=(named("spot-price", "0.1"), "0.1"),
            DryRun=(True, "!DryRunOperation"),
        ),
        _both("DescribeVpcs", "Vpcs", "VpcId", "VpcIds", ("cidr", "10.2.*")),
        _both(
            "DescribeInternetGateways",
            "InternetGateways",
            "InternetGatewayId",
            "InternetGatewayIds",
            ("attachment.vpc-id", "vpc-2"),
        ),
        _both(
            "DescribeNetworkAcls",
            "NetworkAcls",
            "NetworkAclId",
            "NetworkAclIds",
            ("association.subnet-id", "subnet-2"),
            ("default", "false"),
        ),
        _both("DescribeAddresses", "Addresses", "AllocationId", "AllocationIds", ("instance-id", "i-2")),
        ask(
            "DescribeAddresses",
            "Addresses[].PublicIp",
            "203.0.113.1 203.0.113.2",
            {"AllocationIds": ["x-1", "x-2"]},
            PublicIps=(["203.0.113.2"], "203.0.113.2"),
        ),
    ),
)


def _elb(path: str) -> str:
    return arn("elasticloadbalancing", path)


_LB = {name: _elb(f"loadbalancer/app/{name}/0000000000000001") for name in ("shop", "blog")}
_TG = {name: _elb(f"targetgroup/{name}/0000000000000001") for name in ("shop", "blog")}
_LISTENER = {name: _elb(f"listener/app/{name}/0000000000000001/000000000000000{name[0]}") for name in _LB}
_RULE = {name: _elb(f"listener-rule/app/{name}/0000000000000001/000000000000000{name[0]}/{name}") for name in _LB}


def _attribute(name: str) -> dict[str, Any]:
    return {"Attributes": [{"Key": "k", "Value": name}]}


ELB = World(
    "elbv2",
    {
        "DescribeLoadBalancers": {
            "LoadBalancers": [{"LoadBalancerArn": lb, "LoadBalancerName": name} for name, lb in _LB.items()]
        },
        "DescribeTargetGroups": {
            "TargetGroups": [
                {"TargetGroupArn": tg, "TargetGroupName": name, "LoadBalancerArns": [_LB[name]]}
                for name, tg in _TG.items()
            ]
        },
        "DescribeTargetHealth": keyed(
            (
                {"TargetGroupArn": _TG["shop"]},
                {
                    "TargetHealthDescriptions": [
                        {"Target": {"Id": "i-1", "Port": 80}, "TargetHealth": {"State": "unhealthy"}},
                        {"Target": {"Id": "i-2", "Port": 80}, "AnomalyDetection": {"Result": "anomalous"}},
                    ]
                },
            ),
            (
                {"TargetGroupArn": _TG["blog"]},
                {"TargetHealthDescriptions": [{"Target": {"Id": "i-3", "Port": 80}}]},
            ),
        ),
        "DescribeListeners": {
            "Listeners": [{"ListenerArn": _LISTENER[name], "LoadBalancerArn": lb} for name, lb in _LB.items()]
        },
        "DescribeRules": {"Rules": [{"RuleArn": rule} for rule in _RULE.values()]},
        "DescribeLoadBalancerAttributes": keyed(
            *(({"LoadBalancerArn": a}, _attribute(n)) for n, a in _LB.items())
        ),
        "DescribeTargetGroupAttributes": keyed(*(({"TargetGroupArn": a}, _attribute(n)) for n, a in _TG.items())),
        "DescribeListenerAttributes": keyed(*(({"ListenerArn": a}, _attribute(n)) for n, a in _LISTENER.items())),
        "DescribeTags": {"TagDescriptions": [{"ResourceArn": lb, "Tags": []} for lb in _LB.values()]},
    },
    (
        ask(
            "DescribeLoadBalancers",
            "LoadBalancers[].LoadBalancerName",
            "shop blog",
            LoadBalancerArns=([_LB["blog"]], "blog"),
            Names=(["shop"], "shop"),
            more=(({"Names": ["gone"]}, "!LoadBalancerNotFound"),),
        ),
        ask(
            "DescribeTargetGroups",
            "TargetGroups[].TargetGroupName",
            "shop blog",
            LoadBalancerArn=(_LB["blog"], "blog"),
            TargetGroupArns=([_TG["shop"]], "shop"),
            Names=(["blog"], "blog"),
            more=(({"Names": ["gone"]}, "!TargetGroupNotFound"),),
        ),
        ask(
            "DescribeTargetHealth",
            "TargetHealthDescriptions[].Target.Id",
            "i-1 i-2",
            {"TargetGroupArn": _TG["shop"]},
            TargetGroupArn=(_TG["blog"], "i-3"),
            Targets=([{"Id": "i-2"}], "i-2"),
            more=(({"TargetGroupArn": _elb("targetgroup/gone/1")}, "!TargetGroupNotFound"),),
        ),
        ask(
            "DescribeTargetHealth",
            "TargetHealthDescriptions[].AnomalyDetection.Result",
            "",
            {"TargetGroupArn": _TG["shop"]},
            Include=(["AnomalyDetection"], "anomalous"),
        ),
        ask(
            "DescribeListeners",
            "Listeners[].LoadBalancerArn",
            "0000000000000001",
            {"LoadBalancerArn": _LB["shop"]},
            LoadBalancerArn=(_LB["shop"] + "2", ""),
        ),
        ask(
            "DescribeListeners",
            "Listeners[].ListenerArn",
            "000000000000000s 000000000000000b",
            ListenerArns=([_LISTENER["blog"]], "000000000000000b"),
        ),
        ask(
            "DescribeRules",
            "Rules[].RuleArn",
            "shop",
            {"ListenerArn": _LISTENER["shop"]},
            ListenerArn=(_LISTENER["blog"], "blog"),
        ),
        ask(
            "DescribeRules",
            "Rules[].RuleArn",
            "shop",
            {"RuleArns": [_RULE["shop"]]},
            RuleArns=([_RULE["blog"]], "blog"),
        ),
        ask(
            "DescribeLoadBalancerAttributes",
            "Attributes[].Value",
            "shop",
            {"LoadBalancerArn": _LB["shop"]},
            LoadBalancerArn=(_LB["blog"], "blog"),
        ),
        ask(
            "DescribeTargetGroupAttributes",
            "Attributes[].Value",
            "shop",
            {"TargetGroupArn": _TG["shop"]},
            TargetGroupArn=(_TG["blog"], "blog"),
        ),
        ask(
            "DescribeListenerAttributes",
            "Attributes[].Value",
            "shop",
            {"ListenerArn": _LISTENER["shop"]},
            ListenerArn=(_LISTENER["blog"], "blog"),
        ),
        ask(
            "DescribeTags",
            "TagDescriptions[].ResourceArn",
            "0000000000000001",
            {"ResourceArns": [_LB["shop"]]},
            ResourceArns=(list(_LB.values()), "0000000000000001 0000000000000001"),
        ),
    ),
)

_CHECK = {"Type": "HTTPS", "FullyQualifiedDomainName": "shop.example.com"}


def _observed(name: str) -> dict[str, Any]:
    return {
        "HealthCheckObservations": [
            {"Region": "us-east-1", "IPAddress": name, "StatusReport": {"Status": "Failure"}}
        ]
    }


ROUTE53 = World(
    "route53",
    {
        "ListHealthChecks": {
            "HealthChecks": [
                {"Id": name, "CallerReference": name, "HealthCheckConfig": _CHECK, "HealthCheckVersion": 1}
                for name in ("check-1", "check-2")
            ],
            "Marker": "",
            "IsTruncated": False,
            "MaxItems": "100",
        },
        "GetHealthCheckStatus": keyed(
            *(({"HealthCheckId": name}, _observed(name)) for name in ("check-1", "check-2"))
        ),
        "GetHealthCheckLastFailureReason": keyed(
            *(({"HealthCheckId": name}, _observed(name)) for name in ("check-1", "check-2"))
        ),
        "ListHostedZones": {
            "HostedZones": [{"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "z"}]
        },
    },
    (
        ask("ListHealthChecks", "HealthChecks[].Id", "check-1 check-2"),
        ask(
            "GetHealthCheck",
            "HealthCheck.[Id]",
            "check-1",
            {"HealthCheckId": "check-1"},
            HealthCheckId=("check-2", "check-2"),
            more=(({"HealthCheckId": "gone"}, "!NoSuchHealthCheck"),),
        ),
        ask(
            "GetHealthCheckStatus",
            "HealthCheckObservations[].IPAddress",
            "check-1",
            {"HealthCheckId": "check-1"},
            HealthCheckId=("check-2", "check-2"),
            more=(({"HealthCheckId": "gone"}, "!NoSuchHealthCheck"),),
        ),
        ask(
            "GetHealthCheckLastFailureReason",
            "HealthCheckObservations[].IPAddress",
            "check-1",
            {"HealthCheckId": "check-1"},
            HealthCheckId=("check-2", "check-2"),
        ),
        ask("ListHostedZones", "HostedZones[].Id", "Z1"),
    ),
)

_METHODS = {"GET": {"httpMethod": "GET", "methodIntegration": {"type": "AWS_PROXY", "uri": "arn:orders:live"}}}

REST_APIS = World(
    "apigateway",
    {
        "GetRestApis": {"items": [{"id": "a1", "name": "shop"}, {"id": "a2", "name": "blog"}]},
        "GetStages": keyed(
            (
                {"restApiId": "a1"},
                {
                    "item": [
                        {"stageName": "prod", "deploymentId": "d1"},
                        {"stageName": "test", "deploymentId": "d2"},
                    ]
                },
            ),
            ({"restApiId": "a2"}, {"item": [{"stageName": "live", "deploymentId": "d3"}]}),
        ),
        "GetDeployments": keyed(
            (
                {"restApiId": "a1"},
                {"items": [{"id": "d1", "createdDate": ago(days=9)}, {"id": "d2", "createdDate": ago(days=1)}]},
            ),
            ({"restApiId": "a2"}, {"items": [{"id": "d3", "createdDate": ago(days=2)}]}),
        ),
        "GetResources": keyed(
            (
                {"restApiId": "a1"},
                {
                    "items": [
                        {"id": "r1", "path": "/"},
                        {"id": "r2", "path": "/orders", "resourceMethods": _METHODS},
                    ]
                },
            ),
            ({"restApiId": "a2"}, {"items": [{"id": "r3", "path": "/"}]}),
        ),
    },
    (
        ask("GetRestApis", "items[].id", "a1 a2"),
        ask(
            "GetRestApi",
            "[name]",
            "shop",
            {"restApiId": "a1"},
            restApiId=("a2", "blog"),
            more=(({"restApiId": "a9"}, "!NotFoundException"),),
        ),
        ask(
            "GetStages",
            "item[].stageName",
            "prod test",
            {"restApiId": "a1"},
            restApiId=("a2", "live"),
            deploymentId=("d2", "test"),
        ),
        ask(
            "GetStage",
            "[deploymentId]",
            "d1",
            {"restApiId": "a1", "stageName": "prod"},
            restApiId=("a2", "!NotFoundException"),
            stageName=("test", "d2"),
        ),
        ask("GetDeployments", "items[].id", "d2 d1", {"restApiId": "a1"}, restApiId=("a2", "d3")),
        ask("GetResources", "items[].id", "r1 r2", {"restApiId": "a1"}, restApiId=("a2", "r3")),
        ask(
            "GetResources",
            "items[].resourceMethods.GET.methodIntegration.uri",
            "",
            {"restApiId": "a1"},
            embed=(["methods"], "arn:orders:live"),
        ),
    ),
)


def _items(identity: str, **required: Any) -> list[dict[str, Any]]:
    return keyed(
        ({"ApiId": "h1"}, {"Items": [{identity: "one", **required}, {identity: "two", **required}]}),
        ({"ApiId": "h2"}, {"Items": [{identity: "three", **required}]}),
    )


_BY_API = {
    "GetStages": "StageName",
    "GetRoutes": "RouteId",
    "GetIntegrations": "IntegrationId",
    "GetAuthorizers": "AuthorizerId",
    "GetDeployments": "DeploymentId",
}

HTTP_APIS = World(
    "apigatewayv2",
    {
        "GetApis": {"Items": [{"ApiId": "h1", "Name": "shop"}, {"ApiId": "h2", "Name": "blog"}]},
        **{operation: _items(identity) for operation, identity in _BY_API.items()},
    },
    (
        ask("GetApis", "Items[].ApiId", "h1 h2"),
        ask(
            "GetApi",
            "[Name]",
            "shop",
            {"ApiId": "h1"},
            ApiId=("h2", "blog"),
            more=(({"ApiId": "h9"}, "!NotFoundException"),),
        ),
        ask(
            "GetStage",
            "[StageName]",
            "one",
            {"ApiId": "h1", "StageName": "one"},
            ApiId=("h2", "!NotFoundException"),
            StageName=("two", "two"),
        ),
        *(
            ask(operation, f"Items[].{identity}", "one two", {"ApiId": "h1"}, ApiId=("h2", "three"))
            for operation, identity in _BY_API.items()
        ),
    ),
)

CLOUDFRONT = World(
    "cloudfront",
    {
        "ListDistributions": {
            "DistributionList": {
                "Items": [{"Id": "E1", "Status": "Deployed"}, {"Id": "E2", "Status": "InProgress"}]
            }
        },
        "GetDistribution": keyed(
            *(
                ({"Id": name}, {"Distribution": {"Id": name, "Status": status}})
                for name, status in (("E1", "Deployed"), ("E2", "InProgress"))
            )
        ),
    },
    (
        ask("ListDistributions", "DistributionList.Items[].Id", "E1 E2"),
        ask("ListDistributions", "DistributionList.[Quantity]", "2"),
        ask(
            "GetDistribution",
            "Distribution.[Status]",
            "Deployed",
            {"Id": "E1"},
            Id=("E2", "InProgress"),
            more=(({"Id": "E9"}, "!NoSuchDistribution"),),
        ),
    ),
)

WORLDS = (EC2, ELB, ROUTE53, REST_APIS, HTTP_APIS, CLOUDFRONT)
