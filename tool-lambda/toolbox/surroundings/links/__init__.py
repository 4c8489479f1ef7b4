"""Who names, calls, feeds or runs whom: read once a look, in a few pages of each kind of resource."""

from __future__ import annotations

from functools import partial

from toolbox.asking import look as looking
from toolbox.asking.answer import Asked
from toolbox.asking.side_by_side import side_by_side
from toolbox.surroundings.links import balancers, events, functions, groups, log_groups, services, streams
from toolbox.surroundings.links.base import Link, Links, canonical, of_arn

__all__ = ["Link", "Links", "canonical", "of_account", "of_arn"]

_READERS = (
    functions.read,
    services.read,
    balancers.read,
    groups.read,
    log_groups.read,
    events.rules,
    events.schedules,
    events.subscriptions,
    events.pipes,
    streams.read,
    events.workflows,
)


def of_account(asked: Asked) -> Links:
    """All links that a bounded reading of the account shows; what it could not see is noted with the question."""
    found, inner = looking.current().kept.once("links", _read)
    asked.take_over(inner)
    return found


def _read() -> tuple[Links, Asked]:
    inner = Asked()
    everything = Links().merged(side_by_side([partial(reader, inner) for reader in _READERS]))
    whole = everything.without(looking.current().is_own)
    _behind_hosts(whole)
    return whole, inner


def _behind_hosts(found: Links) -> None:
    """A host inside the network is mostly called like the service behind it: `fares-api.shop.internal`."""
    by_name = {each.name.rpartition("/")[2]: each for each in found.resources() if each.kind in {"ecs", "lambda"}}
    for host in [each for each in found.resources() if each.kind == "host"]:
        behind = by_name.get(host.name.partition(".")[0])
        if behind is not None:
            found.add(host, behind, f"called like the host {host.name}")
