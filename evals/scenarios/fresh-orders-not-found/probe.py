"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """How far the replica is behind, and what writes so much."""
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName="ReplicaLag",
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "orders-db-ro"}],
        StartTime=now - timedelta(minutes=20),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    runs = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RunTask"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "lag": f"ReplicaLag {points[-1]['Maximum']} s" if points else "",
        "purge": runs[0]["CloudTrailEvent"] if runs else "",
    }
