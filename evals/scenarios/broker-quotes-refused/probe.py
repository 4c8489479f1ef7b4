"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why the tariffs are not stored, and since which change."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/tariff-drop",
        startTime=int((now - timedelta(hours=4)).timestamp() * 1000),
        filterPattern="AccessDenied",
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ModifyVpcEndpoint"}],
        StartTime=now - timedelta(hours=6),
        EndTime=now,
    )["Events"]
    return {
        "denied": lines[0]["message"] if lines else "",
        "modified": changes[0]["CloudTrailEvent"] if changes else "",
    }
