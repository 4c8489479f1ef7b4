"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the function waits for, and what became of its way out."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/freight-quote",
        startTime=int(since.timestamp() * 1000),
        filterPattern="ETIMEDOUT",
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "DeleteRoute"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    told = [one["CloudTrailEvent"] for one in changes if "0.0.0.0/0" in one["CloudTrailEvent"]]
    return {"timeouts": lines[0]["message"] if lines else "", "route": told[0] if told else ""}
