"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why two hosts went, and that the alarm is OK again."""
    trail = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "BidEvictedEvent"}],
        StartTime=now - timedelta(hours=1),
        EndTime=now,
    )["Events"]
    history = session.client("cloudwatch").describe_alarm_history(
        AlarmName="edge-upstream-failures",
        HistoryItemType="StateUpdate",
        StartDate=now - timedelta(hours=1),
        EndDate=now,
    )["AlarmHistoryItems"]
    return {
        "interrupted": trail[0]["CloudTrailEvent"] if trail else "",
        "back-to-ok": history[0]["HistorySummary"] if history else "",
    }
