"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Where the service's heartbeat is published, and what the service does."""
    metrics = session.client("cloudwatch").list_metrics(Dimensions=[{"Name": "service", "Value": "ledger-sync"}])[
        "Metrics"
    ]
    heartbeat = [one for one in metrics if "Heartbeat" in one["MetricName"]]
    lines = session.client("logs").filter_log_events(
        logGroupName="/ecs/ledger-sync",
        startTime=int((now - timedelta(minutes=20)).timestamp() * 1000),
        filterPattern="synced",
        limit=5,
    )["events"]
    return {
        "new-name": f"{heartbeat[0]['Namespace']} {heartbeat[0]['MetricName']}" if heartbeat else "",
        "still-syncing": lines[-1]["message"] if lines else "",
    }
