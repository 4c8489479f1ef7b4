"""Subscribe answers with the subscription's ARN when asked for it (SNS API reference, ReturnSubscriptionArn)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ministack.services import sns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ARN = re.compile(r"<SubscriptionArn>.*?</SubscriptionArn>")


def install() -> None:
    """Terraform asks for the ARN of pending subscriptions too, and cannot manage one without it."""
    sns._subscribe = _subscribe(sns._subscribe)


def _subscribe(original: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    def subscribe(params: Mapping[str, Any]) -> Any:
        status, headers, body = original(params)
        if status != 200 or str(sns._p(params, "ReturnSubscriptionArn")).lower() != "true":
            return status, headers, body
        topic, _ = sns._get_topic(sns._p(params, "TopicArn"))
        wanted = (sns._p(params, "Protocol"), sns._p(params, "Endpoint"))
        arn = next(one["arn"] for one in topic["subscriptions"] if (one["protocol"], one["endpoint"]) == wanted)
        text = body.decode() if isinstance(body, bytes) else str(body)
        return status, headers, _ARN.sub(f"<SubscriptionArn>{arn}</SubscriptionArn>", text).encode()

    return subscribe
