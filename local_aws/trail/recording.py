"""CloudTrail's event history: management events under their real names, by the identity that made them.

The emulator records data events too, names Lambda's events by URL, writes the access key as user name, files every
event under the client's region, and leaves out calls that were refused. Here, as on AWS: management events only,
CloudTrail's event names, the session name of a role as user name, refused calls with their error code, the
resources the request names, and the events of global services in one region alone.
"""

from __future__ import annotations

import json
import re
import time
import urllib.parse
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack import app
from ministack.core.iam_actions import extract_iam_action
from ministack.core.responses import get_account_id
from ministack.core.router import detect_service, extract_access_key_id, extract_region
from ministack.services import cloudtrail, sts

from local_aws import clock
from local_aws.access import global_services

Response = tuple[int, dict[str, str], Any]
Dispatch = Callable[..., Awaitable[Response]]

_KEPT_EVENTS = 20_000

_DATA_EVENTS = re.compile(
    r"dynamodb:(Batch(Get|Write)Item|(Get|Put|Update|Delete)Item|Query|Scan|Transact\w+|(Batch)?Execute\w+)"
    r"|lambda:InvokeFunction"
    r"|s3:(\w*Object\w*|ListBucket|ListBucketVersions|ListMultipart\w+|AbortMultipartUpload)"
    r"|sns:Publish|sqs:(Send|Receive|Delete|ChangeMessageVisibility)\w*"
    r"|cloudwatch:(PutMetricData|GetMetric(Data|Statistics)|ListMetrics)"
    r"|logs:(Put|Get|Filter)LogEvents|logs:(Get|Filter)LogEvents"
    r"|kinesis:(Put|Get)Records?"
)
"""Data events, which the event history never holds (CloudTrail user guide, "Logging data events")."""

_LAMBDA_VERSIONS = {
    "AddPermission": "20150331v2",
    "CreateEventSourceMapping": "20150331",
    "CreateFunction": "20150331",
    "DeleteEventSourceMapping": "20150331",
    "DeleteFunction": "20150331",
    "GetFunction": "20150331v2",
    "GetFunctionConfiguration": "20150331v2",
    "GetPolicy": "20150331v2",
    "ListEventSourceMappings": "20150331",
    "ListFunctions": "20150331",
    "ListVersionsByFunction": "20150331",
    "PublishLayerVersion": "20181031",
    "PublishVersion": "20150331",
    "RemovePermission": "20150331v2",
    "TagResource": "20170331v2",
    "UntagResource": "20170331v2",
    "UpdateEventSourceMapping": "20150331",
    "UpdateFunctionCode": "20150331v2",
    "UpdateFunctionConfiguration": "20150331v2",
}
"""Lambda's events carry the version of the operation (Lambda developer guide, "Logging API calls")."""

_SOURCES = {"cloudwatch": "monitoring", "stepfunctions": "states", "sesv2": "ses"}

_RESOURCE_TYPES = {
    "alarmName": "AWS::CloudWatch::Alarm",
    "bucketName": "AWS::S3::Bucket",
    "functionName": "AWS::Lambda::Function",
    "logGroupName": "AWS::Logs::LogGroup",
    "policyArn": "AWS::IAM::Policy",
    "policyName": "AWS::IAM::Policy",
    "queueName": "AWS::SQS::Queue",
    "queueUrl": "AWS::SQS::Queue",
    "roleArn": "AWS::IAM::Role",
    "roleName": "AWS::IAM::Role",
    "tableName": "AWS::DynamoDB::Table",
    "topicArn": "AWS::SNS::Topic",
}

_HIDDEN = re.compile(r"secret|password|token", re.IGNORECASE)

_PATH_NAMES = re.compile(r"/functions/(?P<functionName>[^/]+)")


def install() -> None:
    """Record every request that reached a service."""
    app._dispatch_service_request = _recording(app._dispatch_service_request)


def _recording(original: Dispatch) -> Dispatch:
    async def dispatch(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], request_id: str
    ) -> Response:
        response = await original(method, path, headers, body, query, request_id)
        routing = app._routing_params(method, path, headers, body, query)
        service = detect_service(method, path, headers, routing)
        action = extract_iam_action(service, method, path, headers, body, routing)
        if action and not _DATA_EVENTS.fullmatch(action) and not _is_staged(action):
            parameters = _parameters(service, path, headers, body, routing)
            region = global_services.region_of(action.partition(":")[0], extract_region(headers))
            event = _event(action, method, headers, parameters, response, request_id, region)
            recorded(region).append(event)
        return response

    return dispatch


def _is_staged(action: str) -> bool:
    """Whether a dated call tells how an alarm went in the past, which was CloudWatch's doing and nobody's call."""
    return action == "cloudwatch:SetAlarmState" and clock.is_told()


def recorded(region: str) -> deque[dict[str, Any]]:
    """The record of the current account in a region."""
    found: deque[dict[str, Any]] | None = cloudtrail._events.get_scoped(get_account_id(), region, "events")
    if found is None:
        found = deque(maxlen=_KEPT_EVENTS)
        cloudtrail._events.set_scoped(get_account_id(), region, "events", found)
    return found


def reads_only(name: str) -> bool:
    """Whether an event's name is that of an operation that changes nothing."""
    return name.startswith(("Get", "List", "Describe", "Lookup", "Search", "Head", "BatchGet", "Simulate"))


def _event(
    action: str,
    method: str,
    headers: Mapping[str, str],
    parameters: Mapping[str, Any],
    response: Response,
    request_id: str,
    region: str,
) -> dict[str, Any]:
    prefix, _, operation = action.partition(":")
    name = operation + (_LAMBDA_VERSIONS.get(operation, "") if prefix == "lambda" else "")
    read_only = method in {"GET", "HEAD"} or reads_only(operation)
    key = extract_access_key_id(dict(headers), {}) or ""
    identity = _identity(key)
    now = clock.now()
    record: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "eventSource": f"{_SOURCES.get(prefix, prefix)}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": "127.0.0.1",
        "userAgent": headers.get("user-agent", ""),
        "requestParameters": dict(parameters) or None,
        "responseElements": None,
        "requestID": request_id,
        "eventID": str(uuid.uuid4()),
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": get_account_id(),
        "eventCategory": "Management",
    }
    record |= _error(response)
    return {
        "EventId": record["eventID"],
        "EventName": name,
        "EventSource": record["eventSource"],
        "EventTime": now,
        "Username": _user_name(identity),
        "AccessKeyId": key,
        "ReadOnly": "true" if read_only else "false",
        "Resources": _resources(parameters),
        "CloudTrailEvent": json.dumps(record),
    }


def _identity(key: str) -> dict[str, Any]:
    """CloudTrail's userIdentity element for an access key."""
    session = sts._sessions.get(key)
    account = get_account_id()
    if session is None:
        arn = f"arn:aws:iam::{account}:root"
        return {"type": "Root", "principalId": account, "arn": arn, "accountId": account, "accessKeyId": key}
    arn = str(session["Arn"])
    role = arn.split("/")[1]
    issuer = {"type": "Role", "arn": f"arn:aws:iam::{account}:role/{role}", "accountId": account, "userName": role}
    return {
        "type": "AssumedRole",
        "principalId": session.get("UserId", ""),
        "arn": arn,
        "accountId": account,
        "accessKeyId": key,
        "sessionContext": {"sessionIssuer": issuer},
    }


def _user_name(identity: Mapping[str, Any]) -> str:
    """LookupEvents' Username: the session name of an assumed role."""
    return "root" if identity["type"] == "Root" else str(identity["arn"]).rsplit("/", 1)[-1]


def _error(response: Response) -> dict[str, str]:
    """errorCode and errorMessage of a call that failed."""
    status, headers, body = response
    if status < 400:
        return {}
    text = body.decode(errors="replace") if isinstance(body, bytes) else ""
    xml_code, xml_message = re.search(r"<Code>(.*?)</Code>", text), re.search(r"<Message>(.*?)</Message>", text)
    if xml_code:
        return {"errorCode": xml_code.group(1), "errorMessage": xml_message.group(1) if xml_message else ""}
    try:
        document = json.loads(text)
    except ValueError:
        document = {}
    code = str(document.get("__type") or headers.get("x-amzn-errortype") or f"{status}").rsplit("#", 1)[-1]
    return {"errorCode": code.partition(":")[0], "errorMessage": str(document.get("message", ""))}


def _parameters(
    service: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> dict[str, Any]:
    """The request's parameters as CloudTrail spells them: first letter lower case, no secrets, no code."""
    given: dict[str, Any] = {}
    if "json" in headers.get("content-type", "") or body[:1] == b"{":
        try:
            given = json.loads(body or b"{}")
        except ValueError:
            given = {}
    elif query.get("Action"):
        given = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
        given = {name: value for name, value in given.items() if name not in {"Action", "Version"}}
    found = {
        name[:1].lower() + name[1:]: value for name, value in given.items() if name not in {"Code", "ZipFile"}
    }
    named = _PATH_NAMES.search(urllib.parse.unquote(path))
    if service == "lambda" and named:
        found["functionName"] = named["functionName"].rsplit(":function:", 1)[-1].split(":")[0]
    if service == "s3" and path.strip("/"):
        found["bucketName"] = path.strip("/").split("/")[0]
    hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"
    return {name: hidden if _HIDDEN.search(name) else value for name, value in found.items()}


def _resources(parameters: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the request is about, by name and (for ARNs and URLs) also by the last part, as consoles search."""
    found: list[dict[str, str]] = []
    for parameter, kind in _RESOURCE_TYPES.items():
        value = parameters.get(parameter)
        if isinstance(value, str) and value:
            names = dict.fromkeys([value, re.split(r"[:/]", value)[-1]])
            found += [{"ResourceType": kind, "ResourceName": name} for name in names]
    return found
