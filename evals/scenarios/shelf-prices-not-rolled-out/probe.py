"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why an execution ended, and what made the list longer."""
    logs = session.client("logs")
    start = int((now - timedelta(hours=4)).timestamp() * 1000)

    def first(group, pattern):
        found = logs.filter_log_events(logGroupName=group, startTime=start, filterPattern=pattern)["events"]
        return found[-1]["message"] if found else ""

    return {
        "limit": first("/aws/vendedlogs/states/shelf-price-rollout", "ExecutionFailed"),
        "import": first("/aws/lambda/assortment-import", "assortment"),
    }
