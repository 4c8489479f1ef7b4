"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """How much the database may use, and since when."""
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName="ACUUtilization",
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "clinic-main-a"}],
        StartTime=now - timedelta(minutes=30),
        EndTime=now - timedelta(minutes=5),
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ModifyDBCluster"}],
        StartTime=now - timedelta(days=1),
        EndTime=now,
    )["Events"]
    return {
        "acu": f"ACUUtilization of clinic-main-a: {points[0]['Maximum']:.0f} %" if points else "",
        "lowered": changes[0]["CloudTrailEvent"] if changes else "",
    }
