"""Service quotas: what is applied, and how near usage came to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.asking.figures import rounded
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.asking.window import Window

_MOST = 300
_BY_NAMESPACE = {
    "AWS/Lambda": "lambda",
    "AWS/DynamoDB": "dynamodb",
    "AWS/SQS": "sqs",
    "AWS/SNS": "sns",
    "AWS/Kinesis": "kinesis",
    "AWS/States": "states",
    "AWS/ApiGateway": "apigateway",
    "AWS/RDS": "rds",
    "AWS/ECS": "ecs",
    "AWS/EC2": "ec2",
    "AWS/AutoScaling": "autoscaling",
    "AWS/ApplicationELB": "elasticloadbalancing",
    "AWS/NetworkELB": "elasticloadbalancing",
    "AWS/ElastiCache": "elasticache",
    "AWS/Events": "events",
    "AWS/SES": "ses",
    "AWS/Firehose": "firehose",
}


def service_quotas(service: str | None = None, *, contains: str = "", most: int = 10) -> Answer:
    """Quotas of a service with their usage where AWS measures it, the nearest to its limit first.

    Args:
        service: Service Quotas' code: lambda, dynamodb, ec2, …; that of the alarm unless given.
        contains: Only quotas whose name holds this text.
        most: Quotas shown.
    """
    look = looking.current()
    code = service or _BY_NAMESPACE.get(look.namespace or "")
    asked = Asked(look.window, service=code, filter=contains)
    if not code:
        asked.gap("quotas", "no service is known for the alarm's namespace; give one")
        return asked.answer()
    client = look.client("service-quotas")
    nothing: list[Any] = []
    found = asked.attempt(
        "quotas",
        lambda: list(pages(client, "list_service_quotas", "Quotas", most=_MOST, ServiceCode=code)),
        nothing,
    )
    named = [each for each in found if contains.lower() in str(each.get("QuotaName", "")).lower()]
    used = _usage(asked, named, look.window)
    told = [_told(each, used.get(str(each.get("QuotaCode")))) for each in named]
    ordered = sorted(told, key=lambda each: -(each["used_percent"] or -1))
    if len(ordered) > most:
        asked.cut(f"{len(ordered) - most} quotas")
    return asked.answer(quotas=ordered[:most], account=_lambda_account(asked) if code == "lambda" else None)


def _usage(asked: Asked, quotas_found: list[dict[str, Any]], window: Window) -> dict[str, float]:
    """The highest usage of the window, by quota code."""
    measured = [each for each in quotas_found if (each.get("UsageMetric") or {}).get("MetricName")]
    queries = {f"q{place}": each for place, each in enumerate(measured[:100])}
    asked_for = [_query(identifier, each["UsageMetric"]) for identifier, each in queries.items()]
    found = fetch(asked, asked_for, window.between(window.onset - timedelta(hours=3)))
    return {
        str(queries[identifier]["QuotaCode"]): max(series.present)
        for identifier, series in found.items()
        if identifier in queries and series.present
    }


def _query(identifier: str, usage: Mapping[str, Any]) -> Query:
    return Query(
        identifier,
        str(usage["MetricNamespace"]),
        str(usage["MetricName"]),
        dict(usage.get("MetricDimensions") or {}),
        str(usage.get("MetricStatisticRecommendation") or "Maximum"),
        300,
    )


def _told(quota: Mapping[str, Any], used: float | None) -> dict[str, Any]:
    value = quota.get("Value")
    percent = rounded(100 * used / value, 3) if used is not None and value else None
    return {
        "name": quota.get("QuotaName"),
        "limit": value,
        "used": used,
        "used_percent": percent,
        "adjustable": quota.get("Adjustable"),
    }


def _lambda_account(asked: Asked) -> dict[str, Any]:
    """Lambda's own word for the account: what functions share."""
    client = looking.current().client("lambda")
    nothing: dict[str, Any] = {}
    limits = asked.attempt(
        "Lambda account settings", lambda: client.get_account_settings()["AccountLimit"], nothing
    )
    return {
        "concurrency": limits.get("ConcurrentExecutions"),
        "unreserved": limits.get("UnreservedConcurrentExecutions"),
    }
