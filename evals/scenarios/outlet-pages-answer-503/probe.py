"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who moved the weights of the rule."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ModifyRule"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    return {"rule": changes[0]["CloudTrailEvent"] if changes else ""}
