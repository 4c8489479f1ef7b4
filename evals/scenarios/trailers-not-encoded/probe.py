"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """How the failed executions ended, and what was released."""
    states = session.client("stepfunctions")
    found = {"timeout": "", "release": ""}
    for machine in states.list_state_machines()["stateMachines"]:
        failed = states.list_executions(stateMachineArn=machine["stateMachineArn"], statusFilter="FAILED")
        for one in failed["executions"][:1]:
            history = states.get_execution_history(executionArn=one["executionArn"])["events"]
            found["timeout"] = next((str(event) for event in history if event["type"] == "TaskTimedOut"), "")
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "UpdateService"}],
        StartTime=now - timedelta(hours=4),
        EndTime=now,
    )["Events"]
    texts = [event["CloudTrailEvent"] for event in changes]
    found["release"] = next((text for text in texts if ":88" in text), "")
    return found
