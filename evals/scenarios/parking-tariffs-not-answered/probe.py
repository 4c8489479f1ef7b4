"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the function says while it starts, and what the deployment changed."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/tariff-lookup",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"ImportModuleError"',
        limit=5,
    )["events"]
    said = [one["message"] for one in lines if "No module named" in one["message"]]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "tariff-lookup"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    moved = [one["CloudTrailEvent"] for one in changes if "arm64" in one["CloudTrailEvent"]]
    return {"import-line": said[0] if said else "", "arm": moved[0] if moved else ""}
