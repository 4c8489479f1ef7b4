"""The metrics of every account and region, as module state like the emulator's own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id, get_region

from local_aws.metrics.store import Metric, MetricStore, observed

if TYPE_CHECKING:
    from collections.abc import Mapping

_stores: dict[tuple[str, str], MetricStore] = {}


def here() -> MetricStore:
    """The store of the account and region of the request that is being answered."""
    return _stores.setdefault((get_account_id(), get_region()), MetricStore())


def record(
    namespace: str,
    name: str,
    value: float,
    unit: str = "None",
    dimensions: Mapping[str, str] | None = None,
    timestamp: float | None = None,
) -> None:
    """Publish one value of a metric, as a service of AWS does.

    Args:
        namespace: Such as `AWS/Lambda`.
        name: Of the metric.
        value: One sample.
        unit: CloudWatch's word for it.
        dimensions: By name.
        timestamp: Epoch seconds; now unless given.
    """
    metric = Metric(namespace, name, tuple(sorted((dimensions or {}).items())))
    here().add(metric, [observed(time.time() if timestamp is None else timestamp, float(value), unit)])


def clear() -> None:
    """Forget every metric of every account."""
    _stores.clear()
