"""Seventy seconds of errors, nineteen minutes ago, and nothing since."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

BALANCER, GROUP = "app/wallet-alb/5e93c0d7a1b2f864", "targetgroup/wallet-tg/d01e7c93b5a2f486"
BEGAN = timedelta(minutes=18, seconds=52)
LASTED = timedelta(seconds=70)
FAILED = {-19: 391, -18: 67}

FAILURES = (
    "CommunicationsException: Communications link failure. The last packet was received {ms} milliseconds ago.",
    "SQLException: The MySQL server is running with the --read-only option so it cannot execute this statement",
    "SQLTransientConnectionException: HikariPool-1 - Connection is not available, timed out after 3000ms",
)


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"svc/wallet-api/{measured.task_id(f'wallet {number}')}" for number in range(6)]
    put_lines(session, "/ecs/wallet-api", _wallet(now, rng), streams)
    put_lines(session, "/aws/rds/instance/wallet-db/error", _error_log(now), ["wallet-db"])
    put_lines(session, "/aws/rds/instance/wallet-db/slowquery", _slow(now, rng), ["wallet-db"])
    limits = ["{at} INFO limit of account {n} renewed", "{at} WARN limit request {n} waits for approval"]
    measured.make_bystanding_service(session, now, rng, "wallet", "limits-worker", limits, per_hour=25)
    _metrics(session, now, rng)
    _alarms(session)


def _wallet(now, rng):
    def line(at, level, text):
        thread = f"exec-{rng.randint(1, 50)}"
        return at, f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d} {level:<5} [{thread}] {text}"

    started, ended = now - BEGAN, now - BEGAN + LASTED
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(4, 7)):
            at, account = within(minute, rng), rng.randint(10**7, 10**8)
            if not started <= at <= ended:
                yield line(
                    at,
                    "INFO",
                    f"TransferController - POST /transfers account={account} 201 in {rng.randint(8, 60)} ms",
                )
        if rng.random() < 0.07:
            yield line(
                within(minute, rng), "WARN", f"FxRates - rate of {rng.choice(['SEK', 'PLN', 'CHF'])} is 3 min old"
            )
    for _ in range(170):
        at = started + LASTED * rng.random()
        kind = 0 if at < started + timedelta(seconds=28) else rng.choice([0, 1, 2])
        text = FAILURES[kind].replace("{ms}", str(rng.randint(3_000, 15_000)))
        yield line(at, "ERROR", f"TransferController - POST /transfers 500: {text}")
    for number in range(6):
        at = ended + timedelta(seconds=0.3 * number)
        yield line(at, "INFO", "HikariPool-1 - Added connection com.mysql.cj.jdbc.ConnectionImpl")


def _error_log(now):
    """What MySQL writes when it starts on the other host; before that, little for days."""
    for day in (6, 4, 1):
        at = now - timedelta(days=day, minutes=211)
        yield (
            at,
            f"{at:%Y-%m-%dT%H:%M:%S.%fZ} 8123 [Note] [MY-010914] [Server] Aborted connection 8123 (Got timeout)",
        )
    for second, text in (
        (8, "0 [System] [MY-010116] [Server] /rdsdbbin/mysql/bin/mysqld (mysqld 8.0.40) starting as process 618"),
        (11, "1 [System] [MY-013576] [InnoDB] InnoDB initialization has started. Starting crash recovery."),
        (39, "1 [System] [MY-013577] [InnoDB] InnoDB initialization has ended. Starting to accept work."),
        (
            52,
            "0 [System] [MY-010931] [Server] /rdsdbbin/mysql/bin/mysqld: ready for connections. Version: '8.0.40'",
        ),
    ):
        at = now - BEGAN + timedelta(seconds=second)
        yield at, f"{at:%Y-%m-%dT%H:%M:%S.%fZ} {text}"


def _slow(now, rng):
    for minute in minutes(now, -40 * 60, -25, 30):
        at, took = within(minute, rng, 1_500), rng.uniform(2.0, 4.8)
        yield (
            at,
            (
                f"# Time: {at:%Y-%m-%dT%H:%M:%S.%fZ}\n# User@Host: limits[limits] @ [10.12.1.90]\n"
                f"# Query_time: {took:.6f} Lock_time: 0.000003 Rows_sent: 120\n"
                "SELECT account_id, SUM(amount) FROM transfers WHERE day = CURDATE() GROUP BY 1;"
            ),
        )


def _metrics(session, now, rng):
    def minute(at):
        return round((at - now).total_seconds() / 60)

    def balanced(at):
        found, failed = (
            measured.balancer(rng, 640 * measured.busy(at, rng) + 200, 0.028),
            FAILED.get(minute(at), 0),
        )
        requests = max(found["RequestCount"], failed + 25)
        found |= {"RequestCount": requests, "HTTPCode_Target_5XX_Count": failed}
        found["HTTPCode_Target_2XX_Count"] = max(0, requests - failed - found["HTTPCode_Target_4XX_Count"])
        return found | ({"TargetResponseTime": 2.4} if failed else {})

    def database(at):
        found = measured.database(rng, measured.busy(at, rng), 96, 27, 340)
        if minute(at) == -19:
            found |= {"DatabaseConnections": 4, "CPUUtilization": 6.1, "WriteIOPS": 11}
        if minute(at) == -18:
            found |= {"DatabaseConnections": 51, "CPUUtilization": 58.0, "ReadIOPS": 2_900}
        return found

    moments = measured.moments(now, until=-1)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": BALANCER}, moments, balanced)
    hosts = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(
        session,
        "AWS/ApplicationELB",
        hosts,
        moments[::4],
        lambda _: {"HealthyHostCount": 6, "UnHealthyHostCount": 0},
    )
    measured.publish(session, "AWS/RDS", {"DBInstanceIdentifier": "wallet-db"}, moments, database)
    service = {"ClusterName": "wallet", "ServiceName": "wallet-api"}
    measured.publish(
        session, "AWS/ECS", service, moments[::3], lambda at: measured.service(rng, measured.busy(at, rng))
    )


def _alarms(session):
    put_alarm(
        session,
        "wallet-api-5xx",
        AlarmDescription="More than 50 failed requests in a minute.",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER},
        Threshold=50,
        ComparisonOperator="GreaterThanThreshold",
    )
    for metric, threshold in (("CPUUtilization", 85), ("DatabaseConnections", 900)):
        put_alarm(
            session,
            f"wallet-db-{metric}",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions={"DBInstanceIdentifier": "wallet-db"},
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=threshold,
        )
        set_healthy(session, f"wallet-db-{metric}")
