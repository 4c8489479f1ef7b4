"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the register answers, and who else asks it."""
    since = now - timedelta(hours=2)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/company-check",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"429 Too Many Requests"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateEventSourceMapping20150331"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "refused": lines[0]["message"] if lines else "",
        "refresh": changes[0]["CloudTrailEvent"] if changes else "",
    }
