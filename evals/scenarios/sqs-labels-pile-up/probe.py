"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The mapping's state, and who changed mappings."""
    functions = session.client("lambda")
    mappings = functions.list_event_source_mappings(FunctionName="label-printer")["EventSourceMappings"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateEventSourceMapping20150331"}],
        StartTime=now - timedelta(hours=12),
        EndTime=now,
    )["Events"]
    about = [
        one["CloudTrailEvent"] for one in changes if mappings and mappings[0]["UUID"] in one["CloudTrailEvent"]
    ]
    return {"mapping": str(mappings[0]) if mappings else "", "disabled": about[0] if about else ""}
