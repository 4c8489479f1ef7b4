"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who stopped the instance."""
    found = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "StopInstances"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {"stop": found[0]["CloudTrailEvent"] if found else ""}
