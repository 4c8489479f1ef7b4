"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Connected, and no answer; and the other supplier answers."""
    logs, since = session.client("logs"), int((now - timedelta(minutes=15)).timestamp() * 1000)

    def first(pattern):
        found = logs.filter_log_events(
            logGroupName="/prod/checkout/shipping", startTime=since, filterPattern=pattern, limit=1
        )["events"]
        return found[0]["message"] if found else ""

    return {"no-answer": first('"request timed out"')}
