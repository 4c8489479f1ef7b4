"""Asynchronous invocation as Lambda does it: retries with one request id, then a destination or dead-letter queue.

Replaces the emulator's retry loop, whose retries carry new request ids, whose destination record lacks the
request id, version and count, and which delivers without asking whether the function's role may.
"""

from __future__ import annotations

import contextvars
import json
import logging
import os
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from ministack.core.lambda_runtime import execution_credentials
from ministack.services import cloudwatch, lambda_svc

from local_aws.functions.execution import request_id_of_retry

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger("local_aws.functions.asynchronous")

_AT_ONCE = max(4, 2 * (os.cpu_count() or 1))
"""Queued events handled at the same time. Lambda scales its pollers with the load; one machine cannot, and a
thousand events at once would start a thousand processes of which none gets anywhere within its time limit."""

_handling = threading.BoundedSemaphore(_AT_ONCE)

_THROTTLE_LIMIT_S = 21_600
"""Throttled events are retried for up to six hours (Lambda developer guide, "Asynchronous invocation")."""


@dataclass(frozen=True)
class RetrySchedule:
    """Seconds before the first and the second retry; Lambda waits about one and two minutes."""

    delays_s: tuple[float, ...] = (60.0, 120.0)

    def before(self, attempt: int) -> float:
        """The wait before a retry, counted from 1."""
        return self.delays_s[min(attempt, len(self.delays_s)) - 1]


@dataclass(frozen=True)
class _AsyncSettings:
    attempts: int
    max_age_s: float
    on_failure: str | None
    on_success: str | None
    dead_letter: str | None


def _settings(record: Mapping[str, Any], config: Mapping[str, Any]) -> _AsyncSettings:
    configured = record.get("event_invoke_configs") or {}
    invoke = record.get("event_invoke_config") or configured.get(config.get("Version") or "$LATEST") or {}
    destinations = invoke.get("DestinationConfig") or {}
    retries = invoke.get("MaximumRetryAttempts")
    return _AsyncSettings(
        attempts=1 + (2 if retries is None else int(retries)),
        max_age_s=float(invoke.get("MaximumEventAgeInSeconds") or _THROTTLE_LIMIT_S),
        on_failure=(destinations.get("OnFailure") or {}).get("Destination"),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination"),
        dead_letter=(config.get("DeadLetterConfig") or {}).get("TargetArn"),
    )


def install(schedule: RetrySchedule, endpoint: str) -> None:
    """Replace the emulator's asynchronous invocation."""

    def invoke(func: dict[str, Any], event: object) -> None:
        delivery = _AsyncInvocation(func, event, schedule, endpoint)
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(delivery.run,), daemon=True, name="async-invoke").start()

    lambda_svc.invoke_async_with_retry = invoke


class _AsyncInvocation:
    """One queued event of one function."""

    def __init__(self, record: dict[str, Any], event: object, schedule: RetrySchedule, endpoint: str) -> None:
        self._record = record
        self._config: dict[str, Any] = record.get("config") or record
        self._event = event
        self._schedule = schedule
        self._endpoint = endpoint
        self._request_id = str(uuid.uuid4())
        self._settings = _settings(record, self._config)

    def run(self) -> None:
        """Invoke until it succeeds, the retries are used up, or the event is too old."""
        request_id_of_retry(self._request_id)
        started = time.monotonic()
        failed, result, condition = 0, {}, "RetriesExhausted"
        while failed < self._settings.attempts:
            with _handling:
                result = lambda_svc._execute_function(self._record, self._event)
            if not result.get("error"):
                self._deliver(self._settings.on_success, self._document("Success", failed + 1, result))
                return
            failed += 0 if result.get("throttle") else 1
            wait_s = 1.0 if result.get("throttle") else self._schedule.before(failed)
            if failed < self._settings.attempts and time.monotonic() - started + wait_s > self._settings.max_age_s:
                condition = "EventAgeExceeded"
                break
            if failed < self._settings.attempts:
                time.sleep(wait_s)
        self._deliver(self._settings.on_failure, self._document(condition, failed, result))
        self._bury(result)

    def _document(self, condition: str, count: int, result: Mapping[str, Any]) -> dict[str, Any]:
        """The invocation record (Lambda developer guide, "Capturing records of asynchronous invocations")."""
        version = str(self._config.get("Version") or "$LATEST")
        arn = str(self._config["FunctionArn"])
        response: dict[str, Any] = {"statusCode": 200, "executedVersion": version}
        if condition != "Success":
            response["functionError"] = result.get("function_error") or "Unhandled"
        return {
            "version": "1.0",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "requestContext": {
                "requestId": self._request_id,
                "functionArn": arn if arn.count(":") > 6 else f"{arn}:{version}",
                "condition": condition,
                "approximateInvokeCount": count,
            },
            "requestPayload": self._event,
            "responseContext": response,
            "responsePayload": result.get("body"),
        }

    def _deliver(self, destination: str | None, document: Mapping[str, Any]) -> None:
        """Send a record with the function role's own rights, as Lambda does."""
        if destination:
            self._send(destination, json.dumps(document), {})

    def _bury(self, result: Mapping[str, Any]) -> None:
        """A dead-letter queue gets the event itself, and the error as message attributes."""
        if self._settings.dead_letter:
            body = result.get("body")
            message = str(body.get("errorMessage", "")) if isinstance(body, dict) else ""
            attributes = {"RequestID": self._request_id, "ErrorCode": "200", "ErrorMessage": message[:1024] or "-"}
            self._send(self._settings.dead_letter, json.dumps(self._event), attributes)

    def _send(self, target: str, body: str, attributes: Mapping[str, str]) -> None:
        service = target.split(":")[2]
        named = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        try:
            if service == "sqs":
                sqs = self._client("sqs")
                url = f"{self._endpoint}/{target.split(':')[4]}/{target.split(':')[5]}"
                sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=named)
            elif service == "sns":
                self._client("sns").publish(TopicArn=target, Message=body, MessageAttributes=named)
            elif service == "lambda":
                self._client("lambda").invoke(FunctionName=target, InvocationType="Event", Payload=body.encode())
            else:
                _log.warning("destination %s is not supported here (SQS, SNS and Lambda are)", target)
        except (BotoCoreError, ClientError) as error:
            name = "DeadLetterErrors" if target == self._settings.dead_letter else "DestinationDeliveryFailures"
            dimensions = {"FunctionName": str(self._config["FunctionName"])}
            cloudwatch.record_metric("AWS/Lambda", name, 1, "Count", dimensions)
            _log.warning("%s could not deliver to %s: %s", self._config["FunctionName"], target, error)

    def _client(self, service: str) -> Any:
        credentials = execution_credentials(self._config)
        return boto3.session.Session().client(  # type: ignore[call-overload] # any service by name
            service,
            endpoint_url=self._endpoint,
            region_name=str(self._config["FunctionArn"]).split(":")[3],
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=credentials["AWS_SESSION_TOKEN"],
            config=Config(retries={"total_max_attempts": 1}),
        )
