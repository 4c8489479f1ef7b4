"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the cache does since it is small, and who made it small."""
    found = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ElastiCache",
        MetricName="Evictions",
        Dimensions=[{"Name": "CacheClusterId", "Value": "vitrine-cache-001"}],
        StartTime=now - timedelta(minutes=30),
        EndTime=now,
        Period=60,
        Statistics=["Sum"],
    )
    points = [point for point in found["Datapoints"] if point["Sum"]]
    first = min(points, key=lambda point: point["Timestamp"], default=None)
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "vitrine-cache"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "evictions": f"Evictions {first['Sum']:.0f} at {first['Timestamp']:%H:%M}" if first else "",
        "downsize": changes[0]["CloudTrailEvent"] if changes else "",
    }
