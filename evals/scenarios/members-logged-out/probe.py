"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Whom account-web does not reach, and who closed the way."""
    since = now - timedelta(hours=1)
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/account-web",
        startTime=int(since.timestamp() * 1000),
        filterPattern="ETIMEDOUT",
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "sg-0c41e7d92ab35f680"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    return {
        "refused": lines[0]["message"] if lines else "",
        "revoked": changes[0]["CloudTrailEvent"] if changes else "",
    }
