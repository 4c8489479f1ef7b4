"""A host that was away for nine minutes."""

from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metrics, set_healthy, within

FAILED, BACK = -16, -7
"""Minutes, relative to now: the hardware fails; the instance runs on another host."""

HOST, OTHER = "i-0d6f41b8e92a7c350", "i-0a93c7e5d1f2b8460"
PROGRAMS = ("SOLID_PRO", "SURFACE_ADV", "MESH_SIM", "VIEW_ONLY")


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/cad/license-daemon", _daemon(now, rng), [HOST])
    put_lines(session, "/cad/license-host/messages", _system(now, rng), [HOST])
    names = [f"viewer/cad-viewer/{measured.task_id(task)}" for task in "jk"]
    put_lines(session, "/ecs/cad-viewer", _viewer(now, rng), names)
    make_bystander(
        session, now, rng, "drawing-index", ["[INFO] drawing {n} indexed", "[WARN] drawing {n} has no title"]
    )
    make_bystander(session, now, rng, "parts-export", ["[INFO] {n} parts exported"], per_hour=4)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return (at - now).total_seconds() / 60


def _away(at, now):
    return FAILED - 0.4 <= _minute(at, now) < BACK + 0.6


def _daemon(now, rng):
    for minute in minutes(now, -10 * 60, 0):
        for _ in range(rng.randint(3, 7)):
            at, user = within(minute, rng), f"eng{rng.randint(101, 460)}"
            user += f"@ws-{rng.randint(1_000, 1_900)}"
            told = f'(solidd) {rng.choice(["OUT", "IN"])}: "{rng.choice(PROGRAMS)}" {user}'
            if rng.random() < 0.03:
                told = f'(solidd) DENIED: "MESH_SIM" {user} (Licensed number of users reached)'
            if not _away(at, now):
                yield at, f"{at:%H:%M:%S} {told}"
    start = now + timedelta(minutes=BACK, seconds=29)
    for after, told in (
        (0, "(lmgrd) license manager v11.19.5 started on license-host (linux)"),
        (1, "(lmgrd) Serving features for the following vendor names: solidd"),
        (3, "(solidd) Server started on license-host for: SOLID_PRO SURFACE_ADV MESH_SIM VIEW_ONLY"),
    ):
        at = start + timedelta(seconds=after)
        yield at, f"{at:%H:%M:%S} {told}"


def _system(now, rng):
    for minute in minutes(now, -10 * 60, 0, 3):
        at = within(minute, rng)
        told = rng.choice(
            [
                "chronyd[712]: Selected source 169.254.169.123",
                "systemd[1]: Started Session c2 of user root.",
                "amazon-ssm-agent[801]: health ping succeeded",
                "systemd-logind[699]: New session 5 of user monitor.",
            ]
        )
        if not _away(at, now):
            yield at, f"{at:%b %d %H:%M:%S} license-host {told}"
    patched = now - timedelta(minutes=57)
    for after, told in (
        (0, "patch baseline: 3 packages installed"),
        (4, "patch baseline: RebootOption NoReboot, done"),
    ):
        at = patched + timedelta(seconds=after)
        yield at, f"{at:%b %d %H:%M:%S} license-host amazon-ssm-agent[801]: {told}"
    boot = now + timedelta(minutes=BACK, seconds=4)
    for after, told in (
        (0, "kernel: Linux version 6.1.141-155.222.amzn2023.x86_64"),
        (0, "kernel: Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.141 root=UUID=7c2f ro console=ttyS0"),
        (3, "systemd-fsck[412]: /dev/nvme0n1p1: recovering journal"),
        (
            4,
            "systemd-journald[430]: File system.journal corrupted or uncleanly shut down, renaming and replacing.",
        ),
        (11, "systemd[1]: Started license-daemon.service."),
        (12, "systemd[1]: Startup finished in 2.1s (kernel) + 9.8s (userspace) = 11.9s."),
    ):
        at = boot + timedelta(seconds=after)
        yield at, f"{at:%b %d %H:%M:%S} license-host {told}"


def _viewer(now, rng):
    for minute in minutes(now, -8 * 60, 0):
        for _ in range(rng.randint(4, 8)):
            at, drawing = within(minute, rng), rng.randint(10_000, 99_999)
            stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
            if _away(at, now) and rng.random() < 0.6:
                why = "license checkout VIEW_ONLY: connect to 10.44.3.17:27000 timed out after 5 s"
                yield at, f"{stamp} ERROR drawing {drawing} not opened: {why}"
            else:
                yield at, f"{stamp} INFO drawing {drawing} opened in {rng.randint(300, 2_400)} ms"


def _metrics(session, now, rng):
    span = measured.moments(now)

    def checks(at):
        failed = 1 if FAILED <= _minute(at, now) < BACK else 0
        found = {"StatusCheckFailed_System": failed, "StatusCheckFailed_Instance": failed}
        return found | {"StatusCheckFailed": failed, "StatusCheckFailed_AttachedEBS": 0}

    def load(at):
        if FAILED <= _minute(at, now) < BACK:
            return {}
        return {
            "CPUUtilization": rng.uniform(6, 11),
            "NetworkIn": rng.uniform(1.1e6, 1.6e6),
            "NetworkOut": rng.uniform(1.4e6, 2.1e6),
        }

    units = {"CPUUtilization": "Percent", "NetworkIn": "Bytes", "NetworkOut": "Bytes"}
    put_metrics(session, "AWS/EC2", {"InstanceId": HOST}, span, checks)
    put_metrics(session, "AWS/EC2", {"InstanceId": HOST}, span, load, units)
    well = {"StatusCheckFailed_System": 0, "StatusCheckFailed_Instance": 0, "StatusCheckFailed": 0}
    put_metrics(
        session, "AWS/EC2", {"InstanceId": OTHER}, span, lambda _: well | {"CPUUtilization": rng.uniform(20, 40)}
    )
    where = {"ClusterName": "cad", "ServiceName": "cad-viewer"}
    measured.publish(session, "AWS/ECS", where, span, lambda at: measured.service(rng, measured.busy(at, rng)))


def _alarms(session):
    for name, host in (("license-host", HOST), ("render-controller", OTHER)):
        put_alarm(
            session,
            f"{name}-system-check",
            AlarmDescription="AWS finds a fault of the machine below the host of the licence server."
            if host == HOST
            else "AWS finds a fault of the machine below the render controller.",
            Namespace="AWS/EC2",
            MetricName="StatusCheckFailed_System",
            Dimensions={"InstanceId": host},
            Statistic="Maximum",
            EvaluationPeriods=2,
            Threshold=1,
        )
    set_healthy(session, "render-controller-system-check")
