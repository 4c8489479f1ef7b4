"""Thumbnails are missing since larger uploads exhaust the resizer's memory."""

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
    put_metric,
    request_id,
    within,
)

RAISED = -31 * 60
"""Minute at which the limit of uploads was raised."""

FATAL_MB = 24.0
"""What 1,024 MB of memory cannot decode."""

OTHERS = {
    "album-share": ["[INFO] link {n} created", "[INFO] link {n} opened", "[WARN] link {n} expired, told visitor"],
    "photo-search-index": ["[INFO] indexed {n} labels", "[INFO] refreshed segment {n}"],
    "print-orders": ["[INFO] order {n} sent to lab", "[INFO] lab confirmed {n}"],
}


def killed_in(window):
    """Photos that kill the function in a window of 15 minutes; 0 ends two minutes ago, 75 began 19 h ago."""
    known = {0: 6, 1: 4, 75: 1}
    return known.get(window, round(4 * (1 - window / 76)) if window < 67 else 0)


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "photo-resizer-role", "lambda.amazonaws.com", ["s3:GetObject", "s3:PutObject"])
    settings = {"MemorySize": 1024, "Timeout": 60, "Environment": {"Variables": {"SIZES": "160,640,1600"}}}
    make_function(session, "photo-resizer", role, **settings)
    gate = make_role(session, "upload-gate-role", "lambda.amazonaws.com", ["s3:PutObject"])
    make_function(session, "upload-gate", gate, MemorySize=256, Environment={"Variables": {"MAX_UPLOAD_MB": "40"}})
    sizes = _sizes(now, rng)
    put_function_lines(session, "photo-resizer", [line for at, mb in sizes for line in _resized(at, mb, rng)])
    put_function_lines(session, "upload-gate", _accepted(now, sizes, rng))
    _metrics(session, now, sizes, rng)
    for name, says in OTHERS.items():
        make_bystander(session, now, rng, name, says)


def _sizes(now, rng):
    """When photos came and how large they were, in MB."""
    found = []
    for window in range(230):
        start = now - timedelta(minutes=2 + 15 * (window + 1))
        raised = max(0.0, 1 - (window + 1) * 15 / -RAISED)
        for _ in range(rng.randint(4, 8)):
            large = rng.random() < 0.5 * raised
            mb = rng.uniform(10.2, FATAL_MB - 1.5) if large else min(9.9, rng.lognormvariate(1.3, 0.5))
            found.append((within(start, rng, 890.0), mb))
        fatal = range(killed_in(window))
        found += [(within(start, rng, 890.0), rng.uniform(FATAL_MB, 38.5)) for _ in fatal]
    return sorted(found)


def _resized(at, mb, rng):
    key = f"incoming/{at:%Y/%m/%d}/IMG_{rng.randint(1000, 9999)}.jpg"
    used = int(190 + 33 * mb + rng.uniform(-9, 9))
    said = [f"[INFO] decoding {key} ({mb:.1f} MB)"]
    if rng.random() < 0.12:
        said.append(f"[WARN] {key}: no orientation tag, assuming upright")
    if mb < FATAL_MB:
        said.append(f"[INFO] {key}: 3 sizes written")
        return invocation(at, rng, said, duration_ms=240 + 130 * mb, memory_mib=1024, used_mib=min(used, 1019))
    said.append("RequestId: {id} Error: Runtime exited with error: signal: killed\nRuntime.ExitError")
    killed = "Status: error\tError Type: Runtime.ExitError"
    return invocation(at, rng, said, duration_ms=900 + 90 * mb, memory_mib=1024, used_mib=1024, status=killed)


def _accepted(now, sizes, rng):
    for at, mb in sizes:
        stored = at - timedelta(seconds=rng.uniform(1.0, 3.0))
        yield from invocation(stored, rng, [f"[INFO] accepted photo, {mb:.1f} MB"], memory_mib=256, used_mib=88)
    for minute in minutes(now, -57 * 60, -2, 205):
        limit = 40 if minute >= now + timedelta(minutes=RAISED) else 10
        yield from _started(within(minute, rng), limit, rng)
    yield from _started(now + timedelta(minutes=RAISED, seconds=44), 40, rng)
    for minute in minutes(now, -57 * 60, RAISED, 190):
        said = [f"[WARN] refused photo, {rng.uniform(10.3, 31):.1f} MB is more than 10 MB"]
        yield from invocation(within(minute, rng), rng, said, memory_mib=256, used_mib=86)


def _started(at, limit, rng):
    """A new execution environment reads its limits."""
    version = f"INIT_START Runtime Version: python:3.13.v{rng.randint(31, 33)}\tRuntime Version ARN: "
    yield at, version + "arn:aws:lambda:eu-west-1::runtime:" + request_id(rng).replace("-", "") * 2
    yield at + timedelta(milliseconds=310), f"[INFO] limits read: max_upload_mb={limit} max_pixels=120000000"


def _metrics(session, now, sizes, rng):
    calls, errors = {}, {}
    for at, mb in sizes:
        minute = at.replace(second=0, microsecond=0)
        calls[minute] = calls.get(minute, 0) + 1
        errors[minute] = errors.get(minute, 0) + (mb >= FATAL_MB)

    def resizer(at):
        took = {"Duration": rng.uniform(500, 2_600)} if calls.get(at) else {}
        return {"Invocations": calls.get(at, 0), "Errors": errors.get(at, 0), "Throttles": 0, **took}

    def gate(at):
        return {"Invocations": calls.get(at, 0), "Errors": 0, "Throttles": 0, "Duration": rng.uniform(30, 55)}

    put_function_metrics(session, "photo-resizer", minutes(now, -57 * 60, -2), resizer)
    put_function_metrics(session, "upload-gate", minutes(now, -57 * 60, -2), gate)
    stored = [(now - timedelta(days=day, hours=3), 8.1e11 + (9 - day) * 2.2e9) for day in range(9, 0, -1)]
    dimensions = {"BucketName": "photo-originals", "StorageType": "StandardStorage"}
    put_metric(session, "AWS/S3", "BucketSizeBytes", dimensions, stored, "Bytes")
    put_alarm(
        session,
        "photo-resizer-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": "photo-resizer"},
        Period=900,
        Threshold=6,
    )
