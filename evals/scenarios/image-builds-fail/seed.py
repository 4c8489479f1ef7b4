"""Builds that pull without a login, until that is too much."""

from datetime import timedelta

from evals import measured
from evals.authoring import make_role, minutes, put_alarm, put_lines, put_metrics, request_id, set_healthy

UPDATED = timedelta(hours=5, minutes=18)
FAILED = (-64, -43, -29)
"""When builds of storefront-image began that failed; they end three minutes later."""

SINCE = (-299, -262, -214, -171, -128, -96, -52, -17)
"""When builds of storefront-image began that succeeded without a login."""

LIMIT = (
    "ERROR: failed to solve: node:22-alpine: failed to resolve source metadata for "
    "docker.io/library/node:22-alpine: failed to copy: httpReadSeeker: failed open: unexpected status code "
    "https://registry-1.docker.io/v2/library/node/manifests/"
    "sha256:9bef0ef1e268f60627da9ba7d7605e8831d5b56ad07487d24d1aa386336d1944: 429 Too Many Requests - "
    "Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. "
    "https://www.docker.com/increase-rate-limit"
)


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(session, "codebuild-images", "codebuild.amazonaws.com", ["ecr:*", "logs:*"])
    for name in ("storefront-image", "basket-image", "search-image"):
        session.client("codebuild").create_project(
            name=name,
            source={"type": "GITHUB", "location": f"https://github.example/shop/{name}.git"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/amazonlinux2-x86_64-standard:5.0",
                "computeType": "BUILD_GENERAL1_MEDIUM",
                "privilegedMode": True,
                "environmentVariables": [{"name": "BUILDKIT_PROGRESS", "value": "plain", "type": "PLAINTEXT"}],
            },
            serviceRole=role,
        )
        builds = [*_usual(name, rng), *((minute, True) for minute in SINCE if name == "storefront-image")]
        builds += [(minute, False) for minute in FAILED if name == "storefront-image"]
        _project(session, name, now, rng, builds)
    pages = ["{at} INFO page {n} shown", "{at} INFO basket {n} opened", "{at} WARN article {n} has no image"]
    measured.make_bystanding_service(session, now, rng, "shop", "storefront", pages, per_hour=50)
    baskets = ["{at} INFO basket {n} priced", "{at} INFO basket {n} ordered"]
    measured.make_bystanding_service(session, now, rng, "shop", "basket", baskets, per_hour=30)
    put_alarm(
        session,
        "storefront-image-builds",
        AlarmDescription="Three builds of storefront-image failed within 45 minutes.",
        Namespace="AWS/CodeBuild",
        MetricName="FailedBuilds",
        Dimensions={"ProjectName": "storefront-image"},
        EvaluationPeriods=45,
        DatapointsToAlarm=3,
        Threshold=1,
    )
    put_alarm(
        session,
        "basket-image-builds",
        Namespace="AWS/CodeBuild",
        MetricName="FailedBuilds",
        Dimensions={"ProjectName": "basket-image"},
        EvaluationPeriods=45,
        DatapointsToAlarm=3,
        Threshold=1,
    )
    set_healthy(session, "basket-image-builds")


def _usual(name, rng):
    """Builds before the update, and of other projects: all well."""
    last = -330 if name == "storefront-image" else -12
    step = 55 if name == "storefront-image" else 170
    return [(minute + rng.randint(-20, 20), True) for minute in range(-2 * 24 * 60, last - 20, step)]


def _project(session, name, now, rng, builds):
    lines, ended = [], {}
    for minute, well in sorted(builds):
        start = now + timedelta(minutes=minute, seconds=8)
        lines += _build(name, start, rng, well=well, signed_in=start < now - UPDATED, moved=minute >= FAILED[0])
        ended[minute + (7 if well else 3)] = (1, 0) if well else (0, 1)
    put_lines(session, f"/aws/codebuild/{name}", lines, [request_id(rng) for _ in range(12)])
    moments = list(minutes(now, -2 * 24 * 60, 0))

    def counted(at):
        succeeded, failed = ended.get(round((at - now).total_seconds() / 60), (0, 0))
        if not succeeded + failed:
            return {"FailedBuilds": 0} if at >= now - timedelta(minutes=90) else {}
        return {
            "Builds": 1,
            "SucceededBuilds": succeeded,
            "FailedBuilds": failed,
            "Duration": rng.uniform(360, 440) if succeeded else rng.uniform(150, 185),
            "QueuedDuration": rng.uniform(1, 6),
            "ProvisioningDuration": rng.uniform(8, 22),
        }

    units = dict.fromkeys(("Builds", "SucceededBuilds", "FailedBuilds"), "Count")
    units |= dict.fromkeys(("Duration", "QueuedDuration", "ProvisioningDuration"), "Seconds")
    put_metrics(session, "AWS/CodeBuild", {"ProjectName": name}, moments, counted, units)


def _build(name, start, rng, *, well, signed_in, moved):
    """The log of one build."""
    clock, said = start, []
    hub = name == "storefront-image"

    def say(text, seconds=0.6):
        nonlocal clock
        clock += timedelta(seconds=rng.uniform(0.3, 1.6) * seconds)
        said.append((clock, text))

    def container(text, seconds=0.6):
        say(f"[Container] {clock:%Y/%m/%d %H:%M:%S}.{clock.microsecond:06d} {text}", seconds)

    container("Waiting for agent ping")
    container("Phase is DOWNLOAD_SOURCE", 3)
    container("Phase complete: DOWNLOAD_SOURCE State: SUCCEEDED", 9)
    container("Entering phase PRE_BUILD")
    container("Running command ./ci/registry-login.sh")
    if hub and signed_in:
        say("Logging in to docker.io as shopbuilds")
        say("Login Succeeded")
    elif hub:
        say("registry-login.sh: DOCKERHUB_USER is not set, pulling from docker.io without a login")
    say("Logging in to Amazon ECR")
    say("Login to ECR: ok")
    container("Phase complete: PRE_BUILD State: SUCCEEDED")
    container("Entering phase BUILD")
    image = name.removesuffix("-image")
    container(f"Running command docker build -t {image}:$CODEBUILD_RESOLVED_SOURCE_VERSION .")
    say("#1 [internal] load build definition from Dockerfile")
    say(
        "#2 [internal] load metadata for "
        + (
            f"docker.io/library/node:{22 if moved else 20}-alpine"
            if hub
            else "public.ecr.aws/docker/library/python:3.13-slim"
        )
    )
    if not well:
        say(
            "#2 ERROR: failed to copy: httpReadSeeker: failed open: unexpected status code: 429 Too Many Requests",
            60,
        )
        say(LIMIT)
        container("Command did not exit successfully docker build exit status 1")
        container("Phase complete: BUILD State: FAILED")
        why = "Error while executing command: docker build. Reason: exit status 1"
        container(f"Phase context status code: COMMAND_EXECUTION_ERROR Message: {why}")
        return said
    for number, step in enumerate(
        ("COPY package.json .", "RUN install", "COPY . .", "RUN build", "exporting to image"), 3
    ):
        say(f"#{number} [{number - 2}/5] {step}", 40)
        say(f"#{number} DONE {rng.uniform(0.4, 60):.1f}s")
    container("Phase complete: BUILD State: SUCCEEDED")
    container(f"Running command docker push {image}", 20)
    container("Phase complete: POST_BUILD State: SUCCEEDED", 20)
    return said
