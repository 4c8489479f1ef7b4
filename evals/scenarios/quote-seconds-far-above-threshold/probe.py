"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the service publishes now."""
    found = session.client("logs").filter_log_events(
        logGroupName="/ecs/quote-engine",
        filterPattern='"QuoteSeconds"',
        startTime=int((now - timedelta(minutes=20)).timestamp() * 1000),
        endTime=int(now.timestamp() * 1000),
    )["events"]
    return {"published": found[0]["message"] if found else ""}
