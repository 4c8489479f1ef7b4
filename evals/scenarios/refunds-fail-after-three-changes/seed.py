"""Refunds fail; the function's log may not be read by the investigator."""

from datetime import timedelta

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    of_day,
    put_alarm,
    put_function_metrics,
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

BROKEN = timedelta(minutes=19)

GROUP = "/regulated/refund-worker"


def seed(session, now, rng):
    """Make the account's state."""
    _queue(session)
    role = make_role(
        session, "refund-worker-role", "lambda.amazonaws.com", ["sqs:*", "secretsmanager:GetSecretValue"]
    )
    settings = {
        "Environment": {"Variables": {"SECRET": "psp/merchant-key", "PSP_URL": "https://api.paylane.example"}}
    }
    make_function(session, "refund-worker", role, Timeout=20, **settings)
    make_bystander(
        session, now, rng, "refund-intake", ["[INFO] queued {n} refunds on refund-requests"], per_hour=12
    )
    make_bystander(
        session, now, rng, "invoice-export", ["[INFO] exported {n} invoices", "[WARNING] empty page {n}"]
    )
    make_bystander(session, now, rng, "loyalty-points", ["[INFO] credited {n} points"], per_hour=20)
    put_lines(session, GROUP, _lines(now, rng), ["2026/worker/a", "2026/worker/b"])
    _metrics(session, now, rng)


def _queue(session):
    sqs = session.client("sqs")
    dead = sqs.create_queue(QueueName="refund-requests-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"3"}}'
    sqs.create_queue(
        QueueName="refund-requests", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "120"}
    )


def _lines(now, rng):
    for minute in minutes(now, -600, -2):
        for _ in range(_calls(minute, now)):
            at = within(minute, rng)
            refund = f"rf_{rng.randint(10**7, 10**8)}"
            if at >= now - BROKEN:
                said = [
                    f"[INFO] refund {refund}",
                    f'[ERROR] ProviderError: 403 {{"code":"merchant_suspended","refund":"{refund}"}}',
                ]
                yield from invocation(at, rng, said, duration_ms=rng.uniform(110, 170))
            else:
                said = [f"[INFO] refund {refund}", f"[INFO] {refund} paid"]
                yield from invocation(at, rng, said, duration_ms=rng.uniform(380, 640))


def _calls(minute, now):
    """Invocations of a minute; each failed message comes back."""
    before = round((now - minute).total_seconds() / 60)
    return 8 + before * 3 % 4 if minute >= now - BROKEN else int(of_day(minute, 1, 4)) + before * 5 % 3


def _metrics(session, now, rng):
    def of_function(at):
        broken = at >= now - BROKEN
        calls = _calls(at, now)
        return {
            "Invocations": calls,
            "Errors": calls if broken else 0,
            "Throttles": 0,
            "ConcurrentExecutions": 2,
            "Duration": rng.uniform(115, 160) if broken else rng.uniform(400, 620),
        }

    def of_queue(at):
        waited = max(0, (at - (now - BROKEN)).total_seconds())
        return {
            "NumberOfMessagesSent": int(of_day(at, 8, 25)),
            "ApproximateNumberOfMessagesVisible": int(waited / 9) + rng.randint(0, 3),
            "ApproximateAgeOfOldestMessage": waited * 0.9 + rng.randint(0, 4),
        }

    put_function_metrics(session, "refund-worker", minutes(now, -2 * 24 * 60, -2), of_function)
    units = {"ApproximateAgeOfOldestMessage": "Seconds"}
    queue = {"QueueName": "refund-requests"}
    put_metrics(session, "AWS/SQS", queue, minutes(now, -2 * 24 * 60, -2, 5), of_queue, units)
    put_metrics(
        session,
        "AWS/SQS",
        {"QueueName": "refund-requests-dlq"},
        minutes(now, -2 * 24 * 60, -2, 5),
        lambda at: {"ApproximateNumberOfMessagesVisible": max(0, int((at - now).total_seconds() + 720) // 20)},
    )
    put_alarm(
        session,
        "refund-worker-failing",
        AlarmDescription="Refunds are not paid out. Runbook: payments wiki, page Refunds.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "refund-worker"},
        EvaluationPeriods=5,
        Threshold=3,
    )
    put_alarm(
        session,
        "refund-queue-age",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=queue,
        Statistic="Maximum",
        Period=300,
        Threshold=3600,
        ComparisonOperator="GreaterThanThreshold",
    )
    set_healthy(session, "refund-queue-age")
