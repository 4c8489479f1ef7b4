"""What AWS WAF blocks in front of load balancers and APIs, and where it logs that."""

from __future__ import annotations

from typing import Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.logs.groups import named_like
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query, of_signal

_NAMESPACE, _METRIC = "AWS/WAFV2", "BlockedRequests"
_MOST_RULES = 24
_MOST_TOLD = 4
#: Log groups that WAF may write to are called so (WAF developer guide, "Logging destinations").
_GROUPS = "aws-waf-logs-"


def blocked_requests(resource: str | None = None) -> Answer:
    """Rules of web ACLs that block more or less than before, which ACL guards a resource, and its log group.

    Where it is known which ACL guards it only that one is read; else all are, and none is known to be its own.

    Args:
        resource: ARN of a load balancer or of the stage of an API.
    """
    look = looking.current()
    asked = Asked(look.window, resource=resource)
    answered = _guard(asked, resource) if resource else None
    if answered is not None and not answered:
        return asked.answer()
    guarding = answered or None
    period = max((query.period_s for query in of_signal(look.signal)), default=60)
    queries = [
        Query(f"w{place}", _NAMESPACE, _METRIC, each, "Sum", period)
        for place, each in enumerate(_listed(asked, guarding))
    ]
    found = fetch(asked, queries, look.window) if queries else {}
    read = [(each, readings.read(found[each.id], look.window.now)) for each in queries if each.id in found]
    moved = [(query, reading) for query, reading in read if reading.change]
    if not moved:
        return asked.answer(guarding=guarding)
    acl = moved[0][0].dimensions["WebACL"]
    groups = [group for group in named_like(asked, acl) if group.startswith(_GROUPS)]
    return asked.answer(
        guarding=guarding,
        blocked=[
            {
                "web_acl": query.dimensions["WebACL"],
                "rule": query.dimensions["Rule"],
                "blocks": readings.sentence(reading),
            }
            | ({"guards": True} if guarding else {"tie": "not seen"})
            for query, reading in moved[:_MOST_TOLD]
        ],
        logged_in=groups[:1],
    )


def _guard(asked: Asked, resource: str) -> str | None:
    """The web ACL in front of it; "" where there is none, None where AWS did not say.

    AWS answers with nothing where no ACL guards a resource (WAF API reference, `GetWebACLForResource`); any error,
    be it that the resource is not found, leaves it open.
    """
    client = looking.current().client("wafv2")
    unknown: dict[str, Any] | None = None
    found = asked.attempt("web ACL", lambda: client.get_web_acl_for_resource(ResourceArn=resource), unknown)
    return None if found is None else str((found.get("WebACL") or {}).get("Name") or "")


def _listed(asked: Asked, guarding: str | None) -> list[dict[str, str]]:
    """Dimensions of the metrics there are: of the ACL that guards, else of all; what ALL rules block first."""
    client = looking.current().client("cloudwatch")
    wanted = {"Dimensions": [{"Name": "WebACL", "Value": guarding}]} if guarding else {}
    nothing: list[Any] = []
    found = asked.attempt(
        "metrics of WAF",
        lambda: list(
            pages(client, "list_metrics", "Metrics", most=200, Namespace=_NAMESPACE, MetricName=_METRIC, **wanted)
        ),
        nothing,
    )
    dimensions = [{one["Name"]: one["Value"] for one in each["Dimensions"]} for each in found]
    known = [each for each in dimensions if {"WebACL", "Rule"} <= set(each)]
    return sorted(known, key=lambda each: each["Rule"] != "ALL")[:_MOST_RULES]
