"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What was changed about the cache, and what it has done since."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "profile-cache"}],
        StartTime=now - timedelta(days=7),
        EndTime=now,
    )["Events"]
    told = []
    for metric, statistic in (("Evictions", "Sum"), ("CacheHitRate", "Average")):
        points = session.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/ElastiCache",
            MetricName=metric,
            Dimensions=[{"Name": "CacheClusterId", "Value": "profile-cache-001"}],
            StartTime=now - timedelta(hours=18),
            EndTime=now,
            Period=6 * 3600,
            Statistics=[statistic],
        )["Datapoints"]
        points.sort(key=lambda one: one["Timestamp"])
        told += [f"{metric} {one['Timestamp']:%H:%M} {one[statistic]:.0f}" for one in points]
    return {"modification": changes[0]["CloudTrailEvent"] if changes else "", "evictions": ", ".join(told)}
