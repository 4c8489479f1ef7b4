"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Where the requests come from, and that it is over."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/push-gateway",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"breaking-88213"',
        limit=1,
    )["events"]
    history = session.client("cloudwatch").describe_alarm_history(
        AlarmName="article-web-cpu", HistoryItemType="StateUpdate", MaxRecords=1
    )["AlarmHistoryItems"]
    return {
        "rise": lines[0]["message"] if lines else "",
        "back-to-ok": history[0]["HistorySummary"] if history else "",
    }
