"""How a resource reaches others: routes of its subnets, gateways and what they refuse, endpoints, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox import resources
from toolbox.access.policies import limits_of
from toolbox.asking import look as looking
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query
from toolbox.resources.base import name_of
from toolbox.surroundings.links import services

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.asking.answer import Answer, Asked

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_TARGETS = (
    "NatGatewayId",
    "GatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "EgressOnlyInternetGatewayId",
)

#: What a NAT gateway could not do, and for whom it was too much (VPC User Guide, "NAT gateway metrics").
_OF_NAT = (
    ("ErrorPortAllocation", "Sum"),
    ("PacketsDropCount", "Sum"),
    ("ActiveConnectionCount", "Maximum"),
)
_MOST_TASKS = 10
_MOST_LIMITED = 3


def network_path(kind: str | None = None, name: str | None = None) -> Answer:
    """The network of a resource in a VPC: routes, NAT gateways and what they refuse, endpoints, security groups.

    Args:
        kind: lambda, ecs, rds, ec2; the alarm's resource unless given.
        name: Its name.
    """
    asked, resource = resources.chosen(kind, name)
    if resource is None:
        return asked.answer()
    subnets, groups = _attached(asked, resource.kind, resource.name)
    if not subnets:
        return asked.answer()
    tables = _tables(asked, subnets)
    gateways = [each.get("NatGatewayId") for table in tables for each in table.get("Routes") or ()]
    nats = sorted({str(each) for each in gateways if each})
    vpcs = sorted({str(table.get("VpcId")) for table in tables})
    return asked.answer(
        subnets=subnets,
        routes=[_routes(each) for each in tables],
        nat_gateways=_gateways(asked, nats),
        nat_metrics=_measured(asked, nats),
        **_endpoints(asked, vpcs),
        security_groups=_groups(asked, groups),
        acls=_acls(asked, subnets),
    )


def _attached(asked: Asked, kind: str, name: str) -> tuple[list[str], list[str]]:
    """Subnets and security groups of a resource."""
    look = looking.current()
    nothing: dict[str, Any] = {}
    if kind == "lambda":
        client = look.client("lambda")
        found = asked.attempt("function", lambda: client.get_function_configuration(FunctionName=name), nothing)
        vpc = found.get("VpcConfig") or {}
        return list(vpc.get("SubnetIds") or ()), list(vpc.get("SecurityGroupIds") or ())
    if kind == "ecs":
        listed = services.listed(asked)
        service = next((each for each in listed if services.resource_of(each).name == name), {})
        settings = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        subnets = list(settings.get("subnets") or ()) or _of_tasks(asked, name)
        return subnets, list(settings.get("securityGroups") or ())
    if kind == "rds":
        return _of_database(asked, name)
    if kind == "ec2":
        return _of_instance(asked, name)
    return [], []


def _of_tasks(asked: Asked, name: str) -> list[str]:
    """Where the tasks of a service run that does not say it itself: one deployed by task sets has none of its own.

    Each names the subnet of its interface (ECS API reference, `Attachment`).
    """
    cluster, _, service = name.partition("/")
    client = looking.current().client("ecs")

    def read() -> list[dict[str, Any]]:
        arns = client.list_tasks(cluster=cluster, serviceName=service, maxResults=_MOST_TASKS)["taskArns"]
        return list(client.describe_tasks(cluster=cluster, tasks=arns)["tasks"]) if arns else []

    nothing: list[Any] = []
    found = asked.attempt(f"tasks of {name_of(name)}", read, nothing)
    details = [
        detail for task in found for each in task.get("attachments") or () for detail in each.get("details") or ()
    ]
    return sorted({str(each["value"]) for each in details if each.get("name") == "subnetId"})


def _of_database(asked: Asked, name: str) -> tuple[list[str], list[str]]:
    client = looking.current().client("rds")
    nothing: list[Any] = []
    found = asked.attempt(
        "instance", lambda: client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"], nothing
    )
    instance: Mapping[str, Any] = found[0] if found else {}
    subnets = (instance.get("DBSubnetGroup") or {}).get("Subnets") or ()
    return (
        [str(each["SubnetIdentifier"]) for each in subnets],
        [str(each["VpcSecurityGroupId"]) for each in instance.get("VpcSecurityGroups") or ()],
    )


def _of_instance(asked: Asked, name: str) -> tuple[list[str], list[str]]:
    client = looking.current().client("ec2")
    nothing: list[Any] = []
    found = asked.attempt(
        "instance", lambda: client.describe_instances(InstanceIds=[name])["Reservations"], nothing
    )
    instance: Mapping[str, Any] = next((each for one in found for each in one["Instances"]), {})
    subnet = instance.get("SubnetId")
    groups = [str(each["GroupId"]) for each in instance.get("SecurityGroups") or ()]
    return ([str(subnet)] if subnet else []), groups


def _tables(asked: Asked, subnets: Sequence[str]) -> list[dict[str, Any]]:
    """Route tables of the subnets; subnets without one of their own use the VPC's main one."""
    client = looking.current().client("ec2")

    def read() -> list[dict[str, Any]]:
        wanted = [{"Name": "association.subnet-id", "Values": list(subnets)}]
        found = list(client.describe_route_tables(Filters=wanted)["RouteTables"])
        if found:
            return found
        vpcs = {each["VpcId"] for each in client.describe_subnets(SubnetIds=list(subnets))["Subnets"]}
        main = [{"Name": "vpc-id", "Values": sorted(vpcs)}, {"Name": "association.main", "Values": ["true"]}]
        return list(client.describe_route_tables(Filters=main)["RouteTables"])

    nothing: list[Any] = []
    return asked.attempt("route tables", read, nothing)


def _routes(table: Mapping[str, Any]) -> dict[str, Any]:
    told = []
    for route in table.get("Routes") or ():
        to = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock")
        target = next((str(route[key]) for key in _TARGETS if route.get(key)), "?")
        state = "" if route.get("State") == "active" else f" ({route.get('State')})"
        if to and target != "local":
            told.append((to not in _EVERYWHERE, f"{to} → {target}{state}"))
    shown = [text for _, text in sorted(told)][:4]
    return {"table": table.get("RouteTableId"), "routes": shown or ["no route out of the VPC"]}


def _gateways(asked: Asked, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    client = looking.current().client("ec2")
    nothing: list[Any] = []
    found = asked.attempt(
        "NAT gateways", lambda: client.describe_nat_gateways(NatGatewayIds=list(names))["NatGateways"], nothing
    )
    return [
        f"{each['NatGatewayId']} {each.get('State')} {each.get('FailureMessage') or ''}".strip() for each in found
    ]


def _measured(asked: Asked, names: Sequence[str]) -> list[dict[str, Any]]:
    """What of their metrics changed; all that go through a gateway share its ports and its bandwidth."""
    queries = [
        (gateway, Query(f"g{place}_{number}", "AWS/NATGateway", metric, {"NatGatewayId": gateway}, statistic, 60))
        for place, gateway in enumerate(names)
        for number, (metric, statistic) in enumerate(_OF_NAT)
    ]
    window = looking.current().window
    series = fetch(asked, [query for _, query in queries], window) if queries else {}
    read = [
        (name, query, readings.read(series[query.id], window.now)) for name, query in queries if query.id in series
    ]
    told = [
        (name, f"{query.name} ({query.statistic}): {readings.sentence(each)}")
        for name, query, each in read
        if each.change
    ]
    changed = {name: [line for whose, line in told if whose == name] for name in names}
    return [{"name": name, "metrics": lines} for name, lines in changed.items() if lines]


def _endpoints(asked: Asked, vpcs: Sequence[str]) -> dict[str, Any]:
    """Services with an endpoint in the network, and those endpoints whose policy does not let everything pass."""
    client = looking.current().client("ec2")
    nothing: list[Any] = []
    wanted = [{"Name": "vpc-id", "Values": list(vpcs)}]
    found = asked.attempt(
        "VPC endpoints",
        lambda: client.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"] if vpcs else [],
        nothing,
    )
    told = {
        f"{_service(each)}{'' if str(each.get('State')).lower() == 'available' else ' ' + str(each.get('State'))}"
        for each in found
    }
    limited = [
        {"endpoint": each.get("VpcEndpointId"), "service": _service(each), "policy": rules}
        for each in found
        if (rules := limits_of(each.get("PolicyDocument")))
    ]
    return {"endpoints": sorted(told), "limited_endpoints": limited[:_MOST_LIMITED]}


def _service(endpoint: Mapping[str, Any]) -> str:
    return str(endpoint.get("ServiceName", "")).rpartition(".")[2]


def _groups(asked: Asked, names: Sequence[str]) -> list[dict[str, Any]]:
    if not names:
        return []
    client = looking.current().client("ec2")
    nothing: list[Any] = []
    found = asked.attempt(
        "security groups", lambda: client.describe_security_groups(GroupIds=list(names))["SecurityGroups"], nothing
    )
    return [
        {
            "group": each["GroupId"],
            "out": [_rule(rule) for rule in each.get("IpPermissionsEgress") or ()][:5] or ["nothing"],
            "in": [_rule(rule) for rule in each.get("IpPermissions") or ()][:5],
        }
        for each in found[:3]
    ]


def _rule(rule: Mapping[str, Any]) -> str:
    whom = [str(each.get("CidrIp")) for each in rule.get("IpRanges") or ()]
    whom += [str(each.get("CidrIpv6")) for each in rule.get("Ipv6Ranges") or ()]
    whom += [str(each.get("GroupId")) for each in rule.get("UserIdGroupPairs") or ()]
    whom += [str(each.get("PrefixListId")) for each in rule.get("PrefixListIds") or ()]
    first, last = rule.get("FromPort"), rule.get("ToPort")
    ports = "" if first is None else f" {first}" if first == last else f" {first}-{last}"
    protocol = "all" if rule.get("IpProtocol") == "-1" else str(rule.get("IpProtocol"))
    return f"{protocol}{ports} {', '.join(whom[:4])}"


def _acls(asked: Asked, subnets: Sequence[str]) -> list[str]:
    """Only what a network ACL denies before its last rule, which denies everything by nature."""
    client = looking.current().client("ec2")
    nothing: list[Any] = []
    wanted = [{"Name": "association.subnet-id", "Values": list(subnets)}]
    found = asked.attempt(
        "network ACLs", lambda: client.describe_network_acls(Filters=wanted)["NetworkAcls"], nothing
    )
    return [
        f"{each['NetworkAclId']}: {'out' if entry.get('Egress') else 'in'} {entry.get('RuleAction')} "
        f"{entry.get('CidrBlock') or entry.get('Ipv6CidrBlock')} (rule {entry.get('RuleNumber')})"
        for each in found
        for entry in each.get("Entries") or ()
        if entry.get("RuleAction") == "deny" and int(entry.get("RuleNumber") or 0) < 32_767
    ][:4]
