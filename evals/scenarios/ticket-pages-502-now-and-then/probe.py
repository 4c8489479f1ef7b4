"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the new tasks said when they started, and who rolled them out."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/ticket-shop",
        startTime=int((now - timedelta(hours=4)).timestamp() * 1000),
        filterPattern='"keepAliveTimeout"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "ticket-shop"}],
        StartTime=now - timedelta(hours=4),
        EndTime=now,
    )["Events"]
    return {
        "five-seconds": lines[0]["message"] if lines else "",
        "released": changes[0]["CloudTrailEvent"] if changes else "",
    }
