"""ListMetrics (API reference)."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id

from local_aws.metrics import state
from local_aws.metrics.errors import ServiceError, not_here
from local_aws.metrics.windows import DAY_S, HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local_aws.metrics.store import Metric

PAGE = 500
_LISTED_S = 14 * DAY_S
_RECENT_S = 3 * HOUR_S


def list_metrics(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a ListMetrics request.

    Raises:
        ServiceError: it asks for other accounts, or the token is none.
    """
    if request.get("OwningAccount") not in (None, get_account_id()):
        raise not_here(f"list metrics of the account {request['OwningAccount']}")
    since = time.time() - (_RECENT_S if request.get("RecentlyActive") else _LISTED_S)
    after = _decoded(request["NextToken"]) if request.get("NextToken") else None
    found = [
        metric
        for metric in state.here().active_since(since)
        if (after is None or metric > after) and _matches(metric, request)
    ]
    page = found[:PAGE]
    answer: dict[str, Any] = {"Metrics": [_described(metric) for metric in page]}
    if request.get("IncludeLinkedAccounts"):
        answer["OwningAccounts"] = [get_account_id()] * len(page)
    if len(found) > PAGE:
        answer["NextToken"] = _encoded(page[-1])
    return answer


def _matches(metric: Metric, request: Mapping[str, Any]) -> bool:
    if request.get("Namespace") not in (None, metric.namespace):
        return False
    if request.get("MetricName") not in (None, metric.name):
        return False
    has = dict(metric.dimensions)
    return all(
        one["Name"] in has and one.get("Value") in (None, has[one["Name"]])
        for one in request.get("Dimensions") or ()
    )


def _described(metric: Metric) -> dict[str, Any]:
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": metric.described()}


def _encoded(metric: Metric) -> str:
    return base64.urlsafe_b64encode(json.dumps(metric).encode()).decode()


def _decoded(token: str) -> tuple[str, str, tuple[Sequence[str], ...]]:
    try:
        namespace, name, dimensions = json.loads(base64.urlsafe_b64decode(token.encode()))
        return namespace, name, tuple(tuple(one) for one in dimensions)
    except (ValueError, TypeError) as error:
        raise ServiceError("InvalidParameterValue", "The parameter NextToken is invalid.") from error
