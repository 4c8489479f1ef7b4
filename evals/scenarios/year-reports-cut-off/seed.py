"""Requests that are cut off after half a minute, and were not an hour ago."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, put_metric, set_healthy, within

CUT, SLOW_LOG = -44, -38
"""Minutes, relative to now: the idle time-out is changed; the database begins to log slow statements."""

IDLE_S = 30.0
ALARMED = {-34: (3, 4, 4, 4, 4), -29: (5, 4, 4, 5, 4)}
"""Requests given up, minute by minute, in the alarmed periods."""

BALANCER, GROUP = "app/ledger-alb/0c8e5a1f7d3b9246", "targetgroup/report-api/f41b6d9a2e7c8350"
PAGES = ("/accounts", "/entries", "/reports/month", "/vat", "/partners")


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/report-api/{measured.task_id(f'report {number}')}" for number in range(4)]
    put_lines(session, "/ecs/report-api", _reports(now, rng), streams)
    put_lines(session, "/aws/rds/instance/ledger-db/postgresql", _database(now, rng), ["ledger-db.0"])
    banks = [
        "{at} INFO statement {n} of the bank read",
        "{at} INFO account {n} is up to date",
        "{at} WARN bank {n} is late",
    ]
    measured.make_bystanding_service(session, now, rng, "ledger", "bank-sync", banks, per_hour=36)
    vat = ["{at} INFO form {n} filed", "{at} INFO form {n} acknowledged", "{at} WARN form {n} needs a signature"]
    measured.make_bystanding_service(session, now, rng, "ledger", "vat-filing", vat, per_hour=20)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _serilog(at, template, level="", **more):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
    return at, json.dumps({"@t": stamp, "@mt": template, **({"@l": level} if level else {}), **more})


def _reports(now, rng):
    done = "HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed:0.0000} ms"
    gone = "Report {Report} is done after {Seconds} s, but the client closed the connection after 30.0 s"
    for minute in minutes(now, -8 * 60, 0):
        for _ in range(rng.randint(5, 9)):
            request = {"RequestMethod": "GET", "RequestPath": rng.choice(PAGES), "StatusCode": 200}
            yield _serilog(within(minute, rng), done, **request, Elapsed=round(rng.uniform(12, 900), 4))
        for _ in range(rng.choice([0, 1, 1, 2]) if _minute(minute, now) < CUT else rng.randint(2, 4)):
            began, took = within(minute, rng), rng.uniform(35, 95)
            ended = began + timedelta(seconds=took)
            report = {"RequestMethod": "GET", "RequestPath": "/reports/year", "Elapsed": round(took * 1_000, 4)}
            if ended >= now:
                continue
            if _minute(minute, now) < CUT:
                yield _serilog(ended, done, **report, StatusCode=200)
            else:
                told = {"Report": f"year-{rng.randint(10**4, 10**5)}", "Seconds": round(took, 1)}
                yield _serilog(ended, gone, "Warning", **told, RequestPath="/reports/year")
        if rng.random() < 0.08:
            told = "Rounding difference of {Cents} cents in {Account}"
            yield _serilog(
                within(minute, rng), told, "Warning", Cents=rng.randint(1, 3), Account=rng.randint(1_000, 9_000)
            )


def _database(now, rng):
    yield from measured.checkpoints(now, rng, -9 * 60)
    for minute in minutes(now, SLOW_LOG, -1):
        for _ in range(rng.randint(1, 3)):
            at = within(minute, rng)
            statement = (
                "SELECT account, month, SUM(amount) FROM entries WHERE year = $1 GROUP BY CUBE (account, month)"
            )
            told = f"duration: {rng.uniform(28_000, 80_000):.3f} ms  execute <unnamed>: {statement}"
            yield (
                at,
                (
                    f"{at:%Y-%m-%d %H:%M:%S} UTC:10.57.{rng.randint(0, 1)}."
                    f"8{rng.randint(0, 3)}(41922):reports@ledger:[{rng.randint(900, 4_000)}]:LOG:  {told}"
                ),
            )


def _given_up(minute, rng):
    for first, counts in ALARMED.items():
        if first <= minute < first + 5:
            return counts[minute - first]
    return 2 + minute % 2 if CUT + 1 <= minute < -34 else rng.randint(3, 5) if minute >= -24 else 0


def _metrics(session, now, rng):
    def balanced(at):
        minute = _minute(at, now)
        found = measured.balancer(rng, 210 * measured.busy(at, rng) + 90, 0.7)
        given_up = _given_up(minute, rng)
        found |= {"HTTPCode_ELB_504_Count": given_up, "HTTPCode_ELB_5XX_Count": given_up} if given_up else {}
        return found | {"ActiveConnectionCount": rng.randint(160, 260)}

    moments = measured.moments(now)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balanced)
    group = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    hosts = lambda _: {"HealthyHostCount": 4, "UnHealthyHostCount": 0, "HTTPCode_Target_5XX_Count": 0}  # noqa: E731
    measured.publish(session, "AWS/ApplicationELB", group, moments[::2], hosts)
    put_metric(session, "AWS/ApplicationELB", "RequestCount", group, ((at, 250) for at in moments[::5]), "Count")
    load = lambda at: measured.database(rng, measured.busy(at, rng), 70, 33, 410)  # noqa: E731 - used once
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "ledger-db"}, moments[::2], load)
    report = {"ClusterName": "ledger", "ServiceName": "report-api"}
    cpu = lambda at: measured.service(rng, measured.busy(at, rng), 44, 36)  # noqa: E731 - used once
    measured.publish(session, "AWS/ECS", report, moments[::4], cpu)


def _alarms(session):
    put_alarm(
        session,
        "ledger-alb-504",
        AlarmDescription="The load balancer gives up on ledger pages. See runbook 14.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_ELB_504_Count",
        Dimensions={"LoadBalancer": BALANCER},
        Period=300,
        EvaluationPeriods=2,
        Threshold=15,
    )
    put_alarm(
        session,
        "ledger-db-cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Dimensions={"DBInstanceIdentifier": "ledger-db"},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=85,
    )
    set_healthy(session, "ledger-db-cpu")
