"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why an execution failed, what the portal publishes, and its roll-out."""
    states = session.client("stepfunctions")
    machines = states.list_state_machines()["stateMachines"]
    intake = [one["stateMachineArn"] for one in machines]
    failed = (
        states.list_executions(stateMachineArn=intake[0], statusFilter="FAILED")["executions"] if intake else []
    )
    described = states.describe_execution(executionArn=failed[0]["executionArn"]) if failed else {}
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/portal-forms",
        startTime=int((now - timedelta(hours=1)).timestamp() * 1000),
        filterPattern='"schema=4"',
        limit=1,
    )["events"]
    changes = session.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "portal-forms"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now,
    )["Events"]
    return {
        "cause": described.get("cause", ""),
        "schema": lines[0]["message"] if lines else "",
        "roll-out": changes[0]["CloudTrailEvent"] if changes else "",
    }
