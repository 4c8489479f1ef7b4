"""A function whose new architecture its layer does not know."""

from datetime import timedelta

from evals.authoring import (
    invocation,
    make_bystander,
    make_function,
    make_role,
    minutes,
    of_day,
    put_alarm,
    put_function_lines,
    put_function_metrics,
    request_id,
    within,
)

DEPLOYED, FAILING = timedelta(minutes=23, seconds=34), -23
"""When the new code was in place, before now; the first minute with failures."""

ALARMED = {-22: 38, -21: 41, -20: 40}
WHY = (
    "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named "
    "'pydantic_core._pydantic_core'\nTraceback (most recent call last):"
)


def seed(session, now, rng):
    """Make the account's state."""
    allowed = ["logs:CreateLogStream", "logs:PutLogEvents", "dynamodb:GetItem", "dynamodb:Query"]
    role = make_role(session, "tariff-lookup-role", "lambda.amazonaws.com", allowed)
    make_function(
        session, "tariff-lookup", role, Runtime="python3.12", Timeout=5, Description="What a stay costs."
    )
    put_function_lines(session, "tariff-lookup", _lines(now, rng))
    put_function_metrics(
        session, "tariff-lookup", minutes(now, -2 * 24 * 60, -1), lambda at: _measured(at, now, rng)
    )
    put_alarm(
        session,
        "tariff-lookup-errors",
        AlarmDescription="Barriers ask tariff-lookup what a stay costs.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "tariff-lookup"},
        EvaluationPeriods=3,
        Threshold=20,
    )
    stays = ["[INFO] stay {n} begun", "[INFO] stay {n} ended", "[WARNING] plate of stay {n} read twice"]
    make_bystander(session, now, rng, "stay-recorder", stays, per_hour=20)
    permits = ["[INFO] {n} permits of the city read", "[WARNING] permit {n} has no zone, skipped"]
    make_bystander(session, now, rng, "permit-sync", permits, per_hour=6)
    plates = ["[INFO] image {n} read", "[INFO] image {n} read with doubt"]
    make_bystander(session, now, rng, "plate-reader-intake", plates, per_hour=24)


def _lines(now, rng):
    lines = []
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            at = within(minute, rng)
            lines += _failed(at, rng) if at >= now - DEPLOYED else _answered(at, rng)
    return lines


def _answered(at, rng):
    garage, stay = rng.choice(["noord", "markt", "station", "haven"]), rng.randint(5, 900)
    said = [f"[INFO]\t{{at}}\t{{id}}\ttariff for {garage}: {stay} min, {stay * 0.045:.2f} EUR"]
    if rng.random() < 0.06:
        said.append(f"[WARNING]\t{{at}}\t{{id}}\tno holiday calendar for {garage}, weekday tariff taken")
    return invocation(at, rng, said, duration_ms=rng.uniform(9, 45), used_mib=104)


def _failed(at, rng):
    """An environment that does not come up: it tries before the invocation and once more for it."""
    request = request_id(rng)
    first, second = rng.uniform(380, 520), rng.uniform(900, 1_400)
    step = lambda ms: at + timedelta(milliseconds=ms)  # noqa: E731 - four times in a row
    error = "Status: error\tError Type: Runtime.ImportModuleError"
    version = "arn:aws:lambda:eu-west-1::runtime:188d9ca2e2714ff5637bd2bbe06ceb81ec3bc408a0f277dab104c14cd814b081"
    return [
        (at, f"INIT_START Runtime Version: python:3.12.v62\tRuntime Version ARN: {version}"),
        (step(first), WHY),
        (step(first + 1), f"INIT_REPORT Init Duration: {first:.2f} ms\tPhase: init\t{error}"),
        (step(first + 9), WHY),
        (step(first + second), f"INIT_REPORT Init Duration: {second:.2f} ms\tPhase: invoke\t{error}"),
        (step(first + second + 1), f"START RequestId: {request} Version: $LATEST"),
        (step(first + second + 2), f"END RequestId: {request}"),
        (step(first + second + 3), _report(request, second)),
    ]


def _report(request, took):
    return (
        f"REPORT RequestId: {request}\tDuration: {took:.2f} ms\tBilled Duration: {int(took) + 1} ms\t"
        "Memory Size: 512 MB\tMax Memory Used: 61 MB\tStatus: error\tError Type: Runtime.ImportModuleError\t"
    )


def _measured(at, now, rng):
    minute = round((at - now).total_seconds() / 60)
    calls = ALARMED.get(minute) or round(of_day(at, 30, 48) * rng.uniform(0.94, 1.06))
    failed = calls if minute > FAILING else round(calls * 0.5) if minute == FAILING else 0
    return {
        "Invocations": calls,
        "Errors": failed,
        "Throttles": 0,
        "ConcurrentExecutions": 2 if minute < FAILING else 4,
        "Duration": rng.uniform(18, 30) if minute < FAILING else rng.uniform(1_000, 1_300),
    }
