"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the time to live deletes, and what is in the batches."""
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/DynamoDB",
        MetricName="TimeToLiveDeletedItemCount",
        Dimensions=[{"Name": "TableName", "Value": "fare-watches"}],
        StartTime=now - timedelta(hours=3),
        EndTime=now,
        Period=600,
        Statistics=["Sum"],
    )["Datapoints"]
    points = sorted(points, key=lambda point: point["Timestamp"])
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/watch-notifier",
        startTime=int((now - timedelta(minutes=30)).timestamp() * 1000),
        filterPattern='"removedByTtl"',
        limit=1,
    )["events"]
    deleted = f"TimeToLiveDeletedItemCount {[round(point['Sum']) for point in points]}" if points else ""
    return {"deletions": deleted or (lines[0]["message"] if lines else "")}
