"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the provider answered."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/address-check",
        startTime=int((now - timedelta(minutes=30)).timestamp() * 1000),
        filterPattern='"ProviderError"',
        limit=1,
    )["events"]
    return {"answered-500": lines[0]["message"] if lines else ""}
