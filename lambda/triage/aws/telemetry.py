"""Telemetry over Lambda Powertools: JSON log lines and embedded-metric-format metrics."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

from untrusted import make_visible_value, redact_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.aws.runtime import LambdaContext


class PowertoolsTelemetry:
    """The Telemetry port. Service name and namespace come from Powertools' own environment variables."""

    def __init__(self, level: str) -> None:
        self._logger = Logger(level=level, json_serializer=_serialized)
        self._metrics = AmazonCloudWatchEMFProvider()

    @contextmanager
    def invocation(self, context: LambdaContext) -> Iterator[None]:
        """Around one invocation: every line carries its request id, and its metrics are written at the end."""
        self._logger.append_keys(aws_request_id=context.aws_request_id)
        try:
            yield
        finally:
            if self._metrics.metric_set:
                self._metrics.flush_metrics()
            self._logger.remove_keys(["aws_request_id"])

    def record(self, decision: str, **fields: object) -> None:
        """Log one decision."""
        self._logger.info(decision, extra=fields)

    def failure(self, what: str, error: BaseException, **fields: object) -> None:
        """Log one failure with its traceback."""
        self._logger.error(what, exc_info=error, extra=fields)

    def count(self, metric: str, value: float = 1.0) -> None:
        """Add to a CloudWatch metric."""
        self._metrics.add_metric(name=metric, unit=MetricUnit.Count, value=value)


def _serialized(line: dict[str, Any]) -> str:
    """One line of the log; tracebacks and messages of errors repeat what others wrote, so secrets go."""
    plain = json.loads(
        json.dumps(line, default=str)
    )  # an exception that Powertools puts in whole becomes text first
    return json.dumps(make_visible_value(redact_value(plain)), ensure_ascii=False)
