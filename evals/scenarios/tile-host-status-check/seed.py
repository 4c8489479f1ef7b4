"""A host that runs out of memory until it answers nothing any more."""

from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_alarm, put_lines, set_healthy, within

STARTED, FULL, SILENT, FAILED = -52, -13, -8, -6
"""Minutes, relative to now: the warm-up begins, memory is used up, the host's last word, its check fails."""

HOSTS = {
    "i-0c93e5a1f7d2b4860": "ip-10-50-2-41",
    "i-04b8d2f6a09c17e53": "ip-10-50-1-17",
    "i-0e71a6c3d5f8092b4": "ip-10-50-3-88",
}
BROKEN = "i-0c93e5a1f7d2b4860"
BALANCER = "app/geo-alb/70b3e5d9a1c4f826"
GROUP = "targetgroup/geo-tiles/1c8e4a7f93d0b256"

OOM = """\
kernel: [{up}] {by} invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, \
oom_score_adj={adj}
kernel: [{up}] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=tileserver.service,mems_allowed=0,\
global_oom,task_memcg=/system.slice/tileserver.service,task=java,pid={pid},uid=991
kernel: [{up}] Out of memory: Killed process {pid} (java) total-vm:14821344kB, anon-rss:{rss}kB, file-rss:0kB, \
shmem-rss:0kB, UID:991 pgtables:19480kB oom_score_adj:0
systemd[1]: tileserver.service: A process of this unit has been killed by the OOM killer.
systemd[1]: tileserver.service: Failed with result 'oom-kill'.
systemd[1]: tileserver.service: Scheduled restart job, restart counter is at {count}."""

KILLS = ((FULL, 1733, "tile-warmup", 9_120_448), (-11, 22410, "java", 4_203_112), (-9, 22688, "java", 2_870_020))


def seed(session, now, rng):
    """Make the account's state."""
    logs = {"/geo/host/messages": _messages, "/geo/tileserver": _tiles}
    client = session.client("logs")
    for group, written in logs.items():
        put_lines(session, group, [])
        for instance, host in HOSTS.items():
            client.create_log_stream(logGroupName=group, logStreamName=host)
            _put(client, group, host, sorted(written(instance, host, now, rng)))
    routes = ["{at} INFO route {n} planned", "{at} INFO route {n} cached", "{at} WARN no route for {n}"]
    measured.make_bystanding_service(session, now, rng, "geo", "route-planner", routes, per_hour=40)
    _metrics(session, now, rng)
    _alarms(session)


def _put(client, group, stream, lines):
    events = [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in lines]
    for start in range(0, len(events), 900):
        client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events[start : start + 900])


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _syslog(at, host, text):
    return at, f"{at:%b} {at.day:2d} {at:%H:%M:%S} {host} {text}"


def _messages(instance, host, now, rng):
    broken = instance == BROKEN
    for minute in minutes(now, -8 * 60, SILENT if broken else 0, 2):
        at = within(minute, rng, 110)
        kind = rng.choice(["agent", "dhcp", "session", "cron"])
        said = {
            "agent": "amazon-ssm-agent[1502]: INFO [HealthCheck] HealthCheck reporting agent health.",
            "dhcp": f"systemd-networkd[1288]: ens5: DHCPv4 address {host[3:].replace('-', '.')}/24, lease renewed",
            "session": f"systemd[1]: Started session-c{rng.randint(100, 999)}.scope - Session of User telegraf.",
            "cron": f"CROND[{rng.randint(20_000, 32_000)}]: (root) CMD (/usr/lib64/sa/sa1 1 1)",
        }[kind]
        yield _syslog(at, host, said)
        if rng.random() < 0.05:
            yield _syslog(within(minute, rng), host, "chronyd[1391]: Selected source 169.254.169.123")
    if broken:
        yield from _warm_up(host, now, rng)
        yield from _killed(host, now)


def _warm_up(host, now, rng):
    began = now + timedelta(minutes=STARTED, seconds=6)
    yield _syslog(began, host, "tile-warmup[21877]: started: layers=all zoom=0-17 workers=16 hold=memory")
    for number, minute in enumerate(minutes(now, STARTED + 3, SILENT - 1, 3), 1):
        held, gib = number * 61_400 + rng.randint(0, 9_000), min(21.6, 1.55 * number + rng.uniform(0, 0.3))
        said = f"tile-warmup[21877]: {held} tiles rendered and held, rss {gib:.1f} GiB"
        yield _syslog(within(minute, rng, 50), host, said)


def _killed(host, now):
    for count, (minute, pid, by, rss) in enumerate(KILLS, 1):
        at = now + timedelta(minutes=minute, seconds=24)
        for second, text in enumerate(OOM.splitlines()):
            up = f"{2_903_411 + (minute - FULL) * 60}.{512_093 + second * 41}"
            adj = 0 if by == "java" else -900  # what the SSM agent starts inherits its own
            told = text.format(up=up, pid=pid, by=by, rss=rss, count=count, adj=adj)
            yield _syslog(at + timedelta(seconds=second // 2), host, told)


def _tiles(instance, _host, now, rng):
    last = FULL if instance == BROKEN else 0
    for minute in minutes(now, -6 * 60, last):
        relative = _minute(minute, now)
        crowded = instance == BROKEN and relative > STARTED + 20
        for _ in range(rng.randint(1, 3)):
            at, zoom = within(minute, rng), rng.randint(8, 17)
            took = rng.randint(60, 900) if crowded else rng.randint(4, 30)
            tile = f"GET /tiles/{zoom}/{rng.randint(100, 9_999)}/{rng.randint(100, 9_999)}.png 200 {took} ms"
            yield at, _java(at, "INFO", f"nio-8080-exec-{rng.randint(1, 9)}", "e.geo.tiles.TileController", tile)
        if rng.random() < 0.06:
            at = within(minute, rng)
            said = f"Style 'terrain' lacks glyph U+{rng.randint(0x1E00, 0x1EFF):04X}, replaced"
            yield at, _java(at, "WARN", "render-2", "e.geo.tiles.Glyphs", said)


def _java(at, level, thread, logger, text):
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return f"{stamp} {level:>5} 1733 --- [tileserver] [{thread:>15}] {logger:<40} : {text}"


def _memory(minute):
    """Percent used on the host that is warmed up."""
    if minute < STARTED:
        return 44.0
    return min(99.1, 44 + (minute - STARTED) * 55 / (FULL - STARTED))


def _metrics(session, now, rng):
    moments = measured.moments(now)
    for instance in HOSTS:
        broken = instance == BROKEN

        def agent(at, broken=broken):
            minute = _minute(at, now)
            if broken and minute >= SILENT:
                return {}
            used = _memory(minute) if broken else 44.0
            return {"mem_used_percent": used * rng.uniform(0.99, 1.003), "disk_used_percent": 61.2}

        def host(at, broken=broken):
            minute = _minute(at, now)
            failed = int(broken and minute >= FAILED)
            cpu = 26 * measured.busy(at, rng)
            if broken and minute >= STARTED:
                cpu = rng.uniform(96, 99.9) if minute >= FULL - 4 else rng.uniform(82, 93)
            return {
                "CPUUtilization": cpu,
                "StatusCheckFailed": failed,
                "StatusCheckFailed_Instance": failed,
                "StatusCheckFailed_System": 0,
                "StatusCheckFailed_AttachedEBS": 0,
                "EBSReadOps": rng.randint(9_000, 14_000) if broken and minute >= FULL else rng.randint(20, 160),
                "NetworkOut": 0 if broken and minute >= SILENT else 4.2e7 * measured.busy(at, rng),
            }

        measured.publish(session, "CWAgent", {"InstanceId": instance}, moments[::2], agent)
        measured.publish(session, "AWS/EC2", {"InstanceId": instance}, moments if broken else moments[::5], host)

    def group(at):
        unhealthy = int(_minute(at, now) >= FULL + 1)
        found = measured.balancer(rng, 900 * measured.busy(at, rng), 0.02)
        return found | {"HealthyHostCount": 3 - unhealthy, "UnHealthyHostCount": unhealthy}

    both = {"LoadBalancer": BALANCER, "TargetGroup": GROUP}
    measured.publish(session, "AWS/ApplicationELB", both, moments[::2], group)


def _alarms(session):
    for instance, host in HOSTS.items():
        put_alarm(
            session,
            f"geo-tiles status {host}",
            AlarmDescription="The instance status check of a tile host fails.",
            Namespace="AWS/EC2",
            MetricName="StatusCheckFailed_Instance",
            Dimensions={"InstanceId": instance},
            Statistic="Maximum",
            EvaluationPeriods=2,
            Threshold=1,
        )
        if instance != BROKEN:
            set_healthy(session, f"geo-tiles status {host}")
    put_alarm(
        session,
        "geo-tiles-5xx",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_Target_5XX_Count",
        Dimensions={"LoadBalancer": BALANCER, "TargetGroup": GROUP},
        EvaluationPeriods=3,
        Threshold=25,
    )
    set_healthy(session, "geo-tiles-5xx")
