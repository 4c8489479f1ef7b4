"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who changed the integration, and to what."""
    found = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateIntegration"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    return {"integration": found[0]["CloudTrailEvent"] if found else ""}
