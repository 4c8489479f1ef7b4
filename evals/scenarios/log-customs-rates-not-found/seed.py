"""A service that asks for a name nobody knows any more."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_lines, within

GONE = timedelta(minutes=8, seconds=26)
"""Before now: the first look-up that failed."""

OUTSIDE, INSIDE = ("NO", "CH", "GB", "US"), ("DE", "FR", "NL", "PL", "AT", "SE", "ES")
BALANCER = "app/parcel-public/3e5a7c9b1d0f2468"
MISSING = "customs-rates.parcel.internal"
STACK = (
    f"Error: getaddrinfo ENOTFOUND {MISSING}\n"
    "    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26)\n"
    "    at GetAddrInfoReqWrap.callbackTrampoline (node:internal/async_hooks:130:17)\n"
    "    at async rates (/srv/app/dist/customs.js:41:15)"
)


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/parcel-quotes/{measured.task_id(f'quotes {number}')}" for number in range(4)]
    lines = sorted(_quotes(now, rng))
    first = [line for line in lines if line[0] == now - GONE]
    others = [line for line in lines if line[0] != now - GONE]
    put_lines(session, "/ecs/parcel-quotes", others, streams)
    at, text = first[0]
    session.client("logs").put_log_events(
        logGroupName="/ecs/parcel-quotes",
        logStreamName=streams[1],
        logEvents=[{"timestamp": int(at.timestamp() * 1000), "message": text}],
    )
    customs = ["{at} INFO rates of NO read", "{at} INFO rates of CH read", "{at} WARN rate {n} is a year old"]
    measured.make_bystanding_service(session, now, rng, "parcel", "customs-rates", customs, per_hour=30)
    tariffs = ["{at} INFO tariff {n} read", "{at} INFO zone {n} found", "{at} WARN tariff {n} ends this week"]
    measured.make_bystanding_service(session, now, rng, "parcel", "tariffs", tariffs, per_hour=30)
    _metrics(session, now, rng)


def _pino(at, level, message, **more):
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return at, json.dumps({"level": level, "time": stamp, "name": "parcel-quotes", **more, "msg": message})


def _refused(at, country):
    told = {"type": "Error", "message": f"getaddrinfo ENOTFOUND {MISSING}", "stack": STACK}
    told |= {"errno": -3008, "code": "ENOTFOUND", "syscall": "getaddrinfo", "hostname": MISSING}
    return _pino(at, 50, "no customs rates, quote refused", route="POST /quotes", country=country, err=told)


def _quotes(now, rng):
    yield _refused(now - GONE, "NO")
    for minute in minutes(now, -11 * 60, 0):
        for _ in range(rng.randint(5, 9)):
            at, outside = within(minute, rng), rng.random() < 0.22
            country = rng.choice(OUTSIDE if outside else INSIDE)
            if at >= now:
                continue
            if outside and at > now - GONE:
                yield _refused(at, country)
            else:
                more = {"route": "POST /quotes", "country": country, "ms": rng.randint(9, 90)}
                yield _pino(at, 30, "quoted", **more)
        if rng.random() < 0.06:
            more = {"err": {"type": "Error", "message": "timeout of 800ms exceeded", "code": "ECONNABORTED"}}
            moment = min(within(minute, rng), now - GONE - timedelta(seconds=1))
            yield _pino(moment, 40, "customs rates slow, asked again", **more)


def _metrics(session, now, rng):
    def balanced(at):
        failing = 0.21 if at >= now - timedelta(minutes=8) else 0.0
        found = measured.balancer(rng, 300 * measured.busy(at, rng) + 60, 0.05, failing=failing)
        return found | {"HealthyHostCount": 4, "UnHealthyHostCount": 0}

    moments = measured.moments(now)
    both = {"LoadBalancer": BALANCER, "TargetGroup": "targetgroup/parcel-quotes/6c8a0e2d4f1b3597"}
    measured.publish(session, "AWS/ApplicationELB", both, moments, balanced)
    load = lambda at: measured.service(rng, measured.busy(at, rng), 38, 30)  # noqa: E731 - used once
    quotes = {"ClusterName": "parcel", "ServiceName": "parcel-quotes"}
    measured.publish(session, "AWS/ECS", quotes, moments[::4], load)
