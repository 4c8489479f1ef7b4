"""A host whose disk fills since somebody made its log talkative and went home."""

from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, put_metrics, set_healthy, within

DEBUG = 535
"""Minutes since the hosts write everything."""
GIB_A_MINUTE = 0.0975
HOSTS = {
    "i-0a41c7e9d25b8f360": ("route-host-1", 200, 22.0),
    "i-0c93e5b17f4d2a868": ("route-host-2", 100, 41.0),
    "i-0e75d1a3c86b9f247": ("route-host-3", 200, 23.5),
}
"""Name, GiB of the volume, and how full it was."""
TILES = {1: 31.2, 2: 31.4, 3: 31.3}
REBUILT = 11 * 60 + 20


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/ec2/route-planner/app", _planner(now, rng), ["planner"])
    put_lines(session, "/ec2/route-planner/system", _system(now, rng), ["messages"])
    make_bystander(session, now, rng, "depot-hours", ["[INFO] depot {n} opens", "[WARNING] depot {n} unknown"])
    make_bystander(session, now, rng, "van-positions", ["[INFO] {n} positions kept"], per_hour=30)
    tours = ["{at} INFO tour {n} closed", "{at} INFO tour {n} sent", "{at} WARN tour {n} has one stop"]
    measured.make_bystanding_service(session, now, rng, "vans", "tour-board", tours, per_hour=35)
    _metrics(session, now, rng)
    _alarms(session)


def _planner(now, rng):
    def line(at, level, text):
        host = f"route-host-{1 + at.microsecond % 3}"
        return at, f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {level:5} {host} [planner] {text}"

    for minute in minutes(now, -14 * 60, 0):
        for _ in range(rng.randint(2, 4)):
            stops, took = rng.randint(6, 88), rng.uniform(0.3, 4.9)
            said = f"route {rng.randint(40_000, 99_999)}: {stops} stops in {took:.2f} s"
            yield line(within(minute, rng), "INFO", said)
        if rng.random() < 0.12:
            said = f"edge {rng.randint(10**6, 10**7)} is closed, detour of {rng.randint(1, 19)} km"
            yield line(within(minute, rng), "WARN", said)
    for number in range(3):
        at = now - timedelta(minutes=DEBUG, seconds=11 * number, microseconds=-number)
        yield line(at, "INFO", "/route-planner/log-level was INFO, is DEBUG")
        said = "searches are traced to /data/log/planner-debug.log"
        yield line(at + timedelta(seconds=1), "INFO", said)


def _used(host, ago):
    """GiB in use under /data."""
    _, size, full = HOSTS[host]
    grown = 3.1 if ago <= REBUILT else 0.0
    return size * full / 100 - 3.1 + grown + GIB_A_MINUTE * max(0, DEBUG - ago)


def _system(now, rng):
    for hour in range(-46, 0):
        moment = now + timedelta(hours=hour, minutes=7)
        ago = -hour * 60 - 7
        for number in (1, 2, 3):
            at = moment + timedelta(seconds=number)
            logs = 4.1 + GIB_A_MINUTE * max(0, DEBUG - ago)
            tiles = TILES[number] + (3.1 if ago <= REBUILT else 0)
            who = f"{at:%b %d %H:%M:%S} route-host-{number}"
            yield at, f"{who} du[{rng.randint(900, 32_000)}]: /data/log {logs:.1f}G, /data/tiles {tiles:.1f}G"
    for minute in minutes(now, -20 * 60, 0, 3):
        at, number = within(minute, rng, 170), rng.randint(1, 3)
        who = f"{at:%b %d %H:%M:%S} route-host-{number}"
        told = rng.choice(
            [
                "systemd[1]: Started session-{n}.scope - Session {n} of User ssm-user.",
                "chronyd[611]: Selected source 169.254.169.123",
                "systemd[1]: sysstat-collect.service: Deactivated successfully.",
                "amazon-ssm-agent[740]: INFO [HealthCheck] HealthCheck reporting agent health.",
                "dhclient[588]: bound to 10.71.4.2{n} -- renewal in {n} seconds.",
            ]
        )
        yield at, f"{who} {told.replace('{n}', str(rng.randint(3, 999)))}"
    rebuilt = now - timedelta(minutes=REBUILT)
    for number in (1, 2, 3):
        yield rebuilt, f"{rebuilt:%b %d %H:%M:%S} route-host-{number} tiles[8810]: rebuilt, 3.1G more than before"
    rotated = now - timedelta(hours=41)
    for number in (1, 2, 3):
        told = "logrotate[2207]: rotating pattern: /data/log/*.log  weekly (4 rotations)"
        yield rotated, f"{rotated:%b %d %H:%M:%S} route-host-{number} {told}"


def _dimensions(host):
    return {
        "InstanceId": host,
        "ImageId": "ami-0d2f6c18b7e49a305",
        "InstanceType": "m7i.xlarge",
        "path": "/data",
        "device": "nvme1n1",
        "fstype": "xfs",
    }


def _metrics(session, now, rng):
    span = measured.moments(now)
    for host, (_, size, _) in HOSTS.items():

        def agent(at, host=host, size=size):
            used = _used(host, round((now - at).total_seconds() / 60))
            return {"disk_used_percent": round(used / size * 100, 4), "disk_used": used * measured.GIB}

        units = {"disk_used_percent": "Percent", "disk_used": "Bytes"}
        put_metrics(session, "CWAgent", _dimensions(host), span, agent, units)

        def instance(at):
            busy = measured.busy(at, rng)
            traced = at >= now - timedelta(minutes=DEBUG)
            return {
                "CPUUtilization": 47 * busy + (4 if traced else 0),
                "NetworkIn": 6.2e6 * busy,
                "NetworkOut": 9.1e6 * busy,
                "EBSWriteBytes": (1.09e8 if traced else 4.2e6) * 5 * rng.uniform(0.95, 1.05),
                "EBSReadBytes": 8.1e6 * rng.uniform(0.9, 1.1),
                "StatusCheckFailed": 0,
            }

        units = {"CPUUtilization": "Percent", "StatusCheckFailed": "Count"}
        units |= dict.fromkeys(("NetworkIn", "NetworkOut", "EBSWriteBytes", "EBSReadBytes"), "Bytes")
        moments = [*minutes(now, -2 * 24 * 60, -4, 5)]
        put_metrics(session, "AWS/EC2", {"InstanceId": host}, moments, instance, units)


def _alarms(session):
    for host, (name, _, _) in HOSTS.items():
        put_alarm(
            session,
            f"{name}-data-disk",
            AlarmDescription="The volume under /data of a host that plans routes is nearly full.",
            Namespace="CWAgent",
            MetricName="disk_used_percent",
            Dimensions=_dimensions(host),
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=90,
        )
        put_alarm(
            session,
            f"{name}-status",
            Namespace="AWS/EC2",
            MetricName="StatusCheckFailed",
            Dimensions={"InstanceId": host},
            Statistic="Maximum",
            EvaluationPeriods=2,
            Threshold=1,
        )
        set_healthy(session, f"{name}-status")
        if name != "route-host-2":
            set_healthy(session, f"{name}-data-disk")
