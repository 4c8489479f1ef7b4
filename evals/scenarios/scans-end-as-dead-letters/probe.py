"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the workers say, and what was set."""
    since = now - timedelta(hours=4)
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/scan-reader",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"receive count"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "SetQueueAttributes"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    about = [one["CloudTrailEvent"] for one in changes if "invoice-mails" not in one["CloudTrailEvent"]]
    return {"again": lines[0]["message"] if lines else "", "visibility": about[0] if about else ""}
