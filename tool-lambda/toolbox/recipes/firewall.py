"""What a firewall in front of a load balancer or an API refuses: asked where clients are turned away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.logs.in_common import log_shares
from toolbox.plan import Step, answer_of, if_anything
from toolbox.recipes.recipe import metric_names
from toolbox.services.firewall import blocked_requests

if TYPE_CHECKING:
    from toolbox.plan import Done

#: Metrics of what clients are answered.
_OF_CLIENTS = re.compile(r"4XX|ClientError", re.IGNORECASE)


def of_clients(done: Done) -> dict[str, Any] | None:
    """The resource, where the alarm counts answers to clients that are the clients' fault."""
    if not any(_OF_CLIENTS.search(each) for each in metric_names()) or not _may_be_guarded():
        return None
    return {"resource": _arn(done)}


def _may_be_guarded() -> bool:
    """Whether WAF may stand in front of it: of an application load balancer, and of an API's REST stages.

    Metrics of REST APIs name them, those of HTTP and WebSocket APIs have an id (API Gateway Developer Guide).
    """
    dimensions = looking.current().dimensions
    return str(dimensions.get("LoadBalancer") or "").startswith("app/") or "ApiName" in dimensions


def _arn(done: Done) -> str | None:
    """As WAF knows what it may stand in front of (WAF API reference, `GetWebACLForResource`)."""
    look = looking.current()
    signal, dimensions = look.signal, look.dimensions
    of_service = f"arn:{signal.get('partition') or 'aws'}:{{}}:{signal.get('region')}:{{}}:{{}}"
    balancer, stage = dimensions.get("LoadBalancer"), dimensions.get("Stage")
    if balancer:
        account = str(signal.get("account_id") or "")
        return of_service.format("elasticloadbalancing", account, f"loadbalancer/{balancer}")
    api = answer_of(done, "configuration").get("id")
    return of_service.format("apigateway", "", f"/restapis/{api}/stages/{stage}") if api and stage else None


def its_log(done: Done) -> dict[str, Any] | None:
    """Where the firewall logs what it blocks."""
    found = answer_of(done, "firewall").get("logged_in") or ()
    return {"group": found[0]} if found else None


STEPS = (
    Step(
        "firewall",
        "What the firewall (AWS WAF) in front of it blocks",
        blocked_requests,
        of_clients,
        after=("configuration",),
        shorten=if_anything,
    ),
    Step(
        "firewall_log",
        "What the firewall's log holds more of since the onset",
        log_shares,
        its_log,
        after=("firewall",),
        shorten=if_anything,
    ),
)
