"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the firewall refuses, and who changed it."""
    since = now - timedelta(hours=2)
    lines = session.client("logs").filter_log_events(
        logGroupName="aws-waf-logs-market-front",
        startTime=int(since.timestamp() * 1000),
        filterPattern="BLOCK",
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateWebACL"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "blocked": lines[0]["message"] if lines else "",
        "update": changes[0]["CloudTrailEvent"] if changes else "",
    }
