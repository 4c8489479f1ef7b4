"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The error, the change by hand, and what the pipeline had set."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/tax-quote",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern="KeyError",
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "tax-quote"}],
        StartTime=now - timedelta(hours=3),
        EndTime=now,
    )["Events"]
    versions = session.client("lambda").list_versions_by_function(FunctionName="tax-quote")["Versions"]
    before = [str(one) for one in versions if "VAT_RATES_TABLE" in one.get("Environment", {}).get("Variables", {})]
    return {
        "key-error": lines[0]["message"] if lines else "",
        "by-hand": changes[0]["CloudTrailEvent"] if changes else "",
        "as-deployed": before[-1] if before else "",
    }
