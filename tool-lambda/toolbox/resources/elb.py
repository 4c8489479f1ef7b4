"""A load balancer or target group: health of the targets, listeners, attributes that time requests out.

Names are those of the metrics' dimensions: `app/shop/50dc6c495c0c9188`, `targetgroup/shop/943f017f100becff`.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import picked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.asking.answer import Asked

_ATTRIBUTES = (
    "idle_timeout.timeout_seconds",
    "deregistration_delay.timeout_seconds",
    "slow_start.duration_seconds",
    "load_balancing.algorithm.type",
    "load_balancing.cross_zone.enabled",
)
_CHECK = (
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckPath",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
)

_MOST_HOSTS = 3


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """A load balancer with its target groups, or one target group."""
    client = looking.current().client("elbv2")
    if name.startswith("targetgroup/"):
        return {"target_groups": _groups(asked, client, name=name.split("/")[1])}
    kind, short = _parts(name)
    nothing: list[Any] = []
    found = asked.attempt(
        "load balancer", lambda: client.describe_load_balancers(Names=[short])["LoadBalancers"], nothing
    )
    if not found:
        return {}
    arn = found[0]["LoadBalancerArn"]
    return {
        "kind": {"app": "application", "net": "network"}.get(kind, kind),
        **picked(found[0], "DNSName", "Scheme", "State", "VpcId", "SecurityGroups", "CreatedTime"),
        "zones": [each["ZoneName"] for each in found[0].get("AvailabilityZones") or ()],
        "attributes": _attributes(asked, client, arn),
        "listeners": _listeners(asked, client, arn),
        "target_groups": _groups(asked, client, balancer=arn),
    }


def _parts(name: str) -> tuple[str, str]:
    parts = name.split("/")
    return (parts[0], parts[1]) if len(parts) > 1 else ("", name)


def _attributes(asked: Asked, client: Any, arn: str) -> dict[str, Any]:
    nothing: list[Any] = []
    found = asked.attempt(
        "attributes", lambda: client.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"], nothing
    )
    return {each["Key"]: each["Value"] for each in found if each["Key"] in _ATTRIBUTES}


def _listeners(asked: Asked, client: Any, arn: str) -> list[dict[str, Any]]:
    nothing: list[Any] = []
    found = asked.attempt(
        "listeners", lambda: client.describe_listeners(LoadBalancerArn=arn)["Listeners"], nothing
    )
    return [
        {
            **picked(each, "Port", "Protocol", "SslPolicy"),
            "certificates": [one.get("CertificateArn") for one in each.get("Certificates") or ()],
            "default": [action.get("Type") for action in each.get("DefaultActions") or ()],
            "rules": _rules(asked, client, each["ListenerArn"]),
        }
        for each in found[:4]
    ]


def _rules(asked: Asked, client: Any, arn: str) -> list[str]:
    nothing: list[Any] = []
    found = asked.attempt("rules", lambda: client.describe_rules(ListenerArn=arn)["Rules"], nothing)
    return [_rule(each) for each in found[:6]]


def _rule(rule: Mapping[str, Any]) -> str:
    conditions = "; ".join(
        f"{each.get('Field')} {','.join(each.get('Values') or [])}" for each in rule.get("Conditions") or ()
    )
    targets = [str(each.get("TargetGroupArn", each.get("Type"))).split("/") for each in rule.get("Actions") or ()]
    named = ", ".join(each[min(1, len(each) - 1)] for each in targets)
    return f"{rule.get('Priority')}: {conditions or 'any'} → {named}"


def _groups(asked: Asked, client: Any, **chosen: str) -> list[dict[str, Any]]:
    request = {"Names": [chosen["name"]]} if "name" in chosen else {"LoadBalancerArn": chosen["balancer"]}
    nothing: list[Any] = []
    found = asked.attempt(
        "target groups",
        lambda: list(pages(client, "describe_target_groups", "TargetGroups", most=20, **request)),
        nothing,
    )
    return [
        {
            "name": each["TargetGroupName"],
            "arn": each["TargetGroupArn"],
            **picked(each, "Protocol", "Port", "TargetType"),
            "health_check": picked(each, *_CHECK),
            **_health(asked, client, each),
        }
        for each in found[:6]
    ]


def _instances(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Targets that are instances: people change those by hand. Unhealthy ones first."""
    ordered = sorted(found, key=lambda each: each["TargetHealth"]["State"] == "healthy")
    named = [str(each["Target"]["Id"]) for each in ordered]
    return [name for name in dict.fromkeys(named) if name.startswith("i-")]


def _health(asked: Asked, client: Any, group: Mapping[str, Any]) -> dict[str, Any]:
    nothing: list[Any] = []
    read = partial(client.describe_target_health, TargetGroupArn=group["TargetGroupArn"])
    found = asked.attempt(
        f"target health of {group['TargetGroupName']}",
        lambda: list(read()["TargetHealthDescriptions"]),
        nothing,
    )
    states = Counter(each["TargetHealth"]["State"] for each in found)
    unwell = [each for each in found if each["TargetHealth"]["State"] != "healthy"]
    return {
        "targets": dict(states),
        "hosts": _instances(found)[:_MOST_HOSTS],
        "not_healthy": [
            {
                "target": each["Target"]["Id"],
                "port": each["Target"].get("Port"),
                **picked(each["TargetHealth"], "State", "Reason", "Description"),
            }
            for each in unwell[:6]
        ],
    }
