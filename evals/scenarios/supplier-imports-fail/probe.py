"""Where the decisive evidence is."""

from datetime import timedelta


def probe(session, now):
    """Why the last failed execution ended, and what its function handed on."""
    states = session.client("stepfunctions")
    arn = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    failed = states.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"]
    limit = ""
    if failed:
        try:
            history = states.get_execution_history(executionArn=failed[0]["executionArn"], reverseOrder=True)
        except states.exceptions.ExecutionDoesNotExist:
            history = {"events": []}
        told = [one.get("executionFailedEventDetails") for one in history["events"]]
        limit = next((f"{one['error']}: {one['cause']}" for one in told if one), "")
    lines = session.client("logs").filter_log_events(
        logGroupName="/aws/lambda/catalogue-fetch",
        startTime=int((now - timedelta(hours=2)).timestamp() * 1000),
        filterPattern='"bytes handed on"',
    )["events"]
    large = [one["message"] for one in lines if "271904 bytes" in one["message"]]
    return {"limit": limit, "size": large[-1] if large else ""}
