"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """How the alarm was changed, in its history and in CloudTrail."""
    since = now - timedelta(hours=3)
    items = session.client("cloudwatch").describe_alarm_history(
        AlarmName="partner-api-4xx", HistoryItemType="ConfigurationUpdate", StartDate=since, EndDate=now
    )["AlarmHistoryItems"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "partner-api-4xx"}],
        StartTime=since,
        EndTime=now,
    )["Events"]
    put = [one["CloudTrailEvent"] for one in changes if one["EventName"] == "PutMetricAlarm"]
    return {"lowered": items[0]["HistoryData"] if items else "", "put-alarm": put[0] if put else ""}
