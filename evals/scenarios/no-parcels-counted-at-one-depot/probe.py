"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who deleted the key the gateway signs with."""
    trail = session.client("cloudtrail", region_name="us-east-1")
    changes = trail.lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "DeleteAccessKey"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {"deleted": changes[0]["CloudTrailEvent"] if changes else ""}
