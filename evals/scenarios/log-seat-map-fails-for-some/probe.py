"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who deployed the service whose log it is."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateService"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    deployed = [one["CloudTrailEvent"] for one in changes if "seat-maps:118" in one["CloudTrailEvent"]]
    return {"deployed": deployed[0] if deployed else ""}
