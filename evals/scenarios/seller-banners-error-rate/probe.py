"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The refusal, word for word."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/banner-studio",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"AccessDeniedException"',
        limit=1,
    )["events"]
    return {"denied": lines[0]["message"] if lines else ""}
