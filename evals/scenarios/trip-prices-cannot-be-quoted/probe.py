"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What quote-service read, and who wrote it."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/quote-service",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"settings reloaded"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutParameter"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    about = [one["CloudTrailEvent"] for one in changes if "pricing-timeout-ms" in one["CloudTrailEvent"]]
    return {"setting": lines[0]["message"] if lines else "", "who": about[0] if about else ""}
