"""ListMetrics (API reference)."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id

from local_aws import tokens
from local_aws.metrics import state
from local_aws.metrics.errors import ServiceError, not_here
from local_aws.metrics.store import Metric
from local_aws.metrics.windows import DAY_S, HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    after = _after(request)
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
        answer["NextToken"] = tokens.token(json.dumps(page[-1]), _asked(request))
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


def _after(request: Mapping[str, Any]) -> Metric | None:
    """The last metric of the page before the requested one."""
    if not request.get("NextToken"):
        return None
    try:
        namespace, name, dimensions = json.loads(tokens.position(request["NextToken"], _asked(request)))
    except ValueError as error:
        raise ServiceError("InvalidParameterValue", "The parameter NextToken is invalid.") from error
    return Metric(namespace, name, tuple((one, value) for one, value in dimensions))


def _asked(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name != "NextToken"}
