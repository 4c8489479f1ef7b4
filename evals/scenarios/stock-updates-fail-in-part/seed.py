"""Two faults at once: a table that throttles writes, and a role that may not publish any more."""

from datetime import timedelta

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    put_metrics,
    within,
)

THROTTLED = timedelta(hours=3, minutes=20)

DENIED = timedelta(minutes=10)

THROTTLE = (
    "[ERROR] ProvisionedThroughputExceededException: An error occurred (ProvisionedThroughputExceededException) "
    "when calling the UpdateItem operation (reached max retries: 3): The level of configured provisioned "
    "throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
)

REFUSAL = (
    "[ERROR] AuthorizationErrorException: An error occurred (AuthorizationError) when calling the Publish "
    "operation: User: arn:aws:sts::{account}:assumed-role/stock-sync-role/stock-sync is not authorized to "
    "perform: SNS:Publish on resource: arn:aws:sns:{region}:{account}:low-stock because no identity-based policy "
    "allows the SNS:Publish action"
)


def seed(session, now, rng):
    """Make the account's state."""
    _resources(session)
    account = session.client("sts").get_caller_identity()["Account"]
    refusal = REFUSAL.format(account=account, region=session.region_name)
    put_function_lines(session, "stock-sync", _lines(now, rng, refusal))
    make_bystander(session, now, rng, "price-tags", ["[INFO] tag {n} written", "[WARNING] shelf {n} offline"])
    make_bystander(session, now, rng, "goods-receipt", ["[INFO] pallet {n} booked"], per_hour=16)
    make_bystander(session, now, rng, "shelf-planner", ["[INFO] planned {n} shelves"])
    _metrics(session, now, rng)


def _resources(session):
    role = make_role(session, "stock-sync-role", "lambda.amazonaws.com", ["dynamodb:UpdateItem", "sqs:*"])
    variables = {"TABLE": "stock-levels", "TOPIC": "low-stock"}
    make_function(session, "stock-sync", role, Environment={"Variables": variables})
    session.client("sns").create_topic(Name="low-stock")
    dynamodb = session.client("dynamodb")
    for table, reads, writes in (("stock-levels", 50, 10), ("wishlist-items", 20, 5)):
        dynamodb.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "sku", "KeyType": "HASH"}],
            ProvisionedThroughput={"ReadCapacityUnits": reads, "WriteCapacityUnits": writes},
        )


def _failures(minute, now):
    """Throttled writes and refused messages of a minute."""
    odd = round((now - minute).total_seconds() / 60) % 2
    return (2 + odd if minute >= now - THROTTLED else 0), (2 + odd if minute >= now - DENIED else 0)


def _calls(minute, now):
    return 8 + round((now - minute).total_seconds() / 60) * 7 % 4


def _lines(now, rng, refusal):
    for minute in minutes(now, -5 * 60, -2):
        throttled, refused = _failures(minute, now)
        for number in range(_calls(minute, now)):
            at = within(minute, rng)
            if number < throttled:
                yield from invocation(at, rng, [THROTTLE], duration_ms=rng.uniform(350, 900))
                continue
            said = [f"[INFO] updated {rng.randint(88, 112)} skus of delivery {rng.randint(10**5, 10**6)}"]
            if number < throttled + refused:
                said.append(refusal)
            elif rng.random() < 0.1:
                said.insert(0, "[WARNING] movement without location, default shelf taken")
            yield from invocation(at, rng, said, duration_ms=rng.uniform(40, 90))


def _metrics(session, now, rng):
    def of_function(at):
        return {
            "Invocations": _calls(at, now),
            "Errors": sum(_failures(at, now)),
            "Throttles": 0,
            "ConcurrentExecutions": 3,
            "Duration": rng.uniform(60, 160) if at >= now - THROTTLED else rng.uniform(25, 50),
        }

    def of_table(at):
        written = (_calls(at, now) - _failures(at, now)[0]) * 100
        low = at >= now - THROTTLED - timedelta(minutes=2)
        found = {
            "ConsumedWriteCapacityUnits": min(written, 600) if low else written,
            "ProvisionedWriteCapacityUnits": 10 if low else 40,
        }
        throttled = _failures(at, now)[0]
        events = {"WriteThrottleEvents": throttled * 4} if throttled else {}
        return found | events

    def of_operation(at):
        throttled = _failures(at, now)[0]
        return {"ThrottledRequests": throttled * 4} if throttled else {}

    span = list(minutes(now, -2 * 24 * 60, -2))
    table = {"TableName": "stock-levels"}
    put_function_metrics(session, "stock-sync", span, of_function)
    put_metrics(session, "AWS/DynamoDB", table, span, of_table)
    put_metrics(session, "AWS/DynamoDB", {**table, "Operation": "UpdateItem"}, span, of_operation)
    put_alarm(
        session,
        "stock-sync-errors",
        AlarmDescription="Stock levels in the shop drift from the warehouse.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "stock-sync"},
        EvaluationPeriods=5,
        Threshold=3,
        ComparisonOperator="GreaterThanThreshold",
    )
