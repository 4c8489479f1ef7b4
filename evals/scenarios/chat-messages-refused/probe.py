"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The error of the inserts, and how full the column was."""
    logs = session.client("logs")

    def last(group, pattern, hours):
        start = int((now - timedelta(hours=hours)).timestamp() * 1000)
        found = logs.filter_log_events(logGroupName=group, startTime=start, filterPattern=pattern)["events"]
        return found[-1]["message"] if found else ""

    return {
        "duplicate": last("/ecs/chat-api", '"Duplicate entry"', 1),
        "report": last("/aws/lambda/schema-report", '"is int"', 14),
    }
