"""A host that a scheduler stops because of a tag."""

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
    put_lines,
    set_healthy,
    within,
)

HOST, SPARE = "i-0b7d25e81f4c936a0", "i-0e4a91c67d2b803f5"
STOPPED = timedelta(minutes=33, seconds=57)
"""How long ago the host was stopped."""


def seed(session, now, rng):
    """Make the account's state."""
    role = make_role(
        session, "instance-scheduler", "lambda.amazonaws.com", ["ec2:DescribeInstances", "ec2:StopInstances"]
    )
    make_function(session, "instance-scheduler", role, Timeout=120)
    put_function_lines(session, "instance-scheduler", _scheduler(now, rng))
    put_function_metrics(session, "instance-scheduler", minutes(now, -2 * 24 * 60, -2, 5), _runs)
    put_lines(session, "/weighbridge/application", _application(now, rng), [HOST])
    put_lines(session, "/weighbridge/system", _system(now, rng), [HOST])
    gates = ["[INFO] gate {n} opened", "[INFO] plate {n} read", "[WARN] plate {n} read at the second try"]
    make_bystander(session, now, rng, "gate-plates", gates, per_hour=30)
    make_bystander(session, now, rng, "freight-papers", ["[INFO] paper {n} printed"], per_hour=12)
    _metrics(session, now, rng)
    _alarms(session)


def _runs(_):
    return {"Invocations": 1, "Errors": 0, "Throttles": 0, "ConcurrentExecutions": 1, "Duration": 2_400}


def _scheduler(now, rng):
    for minute in minutes(now, -24 * 60 - 4, 0, 5):
        at = minute + timedelta(seconds=rng.uniform(1, 2))
        said = ["[INFO] 14 instances have the tag Schedule=office-hours; nothing to do"]
        if minute < now - timedelta(hours=7, minutes=51):
            said = ["[INFO] 11 instances have the tag Schedule=office-hours; nothing to do"]
        if now - STOPPED - timedelta(minutes=2) < minute <= now - STOPPED:
            stopped = f"i-0a83f5d17c6e2490b, i-04d2b9c81e7f6350a, {HOST}"
            said = [
                "[INFO] end of period: 14 instances have the tag Schedule=office-hours, 3 of them run",
                f"[INFO] stopping {stopped}",
            ]
        yield from invocation(at, rng, said, duration_ms=rng.uniform(1_900, 3_100))


def _application(now, rng):
    for minute in minutes(now, -9 * 60, 0):
        for _ in range(rng.randint(2, 5)):
            at = within(minute, rng, 50.0)
            if at > now - STOPPED:
                continue
            kilos = rng.randint(7_400, 39_800)
            told = f"gate {rng.randint(1, 3)}: ticket {rng.randint(10**6, 2 * 10**6)}, {kilos} kg"
            yield at, f"{at:%Y-%m-%d %H:%M:%S} INFO {told}"
        if rng.random() < 0.03 and minute < now - STOPPED:
            yield minute, f"{minute:%Y-%m-%d %H:%M:%S} WARN gate 2: the scale was not at zero, tared"
    end = now - STOPPED + timedelta(seconds=7)
    yield end, f"{end:%Y-%m-%d %H:%M:%S} INFO SIGTERM received, the service ends"


def _system(now, rng):
    for minute in minutes(now, -9 * 60, -35, 10):
        at = within(minute, rng)
        yield at, f"{at:%b %d %H:%M:%S} weighbridge systemd[1]: Started sysstat-collect.service."
    patched = now - timedelta(minutes=62)
    yield (
        patched,
        f"{patched:%b %d %H:%M:%S} weighbridge ssm-agent[1207]: installed 3 packages, RebootOption=NoReboot",
    )
    end = now - STOPPED + timedelta(seconds=6)
    yield end, f"{end:%b %d %H:%M:%S} weighbridge systemd-logind[801]: Power key pressed short."
    yield (
        end + timedelta(seconds=1),
        f"{end:%b %d %H:%M:%S} weighbridge systemd-logind[801]: System is powering down.",
    )


def _metrics(session, now, rng):
    def host(at, usual, stops):
        if stops and at > now - STOPPED:
            return {}
        return {
            "CPUUtilization": usual * rng.uniform(0.8, 1.3),
            "StatusCheckFailed": 0,
            "StatusCheckFailed_System": 0,
        }

    for name, usual, stops in ((HOST, 17.0, True), (SPARE, 6.0, False)):
        measured.publish(
            session,
            "AWS/EC2",
            {"InstanceId": name},
            measured.moments(now),
            lambda at, usual=usual, stops=stops: host(at, usual, stops),
        )


def _alarms(session):
    put_alarm(
        session,
        "weighbridge-host-silent",
        AlarmDescription="The weighbridge host gives no sign of life. Trucks wait at the gates: call the yard.",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions={"InstanceId": HOST},
        Statistic="Average",
        EvaluationPeriods=5,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
        Threshold=0.5,
    )
    put_alarm(
        session,
        "weighbridge-host-status",
        Namespace="AWS/EC2",
        MetricName="StatusCheckFailed",
        Dimensions={"InstanceId": HOST},
        Statistic="Maximum",
        EvaluationPeriods=2,
        Threshold=1,
    )
    set_healthy(session, "weighbridge-host-status")
