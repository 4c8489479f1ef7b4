"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The credits of the last five days, and who runs every hour."""
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/EFS",
        MetricName="BurstCreditBalance",
        Dimensions=[{"Name": "FileSystemId", "Value": "fs-0c7d41e9b2a85f360"}],
        StartTime=now - timedelta(days=5),
        EndTime=now,
        Period=21_600,
        Statistics=["Minimum"],
    )["Datapoints"]
    points.sort(key=lambda one: one["Timestamp"])
    told = [f"{one['Timestamp']:%d %H:%M} {one['Minimum']:.0f}" for one in points]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutRule"}],
        StartTime=now - timedelta(days=6),
        EndTime=now,
    )["Events"]
    return {
        "credits": "BurstCreditBalance " + ", ".join(told) if told else "",
        "verify": changes[0]["CloudTrailEvent"] if changes else "",
    }
