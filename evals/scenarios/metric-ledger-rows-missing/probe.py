"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """The rule as it is, who disabled it, and the stack's update."""
    rules = session.client("events").list_rules(NamePrefix="ledger-export")["Rules"]
    trail = session.client("cloudtrail")
    found = {}
    for event in ("DisableRule", "UpdateStack"):
        events = trail.lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": event}],
            StartTime=now - timedelta(days=4),
            EndTime=now,
        )["Events"]
        found[event] = events[-1]["CloudTrailEvent"] if events else ""
    return {
        "rule": str(rules[0]) if rules and rules[0]["State"] == "DISABLED" else "",
        "disabled": found["DisableRule"],
        "update": found["UpdateStack"],
    }
