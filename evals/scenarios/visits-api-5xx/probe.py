"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why the function behind the function fails, and what happened to its user's secret."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/pet-records",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"OperationalError"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RotateSecret"}],
        StartTime=now - timedelta(hours=4),
        EndTime=now,
    )["Events"]
    settings = session.client("lambda").get_function_configuration(FunctionName="pet-records")["Environment"]
    user = settings["Variables"]["DB_USER"]
    ours = [one["CloudTrailEvent"] for one in changes if user in one["CloudTrailEvent"]]
    return {"login": lines[0]["message"] if lines else "", "rotation": ours[0] if ours else ""}
