"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the function says when it fails."""
    found = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/lookbook-render",
        filterPattern='"[ERROR]"',
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        endTime=int(now.timestamp() * 1000),
    )["events"]
    return {"no-space": found[0]["message"] if found else ""}
