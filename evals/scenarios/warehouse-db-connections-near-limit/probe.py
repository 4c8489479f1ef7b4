"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the database refuses, and which service was deployed before that."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/rds/instance/fulfil-db/postgresql",
        startTime=int(since.timestamp() * 1000),
        filterPattern="FATAL",
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "pack-worker"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "refused": lines[0]["message"] if lines else "",
        "deployment": changes[0]["CloudTrailEvent"] if changes else "",
    }
