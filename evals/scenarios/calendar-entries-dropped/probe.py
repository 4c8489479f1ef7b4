"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the vendor answers."""
    found = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/calendar-writer",
        startTime=int((now - timedelta(minutes=20)).timestamp() * 1000),
        filterPattern='"answered 401"',
    )["events"]
    return {"answer": found[0]["message"] if found else ""}
