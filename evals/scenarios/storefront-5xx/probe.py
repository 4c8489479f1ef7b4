"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the catalog says of its database, and what happened to the database's security group."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/catalog-api",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"SocketTimeoutException"',
        limit=1,
    )["events"]
    found = session.client("rds").describe_db_instances()["DBInstances"]
    groups = [group["VpcSecurityGroupId"] for one in found for group in one["VpcSecurityGroups"]]
    changes = [
        event["CloudTrailEvent"]
        for group in groups[:1]
        for event in session.client("cloudtrail").lookup_events(
            LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": group}],
            StartTime=now - timedelta(hours=3),
            EndTime=now,
        )["Events"]
    ]
    return {
        "connect-timeout": lines[0]["message"] if lines else "",
        "revoked": changes[0] if changes else "",
    }
