"""What requests to CloudWatch Logs are about, as IAM is asked: each log group they name, with its stream.

The emulator asks about `log-group:name`, which no policy written for AWS names, and about `*` for requests that
name their groups in a list or by ARN, so that a statement about one group neither allows nor denies. AWS asks
about `log-group:name:log-stream:stream`, with no stream for what concerns the whole group, as its denials show.
(Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudWatch Logs".)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_actions
from ministack.core.iam_evaluator import enforce
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_OF_STREAMS = frozenset({"GetLogEvents", "PutLogEvents", "DeleteLogStream"})
_OF_ALL_GROUPS = frozenset({"DescribeLogGroups"})
_OF_TAGGED = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})


def install() -> None:
    """Ask IAM about the resources that requests name."""
    iam_actions.extract_resource_arn = _extracting(iam_actions.extract_resource_arn)
    iam_actions.logs_service_context = _of_group(iam_actions.logs_service_context)


def resources(operation: str, request: Mapping[str, Any]) -> list[str]:
    """The ARNs a request is judged by; every one of them must be allowed."""
    place = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:"
    if operation in _OF_ALL_GROUPS:
        return [f"{place}:log-stream:"]
    stream = str(request.get("logStreamName") or "") if operation in _OF_STREAMS else ""
    named = [name if name.startswith("arn:") else place + name for name in _groups(request)]
    return [f"{group}:log-stream:{stream}" for group in named] or ["*"]


def _groups(request: Mapping[str, Any]) -> Iterator[str]:
    for member in ("logGroupName", "logGroupIdentifier"):
        if isinstance(request.get(member), str):
            yield request[member]
    for member in ("logGroupNames", "logGroupIdentifiers"):
        yield from (name for name in request.get(member) or () if isinstance(name, str))


def further_refusal(operation: str, body: bytes, headers: Mapping[str, str]) -> Any:
    """The denial of a request of which IAM has judged the first resource only; None if it allows everything.

    Seeing masked data is an action of its own, logs:Unmask, whether anything is masked or not.
    """
    request = json.loads(body or b"{}")
    named = resources(operation, request)
    checks = [(operation, resource) for resource in named[1:]]
    checks += [("Unmask", resource) for resource in named if request.get("unmask")]
    key = extract_access_key_id(dict(headers), {})
    for asked, resource in checks if app.AUTH else ():
        context = iam_actions.logs_service_context(asked, body, resource, get_region(), get_account_id())
        denied = enforce(
            key, f"logs:{asked}", "logs", get_region(), resource_arn=resource, service_context=context
        )
        if denied:
            explicit = denied.decision == "Deny"
            return iam_actions.access_denied_response(
                "logs", f"logs:{asked}", denied.principal_arn, "", resource_arn=resource, explicit_deny=explicit
            )
    return None


def _extracting(original: Callable[..., str]) -> Callable[..., str]:
    def extract(service: str, method: str, path: str, headers: Mapping[str, str], body: bytes, *rest: Any) -> str:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if service != "logs" or operation in _OF_TAGGED:
            return original(service, method, path, headers, body, *rest)
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            return "*"
        return resources(operation, request)[0] if isinstance(request, dict) else "*"

    return extract


def _of_group(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def context(action: str, body: bytes, resource: str, *rest: Any) -> dict[str, Any]:
        return original(action, body, resource.partition(":log-stream:")[0], *rest)

    return context
