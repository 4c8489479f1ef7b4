"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What a search does now, and who turned the flag on."""
    since = now - timedelta(hours=2)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/slot-search",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"per-van-capacity" "reads"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "StartDeployment"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "search": lines[0]["message"] if lines else "",
        "deployment": changes[0]["CloudTrailEvent"] if changes else "",
    }
