"""Resource policies of functions, enforced for AWS services that invoke them.

The emulator stores what `aws_lambda_permission` grants and never asks it. Here an alarm, a topic, a rule, a
bucket or a log group invokes a function only when a statement names its service principal and the statement's
conditions (SourceArn, SourceAccount) hold. What is refused is logged and kept for the status.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import lambda_svc, s3, sns

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger("local_aws.access.permissions")

ALARM_PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com"
EVENTS_PRINCIPAL = "events.amazonaws.com"


@dataclass(frozen=True)
class Refusal:
    """An invocation that the function's resource policy does not allow."""

    time: str
    function: str
    principal: str
    source_arn: str


_refusals: deque[Refusal] = deque(maxlen=200)


def refusals() -> list[dict[str, str]]:
    """The latest refused invocations, oldest first."""
    return [asdict(refusal) for refusal in _refusals]


def may_invoke(function_arn: str, principal: str, source_arn: str) -> bool:
    """Whether the function's resource policy lets a service invoke it on behalf of a source of this account."""
    func, _, _ = lambda_svc._get_func_record_for_ref(function_arn)
    context = EvalContext(
        principal_arn=f"service:{principal}",
        principal_type="Service",
        principal_account="",
        action="lambda:InvokeFunction",
        resource_arn=function_arn,
        region=get_region(),
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": get_account_id()},
    )
    policy = (func or {}).get("policy")
    if policy and evaluate_resource_policy(policy, context, service=principal).decision == "Allow":
        return True
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    _refusals.append(Refusal(now, function_arn, principal, source_arn))
    _log.warning(
        "refused: %s may not invoke %s for %s (add an aws_lambda_permission)", principal, function_arn, source_arn
    )
    return False


def invoke_for_service(function_arn: str, principal: str, source_arn: str, event: object) -> bool:
    """Invoke a function asynchronously on behalf of a service, if it may; whether it did."""
    func, config, name = lambda_svc._get_func_record_for_ref(function_arn)
    if not func or not config:
        _log.warning("%s targets %s, which does not exist", source_arn, name)
        return False
    if not may_invoke(function_arn, principal, source_arn):
        return False
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(func, config), event)
    return True


def install() -> None:
    """Ask the resource policy where topics and buckets invoke functions; whatever else does, asks by itself."""
    _install_sns()
    _install_s3()
    lambda_svc._get_policy = _policy_or_none(lambda_svc._get_policy)


def _policy_or_none(original: Callable[..., Any]) -> Callable[..., Any]:
    """A function nobody was ever allowed to invoke has no policy, instead of an empty one that reads as a loss."""

    def get_policy(function_name: str, *rest: Any) -> Any:
        record = lambda_svc._functions.get(function_name)
        if record is not None and not record["policy"]["Statement"]:
            message = "The resource you requested does not exist."
            return error_response_json("ResourceNotFoundException", message, 404)
        return original(function_name, *rest)

    return get_policy


def _install_sns() -> None:
    def deliver(endpoint: str, envelope: str, topic_arn: str, sub_arn: str, *_rest: object) -> None:
        record = {
            "EventVersion": "1.0",
            "EventSubscriptionArn": sub_arn,
            "EventSource": "aws:sns",
            "Sns": json.loads(envelope),
        }
        invoke_for_service(endpoint, "sns.amazonaws.com", topic_arn, {"Records": [record]})

    sns._deliver_to_lambda = deliver


def _install_s3() -> None:
    def deliver(arn: str, event: dict[str, Any], _bucket_region: str) -> None:
        bucket_arn = event["Records"][0]["s3"]["bucket"]["arn"] if event.get("Records") else ""
        invoke_for_service(arn, "s3.amazonaws.com", bucket_arn, event)

    s3._deliver_event_to_lambda = deliver
