"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What API Gateway says of its calls, and what happened to the function's policy."""
    since = now - timedelta(hours=2)
    lines = session.client("logs").filter_log_events(
        logGroupName="API-Gateway-Execution-Logs_k7d2m9x1qf/live",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"Invalid permissions"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "loyalty-points"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    removed = [change for change in changes if change["EventName"].startswith("RemovePermission")]
    return {
        "refused": lines[0]["message"] if lines else "",
        "removed": removed[0]["CloudTrailEvent"] if removed else "",
    }
