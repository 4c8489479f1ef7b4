"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the planner says of its level, and who set it."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ec2/route-planner/app",
        startTime=int((now - timedelta(hours=14)).timestamp() * 1000),
        filterPattern='"log-level"',
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutParameter"}],
        StartTime=now - timedelta(hours=14),
        EndTime=now,
    )["Events"]
    told = [one["CloudTrailEvent"] for one in changes if "log-level" in one["CloudTrailEvent"]]
    return {"level": lines[0]["message"] if lines else "", "set": told[0] if told else ""}
