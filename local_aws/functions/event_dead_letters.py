"""Events that a rule could not hand to its function, in the dead-letter queue of the target.

The emulator drops them. On AWS an event that the function's resource policy refuses, or whose function is gone,
goes to the queue at once, as it is, if the queue's policy lets events.amazonaws.com send there for this rule;
otherwise it is lost and counted (EventBridge user guide, "Using dead-letter queues to process undelivered
events").
"""

from __future__ import annotations

import contextvars
import json
import logging
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, eventbridge, sqs

from local_aws.access.permissions import EVENTS_PRINCIPAL, invoke_for_service

_log = logging.getLogger("local_aws.events")

_delivery: contextvars.ContextVar[tuple[dict[str, Any], dict[str, Any]] | None] = contextvars.ContextVar(
    "local_aws_event_delivery", default=None
)
"""The rule and the target at work."""


def install() -> None:
    """Invoke functions for rules with the rules' own rights, and keep what none took."""
    original = eventbridge._invoke_target

    def invoke_target(target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any) -> None:
        token = _delivery.set((rule, target))
        try:
            original(target, event, rule, view)
        finally:
            _delivery.reset(token)

    eventbridge._invoke_target = invoke_target
    eventbridge._dispatch_to_lambda = _dispatch


def _dispatch(function_arn: str, payload: str) -> None:
    rule, target = _delivery.get() or ({}, {})
    rule_arn = str(rule.get("Arn") or "")
    if invoke_for_service(function_arn, EVENTS_PRINCIPAL, rule_arn, json.loads(payload)):
        return
    queue_arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue_arn:
        _log.warning("%s lost an event: the target %s has no dead-letter queue", rule_arn, function_arn)
    elif _may_send(queue_arn, rule_arn):
        eventbridge._dispatch_to_sqs(parse_arn(queue_arn), payload)
    else:
        _log.warning("%s lost an event: it may not send to %s", rule_arn, queue_arn)
        dimensions = {"RuleName": str(rule.get("Name") or "")}
        cloudwatch.record_metric("AWS/Events", "InvocationsFailedToBeSentToDlq", 1, "Count", dimensions)


def _may_send(queue_arn: str, rule_arn: str) -> bool:
    """Whether the queue exists and its policy lets this rule send there."""
    queue = sqs._queue_by_arn(queue_arn)
    context = EvalContext(
        principal_arn=f"service:{EVENTS_PRINCIPAL}",
        principal_type="Service",
        principal_account="",
        action="sqs:SendMessage",
        resource_arn=queue_arn,
        region=get_region(),
        service_context={"aws:sourcearn": rule_arn, "aws:sourceaccount": get_account_id()},
    )
    policy = (queue or {}).get("attributes", {}).get("Policy")
    return bool(policy) and evaluate_resource_policy(policy, context, service=EVENTS_PRINCIPAL).decision == "Allow"
