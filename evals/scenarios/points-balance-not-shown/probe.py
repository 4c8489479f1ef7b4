"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The error in the function's log, and who deployed it just before."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/points-balance",
        startTime=int((now - timedelta(minutes=30)).timestamp() * 1000),
        filterPattern='"Invoke Error"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "points-balance"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    deployed = [one["CloudTrailEvent"] for one in changes if one["EventName"].startswith("UpdateFunctionCode")]
    return {"type-error": lines[0]["message"] if lines else "", "deployed": deployed[0] if deployed else ""}
