"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The first line of the platform about a timeout, and what the function waited for."""
    logs = session.client("logs")

    def first(pattern):
        events = logs.filter_log_events(
            logGroupName="/aws/lambda/label-maker",
            startTime=int((now - timedelta(hours=2)).timestamp() * 1000),
            filterPattern=pattern,
        )["events"]
        return events[0]["message"] if events else ""

    return {"timed-out": first('"Task timed out"'), "waiting": first('"still waiting for"')}
