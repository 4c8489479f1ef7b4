"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who gave the table another index, and what it may take."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "club-visits"}],
        StartTime=now - timedelta(hours=12),
        EndTime=now,
    )["Events"]
    made = [
        change["CloudTrailEvent"]
        for change in changes
        if "globalSecondaryIndexUpdates" in change["CloudTrailEvent"]
    ]
    return {"index": made[0] if made else ""}
