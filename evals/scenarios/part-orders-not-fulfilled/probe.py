"""Where the decisive evidence is."""

import json
from datetime import timedelta


def probe(session, now):
    """Why an execution failed, what it was started with, and what happened to who started it."""
    states = session.client("stepfunctions")
    machines = [one["stateMachineArn"] for one in states.list_state_machines()["stateMachines"]]
    failed = (
        states.list_executions(stateMachineArn=machines[0], statusFilter="FAILED")["executions"]
        if machines
        else []
    )
    found = [states.describe_execution(executionArn=one["executionArn"]) for one in failed[:3]]
    inputs = [one["input"] for one in found if "-" not in json.loads(one["input"])["item"]["partNo"]]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "dealer-checkout"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "failure": f"{found[0]['error']}: {found[0]['cause']}" if found else "",
        "payload": inputs[0] if inputs else "",
        "release": changes[0]["CloudTrailEvent"] if changes else "",
    }
