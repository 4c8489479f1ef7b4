"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """A warning that names the host that did not answer."""
    found = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/charge-card",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"no response"',
        limit=1,
    )["events"]
    return {"no-response": found[0]["message"] if found else ""}
