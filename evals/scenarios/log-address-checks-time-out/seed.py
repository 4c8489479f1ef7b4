"""A supplier that takes connections and does not answer."""

import json
from datetime import timedelta

from evals import measured
from evals.authoring import minutes, put_lines, within

BEGAN = -19
"""Minute, relative to now, in which the first check timed out, at 18 s."""

STACK = (
    "java.net.http.HttpTimeoutException: request timed out\n"
    "\tat java.net.http/jdk.internal.net.http.HttpClientImpl.send(HttpClientImpl.java:950)\n"
    "\tat com.beacon.shipping.AddressClient.check(AddressClient.java:64)\n"
    "\tat com.beacon.shipping.Options.forCart(Options.java:121)"
)
GROUP = "/prod/checkout/shipping"


def seed(session, now, rng):
    """Make the account's state."""
    streams = [f"ecs/delivery-options/{measured.task_id(f'delivery {number}')}" for number in range(4)]
    streams[0] = "ecs/delivery-options/b7d1c40a92e84f3c8d5562f1e07a9b34"
    put_lines(session, GROUP, _service(now, rng), streams)
    cards = ["{at} INFO card {n} redeemed", "{at} INFO card {n} sold", "{at} WARN card {n} asked for twice"]
    measured.make_bystanding_service(session, now, rng, "storefront", "gift-cards", cards, per_hour=40)
    pages = ["{at} INFO page {n} 200", "{at} INFO page {n} 304", "{at} INFO page {n} 404"]
    measured.make_bystanding_service(session, now, rng, "storefront", "product-pages", pages, per_hour=80)
    measured.publish(
        session,
        "AWS/ECS",
        {"ClusterName": "storefront", "ServiceName": "delivery-options"},
        measured.moments(now),
        lambda at: measured.service(rng, measured.busy(at, rng), 52.0),
    )


def _service(now, rng):
    first = now + timedelta(minutes=BEGAN, seconds=18)
    yield _failed(first, rng, "c-550817", 41, 3004)
    for minute in minutes(now, -26 * 60, 0, 2):
        for _ in range(rng.randint(4, 8)):
            at = within(minute, rng, 110.0)
            cart = f"c-{rng.randint(530_000, 559_999)}"
            if at >= first and rng.random() < 0.6:
                yield _failed(at, rng, cart, rng.randint(31, 60), rng.randint(3_001, 3_009))
            elif at < first:
                yield _json(at, "INFO", "address.check", "address checked", order=cart, ms=rng.randint(80, 240))
            told = {"host": "prices.carrier-hub.example", "ms": rng.randint(30, 140)}
            yield _json(
                at + timedelta(milliseconds=300), "INFO", "carrier.prices", "prices fetched", order=cart, **told
            )
        if rng.random() < 0.05:
            yield _json(within(minute, rng), "WARN", "carrier.prices", "no price for island delivery", order="c-1")


def _failed(at, rng, cart, connected, waited):
    del rng
    return _json(
        at,
        "ERROR",
        "address.check",
        "address not checked",
        order=cart,
        error="java.net.http.HttpTimeoutException: request timed out",
        host="api.adresscheck.example",
        connected_ms=connected,
        waited_ms=waited,
        stack=STACK,
    )


def _json(at, level, logger, says, **more):
    told = {"time": f"{at:%Y-%m-%dT%H:%M:%SZ}", "level": level, "logger": logger, "msg": says, **more}
    return at, json.dumps(told, separators=(",", ":"))
