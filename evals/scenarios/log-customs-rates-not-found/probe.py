"""Where the decisive evidence is."""

import json
from datetime import timedelta


def probe(session, now):
    """What was done to the zone."""
    changes = session.client("cloudtrail", region_name="us-east-1").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ChangeResourceRecordSets"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    deleted = [
        change
        for event in changes
        for change in json.loads(event["CloudTrailEvent"])["requestParameters"]["changeBatch"]["changes"]
        if change["action"] == "DELETE"
    ]
    return {"deleted": f"ChangeResourceRecordSets {json.dumps(deleted[0])}" if deleted else ""}
