"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who may send to the queue since when, and what became of the topic's notifications."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "SetQueueAttributes"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    told = [one["CloudTrailEvent"] for one in changes if "SourceArn" in one["CloudTrailEvent"]]
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SNS",
        MetricName="NumberOfNotificationsFailed",
        Dimensions=[{"Name": "TopicName", "Value": "order-events"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
        Period=600,
        Statistics=["Sum"],
    )["Datapoints"]
    points.sort(key=lambda one: one["Timestamp"])
    failed = ", ".join(f"{one['Timestamp']:%H:%M} {one['Sum']:.0f}" for one in points)
    return {
        "policy": told[0] if told else "",
        "failed": f"NumberOfNotificationsFailed {failed}" if failed else "",
    }
