"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What was done to the brokers' security group."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RevokeSecurityGroupIngress"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {"revoked": changes[0]["CloudTrailEvent"] if changes else ""}
