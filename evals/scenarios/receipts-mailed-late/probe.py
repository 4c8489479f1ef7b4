"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Who moved the messages, and how old they were."""
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "StartMessageMoveTask"}],
        StartTime=now - timedelta(hours=3),
        EndTime=now,
    )["Events"]
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/receipt-mailer",
        startTime=int((now - timedelta(hours=2)).timestamp() * 1000),
        filterPattern='"days ago"',
    )["events"]
    return {
        "moved": changes[0]["CloudTrailEvent"] if changes else "",
        "old-receipts": lines[0]["message"] if lines else "",
    }
