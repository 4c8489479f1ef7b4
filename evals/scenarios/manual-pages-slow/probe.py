"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """How many credits a host has, and what was installed."""
    points = session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/EC2",
        MetricName="CPUCreditBalance",
        Dimensions=[{"Name": "InstanceId", "Value": "i-0f4b8d2c6e1a39570"}],
        StartTime=now - timedelta(minutes=40),
        EndTime=now,
        Period=300,
        Statistics=["Average"],
    )["Datapoints"]
    commands = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "SendCommand"}],
        StartTime=now - timedelta(days=3),
        EndTime=now,
    )["Events"]
    return {
        "credits": f"CPUCreditBalance {points[-1]['Average']}" if points else "",
        "install": commands[0]["CloudTrailEvent"] if commands else "",
    }
