"""Web servers at noon, in a group that is as large as it may be."""

import json
import math
from datetime import timedelta

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, set_healthy, within

GROUP = "menu-web"
LOWERED = -(17 * 60 + 4)
TRACKING = "TargetTracking-menu-web-AlarmHigh-d8046eae-92fb-e950-86f9-5b422566be26"
ALB, TARGETS = "app/menu-alb/b04d7e19c3a85f26", "targetgroup/menu-web-tg/0c9be4f27d1386a5"
PAGES = ("/menu", "/menu/today", "/r/{n}", "/r/{n}/dishes", "/basket", "/checkout")


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(session, "/menu-web/app", _pages(now, rng), [f"web/{number}" for number in range(6)])
    put_lines(session, "/menu-web/nginx-error", _nginx(now, rng), [f"web/{number}" for number in range(6)])
    put_lines(session, "/menu-web/codedeploy-agent", _agent(now), ["web/0"])
    _metrics(session, now, rng)
    _alarms(session)
    make_bystander(
        session, now, rng, "mail-digest-sync", ["[INFO] {n} digests sent", "[WARN] {n} addresses bounced"]
    )
    kitchen = ["{at} INFO order {n} shown", "{at} INFO order {n} done", "{at} WARN tablet {n} offline"]
    measured.make_bystanding_service(session, now, rng, "kitchens", "kitchen-display", kitchen, per_hour=30)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _requests(minute):
    """Of a minute: low at night, a sharp peak at noon, which is now."""
    away = (minute - 12 + 720) % 1_440 - 720
    evening = (minute - 12 - 420 + 720) % 1_440 - 720
    return 900 + 6_200 * math.exp(-((away / 70) ** 2)) + 1_500 * math.exp(-((evening / 110) ** 2))


def _instances(minute):
    """In service: what the target of 55 % asks for, up to the largest size the group may have."""
    largest = 14 if minute < LOWERED else 6
    return min(largest, max(3, math.ceil(_requests(minute - 4) / 640)))


def _cpu(minute):
    return round(min(98.6, 55 * _requests(minute) / _instances(minute) / 640), 1)


def _seconds(minute):
    """Of an answer: more and more once the processors are busy."""
    busy = _cpu(minute)
    return 0.09 if busy < 75 else 0.09 + (busy - 75) * 0.085


def _timeouts(minute):
    return max(0, round((_cpu(minute) - 88) * 4.2))


def _pages(now, rng):
    for at in minutes(now, -12 * 60, 0):
        minute = _minute(at, now)
        for _ in range(2 + round(_requests(minute) / 1_200)):
            page = rng.choice(PAGES).replace("{n}", str(rng.randint(10, 999)))
            ms = round(1_000 * _seconds(minute) * rng.uniform(0.4, 1.9))
            moment = within(at, rng)
            said = {"time": moment.isoformat(timespec="milliseconds"), "level": "info", "path": page, "ms": ms}
            if ms > 1_500:
                said |= {"level": "warn", "msg": "slow page", "queued_ms": ms - 130}
            yield moment, json.dumps(said)
        if rng.random() < 0.07:
            moment = within(at, rng)
            said = {
                "time": moment.isoformat(timespec="milliseconds"),
                "level": "warn",
                "msg": "dish without a picture",
            }
            yield moment, json.dumps(said)


def _nginx(now, rng):
    for at in minutes(now, -12 * 60, 0):
        for _ in range(_timeouts(_minute(at, now)) + (rng.random() < 0.02)):
            moment, page = within(at, rng), rng.choice(PAGES).replace("{n}", str(rng.randint(10, 999)))
            client, request = f"10.42.{rng.randint(1, 2)}.{rng.randint(5, 9)}", f"GET {page} HTTP/1.1"
            said = (
                "upstream timed out (110: Connection timed out) while reading response header from upstream, "
                f'client: {client}, server: menu, request: "{request}", upstream: "http://127.0.0.1:3000"'
            )
            worker = f"{rng.randint(600, 640)}#0: *{rng.randint(10**6, 10**7)}"
            yield moment, f"{moment:%Y/%m/%d %H:%M:%S} [error] {worker} {said}"


def _agent(now):
    start = now - timedelta(hours=3, minutes=46)
    for seconds, text in ((20, "DownloadBundle"), (48, "ApplicationStart"), (95, "ValidateService")):
        at = start + timedelta(seconds=seconds)
        yield (
            at,
            f"{at:%Y-%m-%d %H:%M:%S} INFO  [codedeploy-agent] {text} of d-4KX0Q7W2A (release 8.19.0) succeeded",
        )


def _metrics(session, now, rng):
    def group(at):
        minute = _minute(at, now)
        have = _instances(minute)
        return {
            "GroupDesiredCapacity": have,
            "GroupInServiceInstances": have,
            "GroupPendingInstances": 0,
            "GroupTerminatingInstances": 0,
            "GroupTotalInstances": have,
            "GroupMinSize": 3,
            "GroupMaxSize": 14 if minute < LOWERED else 6,
        }

    def instances(at):
        minute = _minute(at, now)
        shaken = 1.0 if minute > -60 else rng.uniform(0.97, 1.03)
        return {
            "CPUUtilization": min(99.0, _cpu(minute) * shaken),
            "NetworkIn": 4.1e4 * _requests(minute) / _instances(minute),
            "NetworkOut": 3.3e5 * _requests(minute) / _instances(minute),
            "StatusCheckFailed": 0,
        }

    def balancer(at):
        minute = _minute(at, now)
        found = measured.balancer(rng, _requests(minute) * rng.uniform(0.985, 1.015), _seconds(minute))
        return found | {"HTTPCode_ELB_5XX_Count": 0, "HTTPCode_Target_5XX_Count": _timeouts(minute)}

    def hosts(at):
        have = _instances(_minute(at, now))
        found = {"HealthyHostCount": have, "UnHealthyHostCount": 0}
        return found | {"RequestCountPerTarget": round(_requests(_minute(at, now)) / have)}

    moments = measured.moments(now, 2)
    measured.publish(session, "AWS/AutoScaling", {"AutoScalingGroupName": GROUP}, moments[::2], group)
    measured.publish(session, "AWS/EC2", {"AutoScalingGroupName": GROUP}, moments, instances)
    measured.publish(session, "AWS/ApplicationELB", {"LoadBalancer": ALB}, moments, balancer)
    targets = {"LoadBalancer": ALB, "TargetGroup": TARGETS}
    measured.publish(session, "AWS/ApplicationELB", targets, moments[::3], hosts)


def _alarms(session):
    by_group = {"AutoScalingGroupName": GROUP}
    usual = {
        "Namespace": "AWS/EC2",
        "MetricName": "CPUUtilization",
        "Dimensions": by_group,
        "Statistic": "Average",
    }
    above = {"EvaluationPeriods": 3, "ComparisonOperator": "GreaterThanThreshold"}
    text = "Web servers of the menu pages are busy."
    put_alarm(session, "menu-web-cpu-high", AlarmDescription=text, Period=300, Threshold=85, **usual, **above)
    text = "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy menu-web-cpu-55."
    put_alarm(session, TRACKING, AlarmDescription=text, Threshold=55, **usual, **above)
    put_alarm(
        session,
        "menu-web-unhealthy-hosts",
        Namespace="AWS/ApplicationELB",
        MetricName="UnHealthyHostCount",
        Dimensions={"LoadBalancer": ALB, "TargetGroup": TARGETS},
        Statistic="Maximum",
        EvaluationPeriods=3,
        Threshold=1,
    )
    set_healthy(session, "menu-web-unhealthy-hosts")
