"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the pool says, and whose certificate the database shows."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/dock-planner",
        startTime=int(since.timestamp() * 1000),
        filterPattern="PKIX",
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "yard-db"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "pkix": lines[0]["message"] if lines else "",
        "rotated": changes[0]["CloudTrailEvent"] if changes else "",
    }
