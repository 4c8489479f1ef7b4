"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the slow log holds, and who put the census on a schedule."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/elasticache/lobby-cache/slow-log",
        startTime=int((now - timedelta(minutes=20)).timestamp() * 1000),
        filterPattern='"KEYS presence"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutRule"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "keys": lines[0]["message"] if lines else "",
        "scheduled": changes[0]["CloudTrailEvent"] if changes else "",
    }
