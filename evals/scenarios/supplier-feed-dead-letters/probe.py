"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the consumer says of the messages it gave up."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/stock-intake",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"could not be read"',
        limit=1,
    )["events"]
    return {"unreadable": lines[0]["message"] if lines else ""}
