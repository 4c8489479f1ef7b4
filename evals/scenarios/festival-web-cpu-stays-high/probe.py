"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who changed how long a new host may take."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateAutoScalingGroup"}],
        StartTime=now - timedelta(hours=30),
        EndTime=now,
    )["Events"]
    lowered = [
        change["CloudTrailEvent"] for change in changes if "healthCheckGracePeriod" in change["CloudTrailEvent"]
    ]
    return {"grace": lowered[0] if lowered else ""}
