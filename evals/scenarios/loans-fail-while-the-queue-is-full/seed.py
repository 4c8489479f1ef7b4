"""A job queue whose memory somebody fills: whoever has to write to it fails."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, request_id, set_healthy, within

BALANCER, GROUP = "app/lending-alb/7c01e5f2b94d8a36", "targetgroup/lending-web/19d6b3f80a7ce254"
STARTED, FULL = -46, -31
"""Minutes, relative to now: the one-off task begins to fill the queue; there is no memory left."""

ALARMED = {-31: 37, -30: 58}
MEMORY = int(2.31 * measured.GIB)
OOM = "OOM command not allowed when used memory > 'maxmemory'."
WRITES = (
    ("POST", "/loans", "LoansController", "create"),
    ("POST", "/reservations", "ReservationsController", "create"),
    ("PATCH", "/loans/{n}/return", "LoansController", "give_back"),
)
READS = (
    ("GET", "/titles/{n}", "TitlesController", "show"),
    ("GET", "/search", "SearchController", "index"),
    ("GET", "/account", "AccountsController", "show"),
)
JOBS = ("DueDateMailJob", "LoanReceiptJob", "ShelfUpdateJob", "OverdueNoticeJob")


def seed(session, now, rng):
    """Make the account's state."""
    web = [f"ecs/lending-web/{measured.task_id(f'lending web {number}')}" for number in range(4)]
    put_lines(session, "/ecs/lending-web", _web(now, rng), web)
    workers = [f"ecs/lending-sidekiq/{measured.task_id(f'lending sidekiq {number}')}" for number in range(3)]
    put_lines(session, "/ecs/lending-sidekiq", _workers(now, rng), workers)
    one = [f"ecs/lending-oneoff/{measured.task_id('lending oneoff')}"]
    put_lines(session, "/ecs/lending-oneoff", _one_off(now), one)
    hours = ["{at} INFO branch {n} open", "{at} INFO closing day of branch {n} read"]
    measured.make_bystanding_service(session, now, rng, "lending", "opening-hours", hours, per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _refused(minute, rng):
    """Share of writes that find no memory: what workers free is taken at once."""
    return rng.uniform(0.86, 0.97) if minute >= FULL else 0.0


def _web(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(5, 9)):
            at, request, writes = within(minute, rng), request_id(rng), rng.random() < 0.4
            verb, path, controller, action = rng.choice(WRITES if writes else READS)
            path = path.replace("{n}", str(rng.randint(1_000, 99_999)))
            fails = writes and rng.random() < _refused(_minute(minute, now), rng)
            status = 500 if fails else (201 if verb == "POST" else 200)
            told = (
                f"I, [{at:%Y-%m-%dT%H:%M:%S.%f} #1]  INFO -- : [{request}] method={verb} path={path} format=html "
                f"controller={controller} action={action} status={status} duration={rng.uniform(12, 160):.2f} "
                f"view={rng.uniform(0, 40):.2f} db={rng.uniform(2, 60):.2f}"
            )
            yield at, told
            if fails:
                where = "loans" if "loan" in path else "reservations"
                told = (
                    f"F, [{at:%Y-%m-%dT%H:%M:%S.%f} #1] FATAL -- : [{request}] \n[{request}] RedisClient::"
                    f"CommandError ({OOM}):\n[{request}]   \n[{request}] app/models/loan.rb:112:in `notify_later'"
                    f"\n[{request}] app/controllers/{where}_controller.rb:41"
                )
                yield at + timedelta(milliseconds=2), told
        if rng.random() < 0.11:
            at = within(minute, rng)
            told = f"ISBN look-up of 978{rng.randint(10**9, 10**10 - 1)} took {rng.uniform(2, 6):.1f} s"
            yield at, f"W, [{at:%Y-%m-%dT%H:%M:%S.%f} #1]  WARN -- : {told}"


def _workers(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(3, 6)):
            at = within(minute, rng)
            job = "OverdueNoticeJob" if _minute(minute, now) >= STARTED else rng.choice(JOBS)
            jid = f"{rng.getrandbits(96):024x}"
            head = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z pid=1 tid={rng.randint(10**5, 10**6)}"
            yield at, f"{head} class={job} jid={jid} elapsed={rng.uniform(0.01, 0.9):.3f} INFO: done"
            if rng.random() < _refused(_minute(minute, now), rng) / 5:
                failed = f"{head} class={job} jid={jid} WARN: heartbeat: {OOM}"
                yield at + timedelta(milliseconds=700), failed


def _one_off(now):
    began = now + timedelta(minutes=STARTED, seconds=6)
    yield began, f"{began:%H:%M:%S} rake notices:resend_all: 4118220 notices of 2019 to 2026, one job each"
    for number in range(1, 30):
        at = began + timedelta(seconds=29 * number)
        yield at, f"{at:%H:%M:%S} rake notices:resend_all: {number * 98_500} of 4118220 enqueued"
    at = now + timedelta(minutes=FULL, seconds=1)
    yield at, f"rake aborted!\nRedisClient::CommandError: {OOM}\n/app/lib/tasks/notices.rake:17:in `block'"


def _metrics(session, now, rng):
    def balanced(at):
        minute = _minute(at, now)
        requests = round(420 * measured.busy(at, rng)) + 160
        found = measured.balancer(rng, requests, 0.07)
        failed = ALARMED.get(minute) or (round(requests * 0.13 * rng.uniform(0.8, 1.2)) if minute >= FULL else 0)
        found |= {"HTTPCode_Target_5XX_Count": failed, "HealthyHostCount": 4, "UnHealthyHostCount": 0}
        return found | {"HTTPCode_Target_2XX_Count": max(0, found["HTTPCode_Target_2XX_Count"] - failed)}

    def node(at):
        minute = _minute(at, now)
        filled = 0.06 * rng.uniform(0.96, 1.04)
        if minute >= STARTED:
            filled = min(1.0, 0.06 + 0.94 * (minute - STARTED) / (FULL - STARTED))
        return {
            "DatabaseMemoryUsagePercentage": 100 * filled,
            "BytesUsedForCache": MEMORY * filled,
            "CurrItems": round(40 + 900 * rng.random()),
            "Evictions": 0,
            "CurrConnections": rng.randint(118, 126),
            "NewConnections": rng.randint(0, 6),
            "EngineCPUUtilization": rng.uniform(3, 6) + (21 if STARTED <= minute < FULL else 0),
            "CPUUtilization": rng.uniform(5, 9) + (13 if STARTED <= minute < FULL else 0),
            "FreeableMemory": 0.4 * measured.GIB + MEMORY * (1 - filled),
            "SwapUsage": 0,
            "SetTypeCmdsLatency": rng.uniform(3, 6),
            "GetTypeCmdsLatency": rng.uniform(2, 4),
        }

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)
    for number in (1, 2):
        measured.publish(
            session, "AWS/ElastiCache", {"CacheClusterId": f"lending-queue-00{number}"}, moments[::2], node
        )
    for name, cpu in (("lending-web", 34), ("lending-sidekiq", 52)):
        whose = {"ClusterName": "lending", "ServiceName": name}
        measured.publish(
            session,
            "AWS/ECS",
            whose,
            moments[::5],
            lambda at, cpu=cpu: measured.service(rng, measured.busy(at, rng), 48, cpu),
        )


def _alarms(session):
    put_alarm(
        session,
        "lending-web-5xx",
        AlarmDescription="Loans, returns and reservations fail. Runbook: lending/5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        EvaluationPeriods=2,
        Threshold=20,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "lending-queue-cpu",
        Namespace="AWS/ElastiCache",
        MetricName="EngineCPUUtilization",
        Dimensions={"CacheClusterId": "lending-queue-001"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=80,
    )
    set_healthy(session, "lending-queue-cpu")
