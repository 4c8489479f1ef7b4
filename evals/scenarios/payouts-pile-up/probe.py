"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the sender says of the bank, and from its subnets to their routes to who changed them."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/payout-sender",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"ConnectTimeout"',
        limit=1,
    )["events"]
    service = session.client("ecs").describe_services(cluster="treasury", services=["payout-sender"])["services"][
        0
    ]
    subnets = service["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    tables = session.client("ec2").describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": subnets}]
    )["RouteTables"]
    changes = [
        event["CloudTrailEvent"]
        for table in tables[:1]
        for event in session.client("cloudtrail").lookup_events(
            LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": table["RouteTableId"]}],
            StartTime=now - timedelta(hours=4),
            EndTime=now,
        )["Events"]
    ]
    return {"time-outs": lines[0]["message"] if lines else "", "replaced": changes[0] if changes else ""}
