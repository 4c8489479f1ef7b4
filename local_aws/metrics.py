"""GetMetricData names one metric: without dimensions, the one that has none.

The emulator adds up every dimension of the metric instead. (CloudWatch user guide, "Dimensions": each combination
is a metric of its own.)
"""

from __future__ import annotations

from typing import Any

from ministack.services import cloudwatch


class _Dimensions(dict[str, str]):
    """Dimensions that count as given even when there are none: the emulator asks `if dimensions`."""

    def __bool__(self) -> bool:
        return True


def install() -> None:
    """Read metrics by exactly the dimensions asked for."""
    original = cloudwatch._dims_from_list

    def exact(dimensions: list[dict[str, Any]]) -> dict[str, str]:
        return _Dimensions(original(dimensions))

    cloudwatch._dims_from_list = exact
