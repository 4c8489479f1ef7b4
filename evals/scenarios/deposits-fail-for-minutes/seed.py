"""A function whose provider was away for six minutes, and is back."""

import json

from evals import measured
from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    set_healthy,
    within,
)

FAILED = {-21: 6, -20: 15, -19: 14, -18: 26, -17: 29, -16: 27, -15: 4}
"""Failed invocations of deposit-charge, by minute: those that were new and those received again."""

WAITING = {-21: 4, -20: 15, -19: 26, -18: 31, -17: 40, -16: 52, -15: 58, -14: 37, -13: 12, -12: 3}
AGAIN = {-15: 9, -14: 35, -13: 38, -12: 22, -11: 5}
"""Charged at a later attempt."""

CHARGES = "https://api.paywharf.example/v2/charges"


def seed(session, now, rng):
    """Make the account's state."""
    for name in ("deposits-dlq", "deposits", "refunds"):
        session.client("sqs").create_queue(QueueName=name)
    allowed = [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "dynamodb:UpdateItem",
        "logs:*",
    ]
    settings = {"Runtime": "nodejs22.x", "Handler": "index.handler"}
    for name in ("deposit-charge", "refund-runner"):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", allowed)
        variables = {"PROVIDER_URL": CHARGES.replace("charges", "")}
        make_function(session, name, role, Environment={"Variables": variables}, **settings)
    put_function_lines(session, "deposit-charge", _charges(now, rng))
    put_function_lines(session, "refund-runner", _refunds(now, rng))
    _metrics(session, now, rng)
    make_bystander(
        session, now, rng, "booking-web", ["[INFO] booking {n} taken", "[WARN] pitch {n} is taken already"]
    )
    says = [
        "[INFO] forecast for {n} sites from https://forecast.example",
        "[INFO] nothing new at https://forecast.example",
    ]
    make_bystander(session, now, rng, "weather-feed-sync", says, per_hour=20)
    make_bystander(
        session, now, rng, "guest-mail-sync", ["[INFO] {n} mails handed to smtp.post.example"], per_hour=12
    )
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _booking(rng):
    return f"b-{rng.randint(10**6, 10**7)}"


def _failure(rng, url):
    told = f"POST {url} answered 503 Service Unavailable (attempt 3 of 3)"
    where = f"/var/task/index.js:{rng.choice((88, 88, 91))}:15"
    failed = {
        "errorType": "PaymentProviderError",
        "errorMessage": told,
        "stack": [
            f"PaymentProviderError: {told}",
            f"    at charge ({where})",
            "    at async Runtime.handler (file:///var/task/index.js:31:5)",
        ],
    }
    return f"{{at}}\t{{id}}\tERROR\tInvoke Error \t{json.dumps(failed)}"


def _charges(now, rng):
    for at in minutes(now, -8 * 60, 0):
        minute = _minute(at, now)
        new = 0 if -20 <= minute < -15 else rng.randint(4, 7) if minute == -21 else rng.randint(11, 16)
        for number in range(new + AGAIN.get(minute, 0)):
            attempt = rng.randint(2, 3) if number >= new else 1
            said = [f"{{at}}\t{{id}}\tINFO\tcharged the deposit of {_booking(rng)} (receive {attempt})"]
            if rng.random() < 0.04:
                said.insert(0, f"{{at}}\t{{id}}\tWARN\tapi.paywharf.example took {rng.randint(1_500, 3_900)} ms")
            yield from invocation(within(at, rng), rng, said, duration_ms=rng.uniform(240, 900), used_mib=112)
        for _ in range(FAILED.get(minute, 0)):
            said = [
                f"{{at}}\t{{id}}\tWARN\tapi.paywharf.example: 503, attempt {attempt} of 3 for {_booking(rng)}"
                for attempt in (1, 2)
            ]
            first = at if minute > -21 else at.replace(second=28)
            seconds = {-21: 28.0, -15: 14.0}.get(minute, 56.0)
            said.append(_failure(rng, CHARGES))
            yield from invocation(within(first, rng, seconds), rng, said, duration_ms=rng.uniform(3_050, 3_400))


def _refunds(now, rng):
    for at in minutes(now, -24 * 60, 0, 4):
        minute = _minute(at, now)
        said = [f"{{at}}\t{{id}}\tINFO\trefunded {_booking(rng)}"]
        if -21 < minute < -15:
            said = [_failure(rng, CHARGES.replace("charges", "refunds"))]
        yield from invocation(within(at, rng), rng, said, duration_ms=rng.uniform(200, 800))


def _metrics(session, now, rng):
    def charges(at):
        minute = _minute(at, now)
        failed = FAILED.get(minute, 0)
        good = AGAIN.get(minute, 0) + (0 if -20 <= minute < -15 else rng.randint(11, 16))
        return {
            "Invocations": good + failed,
            "Errors": failed,
            "Throttles": 0,
            "ConcurrentExecutions": 1 + (failed + good) // 12,
            "Duration": (3_200 * failed + 480 * good) / max(1, failed + good),
        }

    def refunds(at):
        failed = -21 < _minute(at, now) < -15
        return {"Invocations": 1, "Errors": int(failed), "Throttles": 0, "Duration": rng.uniform(200, 800)}

    def deposits(at):
        minute = _minute(at, now)
        sent, waiting = rng.randint(11, 16), WAITING.get(minute, 0)
        oldest = 15 + 60 * (minute + 21) if waiting else 0
        deleted = AGAIN.get(minute, 0) + (0 if -20 <= minute < -15 else sent)
        found = measured.queue(sent, deleted + FAILED.get(minute, 0), waiting // 3, waiting - waiting // 3, oldest)
        return found | {"NumberOfMessagesDeleted": deleted}

    moments = measured.moments(now, 2, -1)
    put_function_metrics(session, "deposit-charge", moments, charges)
    put_function_metrics(session, "refund-runner", minutes(now, -24 * 60, 0, 4), refunds)
    measured.publish(session, "AWS/SQS", {"QueueName": "deposits"}, moments, deposits)
    dead = {"QueueName": "deposits-dlq"}
    measured.publish(session, "AWS/SQS", dead, moments[::5], lambda _: measured.queue(0, 0, 0, 0, 0))


def _alarms(session):
    put_alarm(
        session,
        "deposit-charge-errors",
        AlarmDescription="Deposits are not charged.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "deposit-charge"},
        EvaluationPeriods=3,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "deposits-not-charged",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions={"QueueName": "deposits-dlq"},
        Statistic="Maximum",
        Period=300,
        Threshold=1,
    )
    set_healthy(session, "deposits-not-charged")
