"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who changed the secret that the function reads."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutSecretValue"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {"secret-changed": changes[0]["CloudTrailEvent"] if changes else ""}
