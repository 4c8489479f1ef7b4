"""What an investigator is refused."""

from botocore.exceptions import ClientError


def probe(session, now):
    """The refusal to read the log group the function writes to."""
    del now  # refused at any time
    made = session.client("lambda").get_function_configuration(FunctionName="refund-worker")
    group = made["LoggingConfig"]["LogGroup"]
    try:
        session.client("logs").filter_log_events(logGroupName=group, limit=1)
        refusal = ""
    except ClientError as error:
        refusal = str(error)
    return {"denial": refusal}
