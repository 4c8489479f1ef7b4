"""A store of settings that one reader takes for itself."""

from datetime import timedelta

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

STARTED = -27
"""Minute, relative to now, in which the inventory runs first."""

FIRST = timedelta(minutes=-24, seconds=-18)
REQUEST = "5b0e7c1a-93d4-4f28-a6b1-7e2d90c4f315"
TRACE = (
    "[ERROR]\t{at}\t{id}\tquote {n} failed\n"
    "Traceback (most recent call last):\n"
    '  File "/var/task/pricing/app.py", line 71, in handler\n'
    '    settings = config.load("/fleet/pricing/")\n'
    '  File "/var/task/pricing/config.py", line 33, in load\n'
    "    for page in paginator.paginate(Path=path, Recursive=True):\n"
    '  File "/var/lang/lib/python3.12/site-packages/botocore/client.py", line 1023, in _make_api_call\n'
    "    raise error_class(parsed_response, operation_name)\n"
    "botocore.exceptions.ClientError: An error occurred (ThrottlingException) when calling the "
    "GetParametersByPath operation (reached max retries: 4): Rate exceeded\n"
)


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "fleet-pricing-role", "lambda.amazonaws.com", ["ssm:GetParametersByPath"])
    make_function(session, "fleet-pricing", role, Runtime="python3.12", Handler="pricing.app.handler", Timeout=20)
    reading = ["ssm:DescribeParameters", "ssm:GetParameter"]
    role = make_role(session, "param-inventory-role", "lambda.amazonaws.com", reading)
    make_function(session, "param-inventory", role, MemorySize=1024, Timeout=600)
    put_function_lines(session, "fleet-pricing", _pricing(now, rng))
    put_function_lines(session, "param-inventory", _inventory(now, rng))
    keys = ["[INFO] key {n} handed out", "[INFO] key {n} is back", "[WARN] key {n} is late"]
    make_bystander(session, now, rng, "depot-keys", keys, per_hour=26)
    make_bystander(session, now, rng, "damage-photos", ["[INFO] photo {n} stored", "[INFO] photo {n} compared"])
    make_bystander(session, now, rng, "toll-claims", ["[INFO] toll {n} claimed"], per_hour=5)
    _metrics(session, now, rng)
    put_alarm(
        session,
        "fleet-pricing-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "fleet-pricing"},
        Period=300,
        EvaluationPeriods=6,
        Threshold=150,
    )
    set_healthy(session, "fleet-pricing-errors")


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _pricing(now, rng):
    first = now + FIRST
    said = [TRACE.replace("{n}", "vq-771204").replace("{at}", f"{first:%Y-%m-%dT%H:%M:%SZ}")]
    start = first - timedelta(seconds=4)
    lines = invocation(start, rng, said, duration_ms=8_000.0, used_mib=104)
    yield from ((at, text.replace(lines[0][1].split()[2], REQUEST)) for at, text in lines)
    for minute in minutes(now, -26 * 60, -1, 2):
        for _ in range(rng.randint(3, 6)):
            at = within(minute, rng, 110.0)
            quote = f"vq-{rng.randint(700_000, 779_999)}"
            said = [f"[INFO]\t{{at}}\t{{id}}\tquote {quote}: {rng.randint(38, 210)}.00 a day"]
            took = rng.uniform(40, 180)
            if at > first and rng.random() < 0.36:
                said, took = [TRACE.replace("{n}", quote)], rng.uniform(6_200, 9_400)
            elif at > first and rng.random() < 0.4:
                said.insert(0, "[WARNING]\t{at}\t{id}\tsettings read after retries, 3 throttled")
                took = rng.uniform(1_400, 5_000)
            if rng.random() < 0.04:
                said.insert(0, f"[WARNING]\t{{at}}\t{{id}}\tno mileage for van {rng.randint(100, 999)}")
            yield from invocation(at, rng, said, duration_ms=took, used_mib=104)


def _inventory(now, rng):
    for minute in minutes(now, STARTED, 0):
        at = minute + timedelta(seconds=rng.uniform(1, 4))
        took = rng.uniform(150_000, 196_000)
        end = at + timedelta(milliseconds=took)
        if end > now:
            continue
        throttled = rng.randint(2_900, 6_100)
        said = [
            "[INFO] inventory run begins: 9412 parameters, 64 threads",
            f"[INFO] inventory run done: {9_412 + throttled} GetParameter calls, {throttled} were throttled",
        ]
        yield from invocation(at, rng, said, duration_ms=took, memory_mib=1024, used_mib=233)


def _metrics(session, now, rng):
    def pricing(at):
        bad, calls = _minute(at, now) >= FIRST.total_seconds() / 60 - 1, round(38 * measured.busy(at, rng))
        found = {"Invocations": calls, "Throttles": 0, "ConcurrentExecutions": 14 if bad else 2}
        errors = round(calls * rng.uniform(0.27, 0.36)) if bad else 0
        return found | {"Errors": errors, "Duration": rng.uniform(2_900, 3_700) if bad else rng.uniform(80, 110)}

    def inventory(_):
        return {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": 172_000, "ConcurrentExecutions": 3}

    put_function_metrics(session, "fleet-pricing", measured.moments(now), pricing)
    put_function_metrics(session, "param-inventory", minutes(now, STARTED, -2), inventory)
