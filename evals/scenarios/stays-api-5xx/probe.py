"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The exception in the service's log, and the latest change of the service."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/stays-api",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"TypeError"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "stays-api"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "exception": lines[0]["message"] if lines else "",
        "release": changes[0]["CloudTrailEvent"] if changes else "",
    }
