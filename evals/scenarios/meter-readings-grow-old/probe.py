"""Where the decisive evidence is."""

import json
from datetime import timedelta


def probe(session, now):
    """Who changed a mapping, and what the mappings of the queue's consumer say."""
    found = session.client("lambda").list_event_source_mappings(FunctionName="meter-readings-store")
    mappings = [one for one in found["EventSourceMappings"] if one["State"] == "Disabled"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateEventSourceMapping20150331"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    known = {one["UUID"] for one in mappings}
    ours = [one["CloudTrailEvent"] for one in changes if any(each in one["CloudTrailEvent"] for each in known)]
    return {
        "change": ours[0] if ours else "",
        "mapping": json.dumps(mappings[0], default=str) if mappings else "",
    }
