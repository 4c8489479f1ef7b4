"""Checkout quotes are throttled since a backfill takes the account's concurrency."""

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
    put_lines,
    put_metrics,
    set_healthy,
    within,
)

CONNECTED = -53
"""Minute in which the backfill was connected to its queue."""

FULL = -21
"""Minute since which the account is full."""

QUOTA, RESERVED = 1000, 20
"""Of the account's executions, what report-writer keeps for itself."""

THROTTLED = (1, 2, 3, 5, 4, 7, 8, 8, 10, 12, 13, 12, 15, 17, 18, 21, 31, 36, 41)
"""Throttled calls of checkout-quote of each minute since, as the alarm quotes them."""

REFUSED = (
    "QuoteClient - Invoke checkout-quote failed: TooManyRequestsException: Rate Exceeded. (Service: Lambda, "
    "Status Code: 429) Reason=ConcurrentInvocationLimitExceeded retryAfterSeconds=1"
)

OTHERS = {
    "stock-hold": ["[INFO] held {n} pieces", "[INFO] released {n} pieces"],
    "report-writer": ["[INFO] report {n} written", "[WARN] report {n} has no rows"],
    "search-suggest": ["[INFO] {n} suggestions refreshed", "[INFO] index {n} unchanged"],
}


def backfill(minute):
    """Concurrent executions of the backfill."""
    return 0 if minute < CONNECTED else min(957, 12 + (minute - CONNECTED + 1) * 29)


def begun(minute):
    """Its invocations that begin in a minute: 29 more run each minute, and each runs for about 14."""
    if minute < CONNECTED + 14:
        return 29
    return 58 if minute < FULL else 66


def seed(session, now, rng):
    """Make the account's state."""
    for name, timeout in (("checkout-quote", 10), ("image-backfill", 900), ("image-variant", 60)):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["sqs:*", "s3:*", "logs:*"])
        make_function(session, name, role, MemorySize=1024, Timeout=timeout)
    put_function_lines(session, "checkout-quote", _quotes(now, rng))
    put_function_lines(session, "image-backfill", _backfilled(now, rng))
    put_lines(session, "/ecs/checkout-web", _web(now, rng), [f"checkout-web/web/{rng.getrandbits(128):032x}"])
    _metrics(session, now, rng)
    for name, metric, threshold in (("quote-throttles", "Throttles", 25), ("quote-errors", "Errors", 10)):
        put_alarm(
            session,
            f"checkout-{name}",
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions={"FunctionName": "checkout-quote"},
            EvaluationPeriods=3,
            Threshold=threshold,
        )
    set_healthy(session, "checkout-quote-errors")
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)
    session.client("lambda").put_function_concurrency(
        FunctionName="report-writer", ReservedConcurrentExecutions=20
    )


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _throttled(at, now):
    since = _minute(at, now) - FULL
    return THROTTLED[since] if since >= 0 else 0


def _quotes(now, rng):
    for minute in minutes(now, -100, -2):
        for _ in range(rng.randint(20, 26) - _throttled(minute, now) // 3):
            basket = rng.randint(10**6, 10**7)
            said = [f"[INFO] basket {basket}: {rng.randint(1, 12)} items"]
            if rng.random() < 0.1:
                said.append(f"[WARN] basket {basket}: tax lookup slow, {rng.randint(300, 900)} ms")
            said.append(f"[INFO] basket {basket}: quoted {rng.uniform(4, 300):.2f} EUR")
            yield from invocation(
                within(minute, rng), rng, said, duration_ms=rng.uniform(900, 2_600), memory_mib=1024, used_mib=131
            )


def _backfilled(now, rng):
    for minute in minutes(now, CONNECTED, -2):
        for _ in range(begun(_minute(minute, now))):
            said = [
                f"[INFO] job {rng.randint(1, 400_000)} of 400000 from image-backfill-jobs: 600 images",
                f"[INFO] {rng.randint(560, 600)} images written",
            ]
            took = rng.uniform(800_000, 880_000)
            lines = invocation(within(minute, rng), rng, said, duration_ms=took, memory_mib=1024, used_mib=702)
            yield from [line for line in lines if line[0] < now - timedelta(minutes=2)]


def _web(now, rng):
    for minute in minutes(now, -5 * 60, -2):
        for _ in range(rng.randint(4, 7)):
            yield _line(within(minute, rng), rng, "INFO", f"Checkout - step {rng.randint(1, 4)} of 4 shown")
        if rng.random() < 0.1:
            yield _line(within(minute, rng), rng, "WARN", "Session - cart older than a day, prices refreshed")
        for _ in range(_throttled(minute, now) // 3):
            yield _line(within(minute, rng), rng, "ERROR", REFUSED)


def _line(at, rng, level, text):
    thread = rng.randint(2, 60)
    return (
        at,
        f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} {level:5} [http-nio-8080-exec-{thread}] {text}",
    )


def _metrics(session, now, rng):
    def quote(at):
        return {
            "Invocations": rng.randint(20, 26) - _throttled(at, now) // 3,
            "Errors": 0,
            "Throttles": _throttled(at, now),
            "ConcurrentExecutions": rng.randint(1, 4),
            "Duration": rng.uniform(1_500, 1_900),
        }

    def filling(at):
        running = backfill(_minute(at, now))
        lost = _throttled(at, now) * 3
        return {
            "Invocations": begun(_minute(at, now)),
            "Errors": 0,
            "Throttles": lost,
            "ConcurrentExecutions": running,
            "Duration": rng.uniform(820_000, 860_000),
        }

    def variant(at):
        return {
            "Invocations": rng.randint(6, 11),
            "Errors": 0,
            "Throttles": _throttled(at, now) // 20,
            "ConcurrentExecutions": 1,
            "Duration": rng.uniform(900, 1_900),
        }

    def account(at):
        running = backfill(_minute(at, now))
        full = _minute(at, now) >= FULL
        free = QUOTA - RESERVED
        unreserved = free if full else min(free - 3, running + rng.randint(17, 23))
        return {
            "ConcurrentExecutions": unreserved + 1,
            "UnreservedConcurrentExecutions": unreserved,
            "ClaimedAccountConcurrency": unreserved + RESERVED,
            "Throttles": round(_throttled(at, now) * 4.1),
            "Errors": 0,
            "Invocations": 190 + (begun(_minute(at, now)) if running else 0),
        }

    put_function_metrics(session, "checkout-quote", minutes(now, -2 * 24 * 60, -2), quote)
    put_function_metrics(session, "image-backfill", minutes(now, CONNECTED, -2), filling)
    put_function_metrics(session, "image-variant", minutes(now, -12 * 60, -2), variant)
    units = dict.fromkeys(("ConcurrentExecutions", "Throttles", "Errors", "Invocations"), "Count")
    put_metrics(session, "AWS/Lambda", {}, minutes(now, -24 * 60, -2), account, units)
    queue = {"QueueName": "image-backfill-jobs"}
    spans = minutes(now, CONNECTED, -2)
    waiting = [(at, 400_000 - 60 * (_minute(at, now) - CONNECTED)) for at in spans]
    put_metrics(
        session,
        "AWS/SQS",
        queue,
        [at for at, _ in waiting],
        lambda at: {"ApproximateNumberOfMessagesVisible": dict(waiting)[at]},
    )
