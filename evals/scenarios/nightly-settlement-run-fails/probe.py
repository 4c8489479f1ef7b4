"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why the job did not start, and who holds the addresses."""
    states = session.client("stepfunctions")
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    failed = states.list_executions(stateMachineArn=machine, statusFilter="FAILED")["executions"]
    short = ""
    if failed:
        history = states.get_execution_history(executionArn=failed[0]["executionArn"], reverseOrder=True)["events"]
        causes = [one.get("taskFailedEventDetails", {}).get("cause", "") for one in history]
        short = next((cause for cause in causes if cause), "")
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "payout-simulator"}],
        StartTime=now - timedelta(hours=12),
        EndTime=now,
    )["Events"]
    return {"short": short, "scaled": changes[0]["CloudTrailEvent"] if changes else ""}
