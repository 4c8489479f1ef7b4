"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who else writes, and who moved it to this hour."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/tier-recalc",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"written"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateSchedule"}],
        StartTime=now - timedelta(days=2),
        EndTime=now,
    )["Events"]
    return {
        "batch-log": lines[0]["message"] if lines else "",
        "moved": changes[0]["CloudTrailEvent"] if changes else "",
    }
