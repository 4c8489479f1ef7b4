"""Refuses AWS operations the investigator role may not use, before anything is sent or signed.

IAM refuses them anyway; this says so at once, in words the code's author can act on, and leaves no denied request
in the account's CloudTrail. It is Python in the code's own process and so no boundary: code that signs requests by
hand passes it, and meets IAM.

The documents of the role are in `role_documents.json`, generated from the Terraform module. An operation nobody
mapped is judged by the action of its own name, as IAM would: of the services and actions the scope does not list,
all are refused. What depends on a condition or on a resource ARN is left to IAM, as are denies a deployment adds.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.client
import botocore.endpoint
import botocore.signers
from botocore.exceptions import ClientError

from sandbox.action_names import action_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from botocore.model import OperationModel

_DOCUMENTS = Path(__file__).with_name("role_documents.json")

# Why a statement of the documents refuses, by its Sid.
_REASONS = {
    "Scope": "it is not among the read-only actions investigations are given",
    "Credentials": "it hands out credentials or what makes some",
    "Data": "it reads what customers store: objects, items, messages, results",
    "Bodies": "it reads code, templates or start-up scripts, in which secrets hide",
    "SideEffects": "it acts, costs or reaches out, whatever its name says",
    "ApiKeys": "it reads API keys",
    "Objects": "it reads what customers store: objects",
    "Keys": "it decrypts",
}
# What answers the question behind a refused action, as far as it may be answered.
_INSTEAD = {
    "autoscaling:DescribeLaunchConfigurations": "describe_auto_scaling_groups names instance types and templates",
    "cloudformation:GetTemplate": "describe_stack_resources and describe_stack_events show what it holds and did",
    "dynamodb:GetItem": "describe_table shows size, throughput and status; CloudWatch shows its errors",
    "dynamodb:Query": "describe_table shows size, throughput and status; CloudWatch shows its errors",
    "dynamodb:Scan": "describe_table shows size, throughput and status; CloudWatch shows its errors",
    "ec2:DescribeInstanceAttribute": "describe_instances shows everything but the user data",
    "ec2:DescribeLaunchTemplateVersions": "describe_launch_templates shows versions and dates",
    "kinesis:GetRecords": "describe_stream_summary and CloudWatch show shards and iterator age",
    "lambda:GetFunction": "get_function_configuration and get_function_concurrency show everything but the code",
    "lambda:InvokeFunction": "filter_log_events on /aws/lambda/<name> shows what its real invocations did",
    "s3:GetObject": "list_objects_v2 shows size and date of objects",
    "secretsmanager:GetSecretValue": "describe_secret shows rotation and dates",
    "sqs:ReceiveMessage": "get_queue_attributes shows how many messages wait and for how long",
    "ssm:GetParameter": "describe_parameters shows types, versions and dates",
    "ssm:GetParameters": "describe_parameters shows types, versions and dates",
}


class OperationRefused(PermissionError, ClientError):
    """The operation was not sent. A ClientError too, so that code written to handle AccessDenied handles this."""

    def __init__(self, action: str, operation: str, text: str) -> None:
        PermissionError.__init__(self, text)  # ClientError has no other state than the two attributes below
        self.operation_name = operation
        self.response: Any = {"Error": {"Code": "AccessDenied", "Message": text}, "ResponseMetadata": {}}
        self.action = action


@dataclass(frozen=True, slots=True)
class _Statement:
    """One deny: of the actions its patterns match, or of all others; of some paths only, where it names any."""

    sid: str
    inverted: bool
    patterns: Mapping[str, re.Pattern[str]]
    paths: re.Pattern[str] | None

    def denies(self, prefix: str, name: str, path: str) -> bool:
        pattern = self.patterns.get(prefix)
        matched = pattern is not None and pattern.fullmatch(name) is not None
        return matched != self.inverted and (self.paths is None or self.paths.fullmatch(path) is not None)


class Documents:
    """The denies of the investigator role, as far as they depend on the action alone."""

    def __init__(self, statements: Iterable[Mapping[str, Any]], left_to_iam: Collection[str] = ()) -> None:
        self._left_to_iam = frozenset(left_to_iam)
        self._statements = [
            _Statement(
                sid=raw["sid"],
                inverted=raw["inverted"],
                patterns={prefix: _any_of(globs, re.IGNORECASE) for prefix, globs in raw["actions"].items()},
                paths=_any_of(raw["paths"]) if raw.get("paths") else None,
            )
            for raw in statements
        ]

    @classmethod
    def load(cls, left_to_iam: Collection[str] = ()) -> Documents:
        """Read the generated file; of the actions left to IAM, none is refused."""
        return cls(json.loads(_DOCUMENTS.read_text(encoding="utf-8")), left_to_iam)

    def refusal(self, action: str, path: str = "") -> str | None:
        """Sid of a statement that denies the action, or None; `path` is that of the request."""
        if action in self._left_to_iam:
            return None
        prefix, _, name = action.partition(":")
        return next((each.sid for each in self._statements if each.denies(prefix, name, path)), None)


def install(documents: Documents) -> None:
    """Put the check in front of every way botocore sends or signs a request."""

    def check(service: str, signing_name: str, operation: str, method: str, path: str) -> None:
        action = action_of(service, signing_name, operation, method)
        sid = documents.refusal(action, path.partition("?")[0])
        if sid is not None:
            raise OperationRefused(action, operation, _explain(action, operation, sid))

    def check_model(model: OperationModel) -> None:
        service = model.service_model
        check(
            service.service_name, service.signing_name, model.name, model.http["method"], model.http["requestUri"]
        )

    _guard_calls(check_model)
    _guard_signatures(check)


def _guard_calls(check: Callable[[OperationModel], None]) -> None:
    # Any: botocore's own attributes, replaced on their classes so that every client there is or will be has them.
    client: Any = botocore.client.BaseClient
    endpoint: Any = botocore.endpoint.Endpoint
    call, send = client._make_api_call, endpoint.make_request  # noqa: SLF001 - all operations pass through it

    def guarded(self: Any, operation_name: str, api_params: Any) -> Any:
        check(self.meta.service_model.operation_model(operation_name))
        return call(self, operation_name, api_params)

    def guarded_request(self: Any, operation_model: OperationModel, request_dict: Any) -> Any:
        check(operation_model)
        return send(self, operation_model, request_dict)

    client._make_api_call = guarded  # noqa: SLF001 - as above
    endpoint.make_request = guarded_request


def _guard_signatures(check: Callable[[str, str, str, str, str], None]) -> None:
    signer: Any = botocore.signers.RequestSigner
    poster: Any = botocore.signers.S3PostPresigner
    presign = signer.generate_presigned_url

    def guarded_presigning(
        self: Any,
        request_dict: Any,
        operation_name: str,
        *rest: Any,
        signing_name: str | None = None,
        **named: Any,
    ) -> Any:
        service = signing_name or self.signing_name
        path = "/" + request_dict["url"].partition("://")[2].partition("/")[2]
        check("", service, operation_name, request_dict["method"], path)
        return presign(self, request_dict, operation_name, *rest, signing_name=signing_name, **named)

    def guarded_post(*_: Any, **__: Any) -> Any:
        check("s3", "s3", "PutObject", "POST", "/")
        raise PermissionError(
            "presigned uploads are not possible here"
        )  # should the documents ever allow PutObject

    signer.generate_presigned_url = guarded_presigning
    poster.generate_presigned_post = guarded_post


def _explain(action: str, operation: str, sid: str) -> str:
    reason = _REASONS.get(sid, f"the role denies it (statement {sid})")
    instead = _INSTEAD.get(action)
    named = action if action.endswith(f":{operation}") else f"{operation} (IAM action {action})"
    text = f"{named} was not sent: {reason}; this role reads metadata, metrics and logs only"
    return f"{text}. Instead: {instead}" if instead else text


def _any_of(globs: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    translated = ("".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in glob) for glob in globs)
    return re.compile("|".join(translated), flags)
