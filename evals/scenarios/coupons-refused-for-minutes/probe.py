"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What version 57 said, and that it is over."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/coupon-check",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"NoSuchMethodError"',
        limit=1,
    )["events"]
    history = session.client("cloudwatch").describe_alarm_history(
        AlarmName="coupon-check-errors", HistoryItemType="StateUpdate", MaxRecords=1
    )["AlarmHistoryItems"]
    return {
        "error": lines[0]["message"] if lines else "",
        "back-to-ok": history[0]["HistorySummary"] if history else "",
    }
