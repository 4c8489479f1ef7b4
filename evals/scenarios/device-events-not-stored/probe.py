"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """A write that was refused, with its tenant."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/ingest-api",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"ThrottlingException" "acme-t4471"',
        limit=1,
    )["events"]
    return {"key-range": lines[0]["message"] if lines else ""}
