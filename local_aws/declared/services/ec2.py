"""Amazon EC2 (API reference, "Actions"; user guide, "Filtering your resources")."""

from __future__ import annotations

from typing import Any

from local_aws.declared.conditions import AtLeast, AtMost, Condition, Is, Noted, Where
from local_aws.declared.filters import Filters
from local_aws.declared.rules import Page, Rule, Service

_PAGE = Page(1000, least=5)
_MANAGED = Noted("nothing is managed by another service")
_DRY_RUN = Noted("DryRunOperation when the caller may")


def _filters(*names: str, tags: str = "Tags", **paths: str) -> Condition:
    """Filters named like the member they look at (`vpc-id` at VpcId), and those that look elsewhere."""
    found = {name: "".join(part.capitalize() for part in name.split("-")) for name in names}
    return Filters(
        found | {name.replace("__", ".").replace("_", "-"): path for name, path in paths.items()},
        tags=tags,
        wildcards=True,
    )


def _ids(path: str, code: str, what: str) -> Condition:
    return Is(path, missing=(code, f"The {what} '{{}}' does not exist"))


def _describe(
    operation: str, holds: str, ids: dict[str, Condition], filters: Condition, identity: str, **more: Any
) -> Rule:
    named = str(more.pop("filter_member", "Filters"))
    members = {**ids, named: filters, "DryRun": _DRY_RUN, **more.pop("members", {})}
    return Rule(operation, holds, members, identity=(identity,), **{"page": _PAGE, **more})


_INSTANCES = _describe(
    "DescribeInstances",
    "Reservations",
    {"InstanceIds": _ids("InstanceId", "InvalidInstanceID.NotFound", "instance ID")},
    _filters(
        "architecture", "image-id", "instance-id", "instance-type", "key-name", "launch-time", "owner-id",
        "private-dns-name", "private-ip-address", "reservation-id", "root-device-type", "spot-instance-request-id",
        "subnet-id", "vpc-id", "instance-lifecycle", "platform",
        availability_zone="Placement.AvailabilityZone",
        dns_name="PublicDnsName",
        iam_instance_profile__arn="IamInstanceProfile.Arn",
        ip_address="PublicIpAddress",
        instance_state_name="State.Name",
        instance_state_code="State.Code",
        group_id="SecurityGroups[].GroupId",
        group_name="SecurityGroups[].GroupName",
        instance__group_id="SecurityGroups[].GroupId",
        instance__group_name="SecurityGroups[].GroupName",
        network_interface__network_interface_id="NetworkInterfaces[].NetworkInterfaceId",
        block_device_mapping__volume_id="BlockDeviceMappings[].Ebs.VolumeId",
        state_reason_code="StateReason.Code",
        state_reason_message="StateReason.Message",
    ),
    "InstanceId",
    inner="Instances",
    members={"IncludeManagedResources": _MANAGED},
)  # fmt: skip

_STATUSES = _describe(
    "DescribeInstanceStatus",
    "InstanceStatuses",
    {"InstanceIds": _ids("InstanceId", "InvalidInstanceID.NotFound", "instance ID")},
    _filters(
        "availability-zone",
        event__code="Events[].Code",
        event__description="Events[].Description",
        instance_state_name="InstanceState.Name",
        instance_state_code="InstanceState.Code",
        instance_status__status="InstanceStatus.Status",
        instance_status__reachability="InstanceStatus.Details[?Name=='reachability'].Status",
        system_status__status="SystemStatus.Status",
        system_status__reachability="SystemStatus.Details[?Name=='reachability'].Status",
        tags="",
        attached_ebs_status__status="AttachedEbsStatus.Status",
    ),
    "InstanceId",
    members={
        "IncludeAllInstances": Where(
            lambda asked, one: asked or one.get("InstanceState", {}).get("Name", "running") == "running",
            "those that do not run too",
            default=False,
            forwarded=True,
        ),
        "IncludeManagedResources": _MANAGED,
    },
    tells={"IncludeAllInstances": True},
)

_SECURITY_GROUPS = _describe(
    "DescribeSecurityGroups",
    "SecurityGroups",
    {
        "GroupIds": _ids("GroupId", "InvalidGroup.NotFound", "security group"),
        "GroupNames": _ids("GroupName", "InvalidGroup.NotFound", "security group"),
    },
    _filters(
        "description", "group-id", "group-name", "owner-id", "vpc-id",
        ip_permission__cidr="IpPermissions[].IpRanges[].CidrIp",
        ip_permission__from_port="IpPermissions[].FromPort",
        ip_permission__to_port="IpPermissions[].ToPort",
        ip_permission__protocol="IpPermissions[].IpProtocol",
        ip_permission__group_id="IpPermissions[].UserIdGroupPairs[].GroupId",
        egress__ip_permission__cidr="IpPermissionsEgress[].IpRanges[].CidrIp",
        egress__ip_permission__from_port="IpPermissionsEgress[].FromPort",
        egress__ip_permission__to_port="IpPermissionsEgress[].ToPort",
        egress__ip_permission__protocol="IpPermissionsEgress[].IpProtocol",
    ),
    "GroupId",
)  # fmt: skip

_GROUP_RULES = _describe(
    "DescribeSecurityGroupRules",
    "SecurityGroupRules",
    {
        "SecurityGroupRuleIds": _ids(
            "SecurityGroupRuleId", "InvalidSecurityGroupRuleId.NotFound", "security group rule ID"
        )
    },
    _filters("group-id", "security-group-rule-id"),
    "SecurityGroupRuleId",
)

_SUBNETS = _describe(
    "DescribeSubnets",
    "Subnets",
    {"SubnetIds": _ids("SubnetId", "InvalidSubnetID.NotFound", "subnet ID")},
    _filters(
        "availability-zone", "availability-zone-id", "available-ip-address-count", "cidr-block", "default-for-az",
        "map-public-ip-on-launch", "owner-id", "state", "subnet-arn", "subnet-id", "vpc-id",
        cidr="CidrBlock",
    ),
    "SubnetId",
)  # fmt: skip

_ROUTE_TABLES = _describe(
    "DescribeRouteTables",
    "RouteTables",
    {"RouteTableIds": _ids("RouteTableId", "InvalidRouteTableID.NotFound", "routeTable ID")},
    _filters(
        "owner-id", "route-table-id", "vpc-id",
        association__gateway_id="Associations[].GatewayId",
        association__main="Associations[].Main",
        association__route_table_association_id="Associations[].RouteTableAssociationId",
        association__route_table_id="Associations[].RouteTableId",
        association__subnet_id="Associations[].SubnetId",
        route__destination_cidr_block="Routes[].DestinationCidrBlock",
        route__gateway_id="Routes[].GatewayId",
        route__instance_id="Routes[].InstanceId",
        route__nat_gateway_id="Routes[].NatGatewayId",
        route__origin="Routes[].Origin",
        route__state="Routes[].State",
        route__transit_gateway_id="Routes[].TransitGatewayId",
        route__vpc_peering_connection_id="Routes[].VpcPeeringConnectionId",
    ),
    "RouteTableId",
    page=Page(100, least=5),
)  # fmt: skip

_NAT_GATEWAYS = _describe(
    "DescribeNatGateways",
    "NatGateways",
    {"NatGatewayIds": _ids("NatGatewayId", "NatGatewayNotFound", "NatGateway")},
    _filters("nat-gateway-id", "state", "subnet-id", "vpc-id", "connectivity-type"),
    "NatGatewayId",
    filter_member="Filter",
)

_ENDPOINTS = _describe(
    "DescribeVpcEndpoints",
    "VpcEndpoints",
    {"VpcEndpointIds": _ids("VpcEndpointId", "InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id")},
    _filters(
        "ip-address-type", "service-name", "vpc-endpoint-id", "vpc-endpoint-type", "vpc-id",
        vpc_endpoint_state="State",
    ),
    "VpcEndpointId",
)  # fmt: skip

_INTERFACES = _describe(
    "DescribeNetworkInterfaces",
    "NetworkInterfaces",
    {
        "NetworkInterfaceIds": _ids(
            "NetworkInterfaceId", "InvalidNetworkInterfaceID.NotFound", "networkInterface ID"
        )
    },
    _filters(
        "availability-zone", "description", "interface-type", "mac-address", "network-interface-id", "owner-id",
        "private-dns-name", "requester-id", "requester-managed", "status", "subnet-id", "vpc-id",
        addresses__private_ip_address="PrivateIpAddresses[].PrivateIpAddress",
        association__public_ip="Association.PublicIp",
        attachment__attachment_id="Attachment.AttachmentId",
        attachment__instance_id="Attachment.InstanceId",
        attachment__status="Attachment.Status",
        group_id="Groups[].GroupId",
        tags="TagSet",
        private_ip_address="PrivateIpAddress",
    ),
    "NetworkInterfaceId",
    members={"IncludeManagedResources": _MANAGED},
)  # fmt: skip

_VOLUMES = _describe(
    "DescribeVolumes",
    "Volumes",
    {"VolumeIds": _ids("VolumeId", "InvalidVolume.NotFound", "volume")},
    _filters(
        "availability-zone", "create-time", "encrypted", "size", "snapshot-id", "volume-id", "volume-type",
        attachment__device="Attachments[].Device",
        attachment__instance_id="Attachments[].InstanceId",
        attachment__status="Attachments[].State",
        status="State",
    ),
    "VolumeId",
    members={"IncludeManagedResources": _MANAGED},
)  # fmt: skip

_VOLUME_STATUSES = _describe(
    "DescribeVolumeStatus",
    "VolumeStatuses",
    {"VolumeIds": _ids("VolumeId", "InvalidVolume.NotFound", "volume")},
    _filters(
        "availability-zone",
        volume_status__status="VolumeStatus.Status",
        tags="",
        event__event_type="Events[].EventType",
    ),
    "VolumeId",
)

_CREDITS = _describe(
    "DescribeInstanceCreditSpecifications",
    "InstanceCreditSpecifications",
    {"InstanceIds": _ids("InstanceId", "InvalidInstanceID.NotFound", "instance ID")},
    _filters("instance-id", tags=""),
    "InstanceId",
)

_SPOT_REQUESTS = _describe(
    "DescribeSpotInstanceRequests",
    "SpotInstanceRequests",
    {
        "SpotInstanceRequestIds": _ids(
            "SpotInstanceRequestId", "InvalidSpotInstanceRequestID.NotFound", "spot instance request ID"
        )
    },
    _filters(
        "instance-id", "spot-instance-request-id", "spot-price", "state", "type",
        launched_availability_zone="LaunchedAvailabilityZone",
        status_code="Status.Code",
        status_message="Status.Message",
    ),
    "SpotInstanceRequestId",
)  # fmt: skip

_SPOT_PRICES = Rule(
    "DescribeSpotPriceHistory",
    "SpotPriceHistory",
    {
        "AvailabilityZone": Is("AvailabilityZone"),
        "InstanceTypes": Is("InstanceType"),
        "ProductDescriptions": Is("ProductDescription"),
        "StartTime": AtLeast("Timestamp"),
        "EndTime": AtMost("Timestamp"),
        "Filters": _filters("availability-zone", "instance-type", "product-description", "spot-price", tags=""),
        "DryRun": _DRY_RUN,
    },
    order="-Timestamp",
    page=_PAGE,
    undeclared=("InvalidParameterValue", "This local AWS has no spot prices: declare them."),
)

_VPCS = _describe(
    "DescribeVpcs",
    "Vpcs",
    {"VpcIds": _ids("VpcId", "InvalidVpcID.NotFound", "vpc ID")},
    _filters("dhcp-options-id", "is-default", "owner-id", "state", "vpc-id", cidr="CidrBlock"),
    "VpcId",
)

_INTERNET_GATEWAYS = _describe(
    "DescribeInternetGateways",
    "InternetGateways",
    {
        "InternetGatewayIds": _ids(
            "InternetGatewayId", "InvalidInternetGatewayID.NotFound", "internetGateway ID"
        )
    },
    _filters(
        "internet-gateway-id", "owner-id",
        attachment__state="Attachments[].State",
        attachment__vpc_id="Attachments[].VpcId",
    ),
    "InternetGatewayId",
)  # fmt: skip

_ACLS = _describe(
    "DescribeNetworkAcls",
    "NetworkAcls",
    {"NetworkAclIds": _ids("NetworkAclId", "InvalidNetworkAclID.NotFound", "networkAcl ID")},
    _filters(
        "network-acl-id", "owner-id", "vpc-id",
        association__subnet_id="Associations[].SubnetId",
        default="IsDefault",
        entry__cidr="Entries[].CidrBlock",
        entry__rule_action="Entries[].RuleAction",
    ),
    "NetworkAclId",
)  # fmt: skip

_ADDRESSES = _describe(
    "DescribeAddresses",
    "Addresses",
    {
        "AllocationIds": _ids("AllocationId", "InvalidAllocationID.NotFound", "allocation ID"),
        "PublicIps": _ids("PublicIp", "InvalidAddress.NotFound", "address"),
    },
    _filters(
        "allocation-id", "association-id", "domain", "instance-id", "network-interface-id", "public-ip",
        "private-ip-address",
    ),
    "AllocationId",
    page=None,
)  # fmt: skip

SERVICE = Service(
    "ec2",
    "InvalidParameterValue",
    (
        _INSTANCES,
        _STATUSES,
        _SECURITY_GROUPS,
        _GROUP_RULES,
        _SUBNETS,
        _ROUTE_TABLES,
        _NAT_GATEWAYS,
        _ENDPOINTS,
        _INTERFACES,
        _VOLUMES,
        _VOLUME_STATUSES,
        _CREDITS,
        _SPOT_REQUESTS,
        _SPOT_PRICES,
        _VPCS,
        _INTERNET_GATEWAYS,
        _ACLS,
        _ADDRESSES,
    ),
)
