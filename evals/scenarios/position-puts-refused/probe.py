"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """By what the gateway puts records, and the shard that takes no more."""
    logs = session.client("logs")

    def last(pattern, hours):
        found = logs.filter_log_events(
            logGroupName="/ecs/position-gateway",
            startTime=int((now - timedelta(hours=hours)).timestamp() * 1000),
            filterPattern=pattern,
        )["events"]
        return found[-1]["message"] if found else ""

    return {"key": last('"partition_key"', 8), "shard": last('"Rate exceeded for shard"', 1)}
