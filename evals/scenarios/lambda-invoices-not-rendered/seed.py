"""Invoices are not rendered since the second deployment in two days."""

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

MOVED = timedelta(minutes=25)
"""When the alias went to version 42."""

YESTERDAY = timedelta(hours=26)
"""When it went to version 41."""

FAILED = (3, 2, 3, 3, 3, 2, 4, 3, 3, 2, 3, 3, 4, 3, 3, 3, 2, 3, 3, 4, 3, 3, 3)
"""Failed invocations of each minute since, retries of the queue among them."""

MISSING = (
    "[ERROR] Runtime.ImportModuleError: Unable to import module 'app.handler': No module named 'pypdf'\n"
    "Traceback (most recent call last):"
)

OTHERS = {
    "invoice-mailer": ["[INFO] mailed invoice {n}", "[INFO] nothing to mail", "[WARN] bounce for customer {n}"],
    "dunning-run": ["[INFO] {n} reminders due", "[INFO] reminder {n} written"],
    "ledger-sync": ["[INFO] synced {n} entries", "[WARN] entry {n} already there, skipped"],
    "vat-lookup": ["[INFO] rate for DE{n} found", "[INFO] rate for FR{n} found"],
}


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "invoice-renderer-role", "lambda.amazonaws.com", ["s3:PutObject", "sqs:*"])
    make_function(
        session,
        "invoice-renderer",
        role,
        Handler="app.handler.render",
        MemorySize=1024,
        Environment={"Variables": {"BUCKET": "invoices-pdf", "FONT": "Inter"}},
    )
    put_function_lines(session, "invoice-renderer", _lines(now, rng))
    _metrics(session, now, rng)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _lines(now, rng):
    for minute in minutes(now, -31 * 60, -2):
        since = round((minute - now + MOVED).total_seconds() / 60)
        if since >= 0:
            for _ in range(FAILED[since]):
                yield from _version(42, _failed(within(minute, rng), rng))
        elif rng.random() < 0.8:
            version = 41 if minute >= now - YESTERDAY else 40
            yield from _version(version, _rendered(within(minute, rng), rng))


def _version(number, lines):
    return [(at, text.replace("Version: $LATEST", f"Version: {number}")) for at, text in lines]


def _rendered(at, rng):
    invoice = rng.randint(700_000, 799_999)
    said = [f"[INFO] rendering invoice {invoice}"]
    if rng.random() < 0.2:
        said.append("[WARN] font Inter has no glyph U+20B9, using fallback")
    said.append(f"[INFO] invoice {invoice}: {rng.randint(1, 9)} pages written to invoices-pdf")
    return invocation(at, rng, said, duration_ms=rng.uniform(420, 900), memory_mib=1024, used_mib=162)


def _failed(at, rng):
    status = "Status: error\tError Type: Runtime.ImportModuleError"
    return invocation(at, rng, [MISSING], duration_ms=1.9, memory_mib=1024, used_mib=58, status=status)


def _metrics(session, now, rng):
    def function(at):
        since = round((at - now + MOVED).total_seconds() / 60)
        failed = FAILED[since] if since >= 0 else 0
        calls = failed or (1 if rng.random() < 0.8 else 0)
        took = {"Duration": 1.9 if failed else rng.uniform(420, 900)} if calls else {}
        return {"Invocations": calls, "Errors": failed, "Throttles": 0, **took}

    def queue(at):
        waiting = max(0.0, (at - now + MOVED).total_seconds() / 60)
        return {
            "NumberOfMessagesSent": rng.randint(0, 2),
            "ApproximateNumberOfMessagesVisible": round(waiting * 0.5),
            "ApproximateNumberOfMessagesNotVisible": round(waiting * 0.4) + rng.randint(0, 1),
            "ApproximateAgeOfOldestMessage": round(waiting * 60),
        }

    put_function_metrics(session, "invoice-renderer", minutes(now, -2 * 24 * 60, -2), function)
    put_metrics(session, "AWS/SQS", {"QueueName": "billing-queue"}, minutes(now, -24 * 60, -2), queue)
    put_alarm(
        session,
        "invoice-renderer-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "invoice-renderer"},
        Period=300,
        EvaluationPeriods=5,
        Threshold=5,
    )
