"""What the function writes about its calls: one structured log line and two metrics each."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric


class Journal:
    """Writes to standard output, where Lambda collects log lines and embedded metrics.

    Service name and metric namespace come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_METRICS_NAMESPACE.
    """

    def __init__(self, log_level: str) -> None:
        self._logger = Logger(level=log_level)

    def record(self, facts: dict[str, Any]) -> None:
        """Write down one call."""
        self._logger.info("tool call", extra=facts)
        with single_metric(
            name="ToolCallDuration", unit=MetricUnit.Milliseconds, value=facts["duration_ms"]
        ) as metric:
            metric.add_dimension(name="status", value=facts["status"])
        # Zero where the platform permits everything; an alarm on it tells when a layer is lost.
        with single_metric(name="SandboxLayersOff", unit=MetricUnit.Count, value=len(facts["guard_off"])):
            pass
