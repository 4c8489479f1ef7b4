"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the topic keeps back, and since whose change."""
    name = "NumberOfNotificationsFilteredOut"
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SNS",
        MetricName=name,
        Dimensions=[{"Name": "TopicName", "Value": "order-events"}],
        StartTime=now - timedelta(minutes=30),
        EndTime=now - timedelta(minutes=5),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "SetSubscriptionAttributes"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "filtered": f"{name} of order-events: {points[0]['Sum']:.0f} a minute" if points else "",
        "changed": changes[0]["CloudTrailEvent"] if changes else "",
    }
