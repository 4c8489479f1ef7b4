"""Executions fail because an outside provider answers 500."""

import json
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

BROKEN = timedelta(minutes=26)

URL = "https://api.geopost.example/v4/verify"


def seed(session, now, rng):
    """Make the account's state."""
    for name in ("address-check", "customer-writer"):
        role = make_role(session, f"{name}-role", "lambda.amazonaws.com", ["logs:*"])
        variables = {"PROVIDER_URL": URL, "KEY": "geopost/api-key"} if name == "address-check" else {}
        make_function(session, name, role, Environment={"Variables": variables})
    put_function_lines(session, "address-check", _address_lines(now, rng))
    put_function_lines(session, "customer-writer", _customer_lines(now, rng))
    make_bystander(session, now, rng, "newsletter-sync", ["[INFO] {n} readers", "[WARNING] {n} bounced"])
    make_bystander(session, now, rng, "referral-codes", ["[INFO] code {n} used"], per_hour=14)
    make_bystander(session, now, rng, "store-locator", ["[INFO] {n} stores near"], per_hour=20)
    _metrics(session, now, rng)


def _flows(minute, now):
    """Executions of a minute that end well, and that fail after three calls each."""
    before = round((now - minute).total_seconds() / 60)
    return (1, 5 + before * 5 % 3) if minute >= now - BROKEN else (6 + before * 5 % 3, 0)


def _address_lines(now, rng):
    for minute in minutes(now, -6 * 60, -1):
        good, failed = _flows(minute, now)
        for _ in range(good):
            said = [f"[INFO] POST {URL} 200 in {rng.randint(90, 260)} ms", "[INFO] {id} address verified"]
            if rng.random() < 0.07:
                said.append("[WARNING] {id} house number unknown, accepted as entered")
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(110, 300))
        for _ in range(failed):
            at = within(minute, rng, 40)
            for wait in (0, 2, 6):
                again = at + timedelta(seconds=wait)
                yield from invocation(again, rng, [_refused(rng)], duration_ms=rng.uniform(70, 140))


def _refused(rng):
    ref = f"gp-7Q{rng.randint(2, 3)}{rng.choice('XAK1')}-{rng.getrandbits(16):04X}-{rng.getrandbits(16):04X}"
    answer = json.dumps({"error": "internal_error", "ref": ref}, separators=(",", ":"))
    return f"[ERROR] ProviderError: POST {URL} answered 500: {answer}"


def _customer_lines(now, rng):
    for minute in minutes(now, -6 * 60, -1):
        for _ in range(_flows(minute, now)[0]):
            said = [f"[INFO] customer {rng.getrandbits(32):08x} created"]
            yield from invocation(within(minute, rng), rng, said, duration_ms=rng.uniform(20, 60))


def _metrics(session, now, rng):
    def of_flow(at):
        good, failed = _flows(at, now)
        return {
            "ExecutionsStarted": good + failed,
            "ExecutionsSucceeded": good,
            "ExecutionsFailed": failed,
            "ExecutionsTimedOut": 0,
            "ExecutionTime": rng.uniform(6400, 7100) if failed else rng.uniform(400, 800),
        }

    def of_address(at):
        good, failed = _flows(at, now)
        calls = {"Invocations": good + failed * 3, "Errors": failed * 3, "Throttles": 0}
        return {**calls, "Duration": rng.uniform(80, 130) if failed else rng.uniform(130, 260)}

    def of_customer(at):
        calls = {"Invocations": _flows(at, now)[0], "Errors": 0, "Throttles": 0}
        return {**calls, "Duration": rng.uniform(20, 60)}

    span = list(minutes(now, -2 * 24 * 60, -1))
    account = session.client("sts").get_caller_identity()["Account"]
    machine = {"StateMachineArn": f"arn:aws:states:{session.region_name}:{account}:stateMachine:signup-flow"}
    put_metrics(session, "AWS/States", machine, span, of_flow, {"ExecutionTime": "Milliseconds"})
    put_function_metrics(session, "address-check", span, of_address)
    put_function_metrics(session, "customer-writer", span, of_customer)
    put_alarm(
        session,
        "signup-flow failing",
        AlarmDescription="New customers cannot sign up.",
        Namespace="AWS/States",
        MetricName="ExecutionsFailed",
        Dimensions=machine,
        EvaluationPeriods=3,
        Threshold=4,
    )
