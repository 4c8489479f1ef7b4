"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """What the runtime says of the answer, and what the import did."""
    logs, since = session.client("logs"), int((now - timedelta(hours=2)).timestamp() * 1000)
    refused = logs.filter_log_events(
        logGroupName="/aws/lambda/price-list", startTime=since, filterPattern='"response code: 413"', limit=1
    )["events"]
    imported = logs.filter_log_events(
        logGroupName="/aws/lambda/article-import", startTime=since, filterPattern='"articles added"', limit=1
    )["events"]
    return {
        "refused": refused[0]["message"] if refused else "",
        "grown": imported[0]["message"] if imported else "",
    }
