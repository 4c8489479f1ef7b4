"""Game servers that want to be forty and stay twenty-eight."""

import json

from evals import measured
from evals.authoring import make_bystander, minutes, put_alarm, put_lines, set_healthy, within

GROUP = "match-servers"
STUCK = -47
ALARMED = {-12: 88, -11: 103, -10: 119, -9: 128, -8: 137, -7: 141}


def seed(session, now, rng):
    """Make the account's state."""
    put_lines(
        session, "/game/match-servers", _servers(now, rng), [f"match-server/{number}" for number in range(12)]
    )
    put_lines(session, "/game/matchmaker", _matchmaker(now, rng), ["matchmaker/0", "matchmaker/1"])
    make_bystander(session, now, rng, "match-assigner", ["assigned {n} players", "cache of {n} ratings renewed"])
    chat = ["{at} INFO room {n} opened", "{at} INFO room {n} closed", "{at} WARN player {n} muted by filter"]
    measured.make_bystanding_service(session, now, rng, "social", "chat-relay", chat, per_hour=30)
    _metrics(session, now, rng)
    _alarms(session)


def _minute(at, now):
    return round((at - now).total_seconds() / 60)


def _in_service(minute):
    """Twelve, a step up every few minutes this evening, and twenty-eight since."""
    if minute < -130:
        return 12
    return min(28, 12 + (minute + 130) // 6 * 2 if minute < -51 else 28)


def _wanted(minute):
    return 40 if minute >= STUCK - 1 else _in_service(minute)


def _wait(minute):
    if minute in ALARMED:
        return ALARMED[minute]
    if minute < STUCK:
        return 18.0
    return 18 + (minute - STUCK) * 1.9 if minute < -12 else 141 + (minute + 7) * 3


def _servers(now, rng):
    for minute in minutes(now, -7 * 60, 0):
        for _ in range(rng.randint(4, 7)):
            at, match = within(minute, rng), rng.getrandbits(40)
            said = rng.choice(
                [
                    f"match {match:010x} started, 20 players",
                    f"match {match:010x} ended after {rng.randint(9, 31)} min",
                ]
            )
            yield at, f"{at:%Y-%m-%dT%H:%M:%SZ} I match-server {said}"
        if rng.random() < 0.1:
            at = within(minute, rng)
            yield (
                at,
                f"{at:%Y-%m-%dT%H:%M:%SZ} W match-server player {rng.randint(10**5, 10**6)} timed out, slot kept",
            )


def _matchmaker(now, rng):
    for minute in minutes(now, -12 * 60, 0):
        relative = _minute(minute, now)
        at, wait = within(minute, rng), round(_wait(relative) * rng.uniform(0.95, 1.05))
        seats = _in_service(relative) * 40
        waiting = 35 + (max(0, wait - 18) * 22)
        level = "warn" if wait > 60 else "info"
        yield (
            at,
            json.dumps(
                {
                    "time": at.isoformat(),
                    "level": level,
                    "msg": "queue",
                    "region": "eu",
                    "waiting": waiting,
                    "seats": seats,
                    "wait_s": wait,
                }
            ),
        )


def _metrics(session, now, rng):
    def group(at):
        minute = _minute(at, now)
        have = _in_service(minute)
        return {
            "GroupDesiredCapacity": _wanted(minute),
            "GroupInServiceInstances": have,
            "GroupPendingInstances": 0,
            "GroupTotalInstances": have,
            "GroupMaxSize": 60,
        }

    def vcpus(at):
        minute = _minute(at, now)
        return {"ResourceCount": 16 * _in_service(minute) + (192 if minute > -11 * 60 - 12 else 0)}

    def matchmaking(at):
        wait = _wait(_minute(at, now))
        exact = _minute(at, now) in ALARMED
        return {
            "QueueWaitSeconds": wait if exact else wait * rng.uniform(0.93, 1.07),
            "PlayersWaiting": 35 + max(0, wait - 18) * 22,
        }

    def seats(at):
        minute = _minute(at, now)
        return {"SeatsInUsePercent": 98.5 if minute >= STUCK else rng.uniform(62, 74)}

    moments = measured.moments(now)
    by_group = {"AutoScalingGroupName": GROUP}
    measured.publish(session, "AWS/AutoScaling", by_group, moments, group)
    measured.publish(session, "Game/Matchmaking", {"Region": "eu"}, moments, matchmaking)
    measured.publish(session, "Game/Servers", {"Region": "eu"}, moments, seats)
    measured.publish(session, "AWS/EC2", by_group, moments[::5], lambda _: {"CPUUtilization": rng.uniform(55, 71)})
    usage = {"Type": "Resource", "Resource": "vCPU", "Service": "EC2", "Class": "Standard/OnDemand"}
    measured.publish(session, "AWS/Usage", usage, moments[::5], vcpus)


def _alarms(session):
    put_alarm(
        session,
        "matchmaking-wait-eu",
        AlarmDescription="Players in Europe wait longer than 90 s for a match.",
        Namespace="Game/Matchmaking",
        MetricName="QueueWaitSeconds",
        Dimensions={"Region": "eu"},
        Statistic="Average",
        EvaluationPeriods=5,
        Threshold=90,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_alarm(
        session,
        "match-servers-cpu",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions={"AutoScalingGroupName": GROUP},
        Statistic="Average",
        Period=300,
        EvaluationPeriods=3,
        Threshold=90,
    )
    set_healthy(session, "match-servers-cpu")
