"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What changed at the authorizer, and what it says of the refused."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateAuthorizer"}],
        StartTime=now - timedelta(hours=3),
        EndTime=now,
    )["Events"]
    lines = session.client("logs").filter_log_events(
        logGroupName="/apigw/mobile-api",
        startTime=int((now - timedelta(minutes=10)).timestamp() * 1000),
        filterPattern='{ $.status = "401" }',
    )["events"]
    return {
        "change": changes[0]["CloudTrailEvent"] if changes else "",
        "audience": lines[0]["message"] if lines else "",
    }
