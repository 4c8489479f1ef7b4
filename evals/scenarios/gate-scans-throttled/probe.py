"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who changed what the function may have."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "gate-scan"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    lowered = [change for change in changes if change["EventName"].startswith("PutFunctionConcurrency")]
    return {"lowered": lowered[0]["CloudTrailEvent"] if lowered else ""}
