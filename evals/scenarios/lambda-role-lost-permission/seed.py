"""Orders fail since the role lost dynamodb:PutItem."""

from datetime import timedelta

from evals.authoring import (
    invocation,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_lines,
    put_metrics,
    within,
)

BROKEN = timedelta(minutes=42)

DENIED = (
    "[ERROR] ClientError: An error occurred (AccessDeniedException) when calling the PutItem operation: User: "
    "arn:aws:sts::{account}:assumed-role/order-writer-role/order-writer is not authorized to perform: "
    "dynamodb:PutItem on resource: arn:aws:dynamodb:{region}:{account}:table/orders-ledger because no "
    "identity-based policy allows the dynamodb:PutItem action"
)


def seed(session, now, rng):
    """Make the account's state."""
    allowed = ["dynamodb:GetItem", "dynamodb:Query", "sqs:ReceiveMessage", "sqs:DeleteMessage", "logs:*"]
    role = make_role(session, "order-writer-role", "lambda.amazonaws.com", allowed)
    make_function(session, "order-writer", role, Environment={"Variables": {"TABLE": "orders-ledger"}})
    session.client("dynamodb").create_table(
        TableName="orders-ledger",
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    account = session.client("sts").get_caller_identity()["Account"]
    denied = DENIED.format(account=account, region=session.region_name)
    put_lines(session, "/aws/lambda/order-writer", _lines(denied, now, rng))
    _metrics(session, now, rng)


def _lines(denied, now, rng):
    for minute in minutes(now, -300, -2):
        for _ in range(rng.randint(2, 5)):
            at = within(minute, rng)
            said = (
                [f"[WARN] cache slow: {rng.randint(210, 900)} ms, retrying connection"]
                if rng.random() < 0.15
                else []
            )
            said += [denied] if at >= now - BROKEN else [f"[INFO] stored order {rng.randint(10**6, 10**7)}"]
            yield from invocation(at, rng, said, duration_ms=rng.uniform(18, 60))


def _metrics(session, now, rng):
    def measured(at):
        calls = rng.randint(2, 5)
        failed = calls if at >= now - BROKEN else 0
        return {"Invocations": calls, "Errors": failed, "Throttles": 0, "Duration": rng.uniform(18, 60)}

    dimensions = {"FunctionName": "order-writer"}
    put_metrics(session, "AWS/Lambda", dimensions, minutes(now, -3 * 24 * 60, -2), measured)
    put_alarm(
        session,
        "order-writer-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=dimensions,
        EvaluationPeriods=3,
        Threshold=2,
    )
