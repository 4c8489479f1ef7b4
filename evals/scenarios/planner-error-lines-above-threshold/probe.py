"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """A line that is counted, and what counts it."""
    logs = session.client("logs")
    lines = logs.filter_log_events(
        logGroupName="/ecs/dispatch-planner",
        startTime=int((now - timedelta(minutes=40)).timestamp() * 1000),
        filterPattern="null",
        limit=1,
    )["events"]
    filters = logs.describe_metric_filters(logGroupName="/ecs/dispatch-planner")["metricFilters"]
    return {
        "line": lines[0]["message"] if lines else "",
        "format": filters[0]["filterPattern"] if filters else "",
    }
