"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What Mercato answers, in the function's log."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/order-import",
        startTime=int((now - timedelta(minutes=30)).timestamp() * 1000),
        filterPattern='"version_retired"',
        limit=1,
    )["events"]
    return {"retired": lines[0]["message"] if lines else ""}
