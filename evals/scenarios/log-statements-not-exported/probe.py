"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What ran just before the first refusal."""
    logs = session.client("logs")
    lines = logs.filter_log_events(
        logGroupName="/ecs/billing-migrate",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"RENAME"',
        limit=1,
    )["events"]
    return {"migration": lines[0]["message"] if lines else ""}
