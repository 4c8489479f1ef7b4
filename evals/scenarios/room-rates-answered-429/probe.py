"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Whom the API refuses, and how."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/apigateway/stay-public/v1",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='{ $.status = "429" }',
        limit=1,
    )["events"]
    return {"client": lines[0]["message"] if lines else ""}
