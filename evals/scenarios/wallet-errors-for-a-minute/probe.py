"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The database's own events, and what the API lost."""
    since = now - timedelta(hours=2)
    events = session.client("rds").describe_events(
        SourceIdentifier="wallet-db", SourceType="db-instance", StartTime=since, EndTime=now
    )["Events"]
    told = [f"{one['Date']:%Y-%m-%dT%H:%M:%SZ} {one['Message']}" for one in events if "ailover" in one["Message"]]
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/wallet-api",
        startTime=int(since.timestamp() * 1000),
        filterPattern='"Communications link failure"',
        limit=1,
    )["events"]
    return {
        "failover-event": told[0] if told else "",
        "lost-connections": lines[0]["message"] if lines else "",
    }
