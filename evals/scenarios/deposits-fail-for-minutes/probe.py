"""Where the decisive evidence is."""

import json
from datetime import timedelta


def probe(session, now):
    """What the provider answered, and what the alarm says now."""
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/deposit-charge",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"PaymentProviderError"',
        limit=1,
    )["events"]
    found = session.client("cloudwatch").describe_alarms(AlarmNames=["deposit-charge-errors"])["MetricAlarms"]
    state = [json.dumps({name: one[name] for name in ("AlarmName", "StateValue")}) for one in found]
    return {"refused": lines[0]["message"] if lines else "", "over": state[0] if state else ""}
