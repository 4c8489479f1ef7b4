"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why no host was launched, and who took the image away."""
    scaling = session.client("autoscaling")
    found = scaling.describe_scaling_activities(AutoScalingGroupName="search-web")["Activities"]
    failed = [one["StatusMessage"] for one in found if one["StatusCode"] == "Failed"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "DeregisterImage"}],
        StartTime=now - timedelta(days=3),
        EndTime=now,
    )["Events"]
    told = [one["CloudTrailEvent"] for one in changes if "ami-0b6e29d41f7c8a350" in one["CloudTrailEvent"]]
    return {"activity": failed[0] if failed else "", "deregistered": told[0] if told else ""}
