"""A nightly run whose job finds no address to use."""

from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, of_day, put_alarm, put_lines, put_metrics, within

FAILED = -19
"""The minute in which the run ended."""

PHASES = (
    "INFO [main] glue.ProcessLauncher: Launching SparkProcessLauncherPlugin",
    "INFO [spark-listener-group-shared] scheduler.StatsReportListener: Finished stage",
    "INFO [main] reconcile.Job: read {n} ledger rows of the night",
    "WARN [task-result-getter-1] reconcile.Match: {n} rows without a counterpart go to the morning list",
    "INFO [main] reconcile.Job: wrote {n} settlements to s3://settlement-files",
)


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(
        session, "/aws-glue/jobs/logs-v2", _nights(now, rng), [f"jr_{rng.getrandbits(256):064x}" for _ in range(4)]
    )
    put_lines(session, "/aws-glue/jobs/error", _stumbles(now, rng), [f"jr_{rng.getrandbits(256):064x}-driver"])
    _services(session, now, rng)
    rates = [
        "[INFO] {n} rates read",
        "[INFO] rate of pair {n} unchanged",
        "[WARNING] rate of pair {n} is a day old",
    ]
    make_bystander(session, now, rng, "rates-import", rates, per_hour=20)
    make_bystander(session, now, rng, "settlement-publish", ["[INFO] {n} settlements published"], per_hour=1)
    account = session.client("sts").get_caller_identity()["Account"]
    machine = f"arn:aws:states:{session.region_name}:{account}:stateMachine:settlement-nightly"
    _runs(session, now, rng, machine)
    put_alarm(
        session,
        "settlement-nightly-failed",
        AlarmDescription="The merchants are not settled tonight.",
        Namespace="AWS/States",
        MetricName="ExecutionsFailed",
        Dimensions={"StateMachineArn": machine},
        Threshold=1,
    )


def _nights(now, rng):
    """What the job said on other nights; tonight it said nothing."""
    for night in range(1, 8):
        start = now - timedelta(days=night, minutes=33)
        for second in sorted(rng.uniform(40, 1_500) for _ in range(130)):
            at = start + timedelta(seconds=second)
            said = rng.choice(PHASES[1:4]).replace("{n}", str(rng.randint(200, 60_000)))
            yield at, f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {said}"
        yield start + timedelta(seconds=30), f"{start:%Y-%m-%d %H:%M}:30,112 {PHASES[0]}"
        end = start + timedelta(seconds=1_520)
        yield end, f"{end:%Y-%m-%d %H:%M:%S},004 " + PHASES[4].replace("{n}", str(rng.randint(8_000, 9_900)))


def _stumbles(now, rng):
    for night in range(1, 8):
        at = now - timedelta(days=night, minutes=20, seconds=rng.randint(0, 50))
        yield (
            at,
            f"{at:%Y-%m-%d %H:%M:%S},310 WARN [main] util.NativeCodeLoader: Unable to load native-hadoop library",
        )


def _services(session, now, rng):
    """ledger-api works; payout-simulator computes since the evening."""
    ledger = []
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            at = within(minute, rng)
            ledger.append((at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO GET /entries 200 {rng.randint(4, 40)} ms"))
    put_lines(
        session,
        "/ecs/ledger-api",
        ledger,
        [f"ecs/ledger-api/{measured.task_id(f'ledger-api {n}')}" for n in range(4)],
    )
    simulated = []
    for minute in minutes(now, -7 * 60 - 48, 0):
        for _ in range(2):
            at = within(minute, rng)
            simulated.append((at, f"{at:%Y-%m-%dT%H:%M:%SZ} INFO scenario {rng.randint(1, 90_000)} computed"))
    put_lines(
        session,
        "/ecs/payout-simulator",
        simulated,
        [f"ecs/payout-simulator/{measured.task_id(f'sim {n}')}" for n in range(8)],
    )
    quotes = ["{at} INFO quote {n} answered", "{at} WARN quote {n} is stale"]
    measured.make_bystanding_service(session, now, rng, "treasury", "fx-quotes", quotes, per_hour=30)
    moments = measured.moments(now, days=2)[::5]
    for name, load, tasks in (
        ("ledger-api", lambda at: of_day(at, 0.3, 1.0), lambda _: 14),
        (
            "payout-simulator",
            lambda at: 2.2 if at >= now - timedelta(hours=7, minutes=48) else 0.1,
            lambda at: 96 if at >= now - timedelta(hours=7, minutes=48) else 4,
        ),
    ):
        whose = {"ClusterName": "treasury", "ServiceName": name}
        measured.publish(
            session, "AWS/ECS", whose, moments, lambda at, load=load: measured.service(rng, load(at), 38, 40)
        )
        counts = lambda at, tasks=tasks: {"RunningTaskCount": tasks(at), "DesiredTaskCount": tasks(at)}  # noqa: E731
        measured.publish(session, "ECS/ContainerInsights", whose, moments, counts)


def _runs(session, now, rng, machine):
    begun = {-night * 1_440 - 34 for night in range(8)}
    ended = {-night * 1_440 - 34 + 27: 1 for night in range(1, 8)}

    def counted(at):
        minute = round((at - now).total_seconds() / 60)
        found = {}
        if minute in begun:
            found |= {"ExecutionsStarted": 1}
        if minute in ended:
            found |= {"ExecutionsSucceeded": 1, "ExecutionsFailed": 0, "ExecutionTime": rng.uniform(1.5e6, 1.66e6)}
        if minute == FAILED:
            found |= {"ExecutionsFailed": 1, "ExecutionsSucceeded": 0, "ExecutionTime": 920_000.0}
        return found

    units = dict.fromkeys(("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed"), "Count")
    moments = list(minutes(now, -8 * 24 * 60, 0))
    put_metrics(
        session,
        "AWS/States",
        {"StateMachineArn": machine},
        moments,
        counted,
        units | {"ExecutionTime": "Milliseconds"},
    )
