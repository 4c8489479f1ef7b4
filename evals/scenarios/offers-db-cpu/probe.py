"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The statement that is new in the slow log, and what brought it."""
    since = now - timedelta(hours=2)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/rds/instance/offers-db/slowquery",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"LOWER(code)"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "offers-api"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "statement": lines[0]["message"] if lines else "",
        "released": changes[0]["CloudTrailEvent"] if changes else "",
    }
