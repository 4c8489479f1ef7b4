"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the NAT gateway of the tasks' subnets counts, and who else asks the same host."""
    since = now - timedelta(hours=1)
    gateways = session.client("ec2").describe_nat_gateways()["NatGateways"]
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/NATGateway",
        MetricName="ErrorPortAllocation",
        Dimensions=[{"Name": "NatGatewayId", "Value": gateways[0]["NatGatewayId"] if gateways else "none"}],
        StartTime=since,
        EndTime=now,
        Period=300,
        Statistics=["Sum"],
    )["Datapoints"]
    most = max((point["Sum"] for point in points), default=0.0)
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/depot-planner",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"new connection for each request"',
        limit=1,
    )["events"]
    return {
        "ports": f"ErrorPortAllocation, sum of five minutes: up to {most:.0f}" if most else "",
        "planner": lines[0]["message"] if lines else "",
    }
