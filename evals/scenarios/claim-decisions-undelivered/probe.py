"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What SNS was answered when it delivered."""
    logs = session.client("logs")
    groups = [one["logGroupName"] for one in logs.describe_log_groups(logGroupNamePrefix="sns/")["logGroups"]]
    name = next((one for one in groups if one.endswith("/Failure")), "")
    if not name:
        return {"denied": ""}
    start = int((now - timedelta(minutes=15)).timestamp() * 1000)
    found = logs.filter_log_events(logGroupName=name, startTime=start, limit=20)["events"]
    return {"denied": found[0]["message"] if found else ""}
