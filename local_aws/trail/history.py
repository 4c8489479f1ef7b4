"""Declared events: a compact form, expanded into what CloudTrail would have recorded."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.utils import parse_timestamp

from local_aws.access import global_services
from local_aws.trail.recording import reads_only

if TYPE_CHECKING:
    from datetime import datetime

_MEMBERS = frozenset(
    {
        "error", "name", "read_only", "region", "request", "resources", "response", "source", "source_ip", "time",
        "user", "user_agent", "visible_from",
    }
)  # fmt: skip
_REQUIRED = ("time", "name", "source", "user")
_NAMESPACE = uuid.UUID("6f1d4f1e-7f0b-5a53-9d0c-0a7a4c1c1d11")

Event = dict[str, Any]


class History:
    """The declared events of all accounts and regions."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], list[Event]] = defaultdict(list)

    def prepare(self, account: str, region: str, items: object) -> Callable[[], None]:
        """Check and expand events; what is returned adds them.

        Raises:
            ValueError: An event is malformed; the message names its path.
        """
        if not isinstance(items, list):
            raise ValueError("cloudtrail: must be a list of events")  # noqa: TRY004 - the command answers ValueError
        found = [_expanded(account, region, item, f"cloudtrail[{number}]") for number, item in enumerate(items)]

        def add() -> None:
            for where, event in found:
                self._events[account, where].append(event)

        return add

    def of(self, account: str, region: str) -> list[Event]:
        """The declared events of an account and region."""
        return self._events.get((account, region), [])

    def clear(self) -> None:
        """Forget all declared events."""
        self._events.clear()


def _expanded(account: str, region: str, item: object, path: str) -> tuple[str, Event]:
    """The region an event is in, and the entry of LookupEvents."""
    checked = _checked(item, path)
    where = str(checked.get("region") or global_services.region_of(checked["source"].partition(".")[0], region))
    identity, user_name = _identity(account, checked["user"], f"{path}.user")
    record = _record(account, where, checked, identity, _moment(checked["time"], f"{path}.time"))
    entry: Event = {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "EventSource": record["eventSource"],
        "EventTime": _moment(checked["time"], f"{path}.time").timestamp(),
        "ReadOnly": "true" if record["readOnly"] else "false",
        "Resources": [
            {"ResourceType": str(one["type"]), "ResourceName": str(one["name"])}
            for one in _resources(checked.get("resources", []), f"{path}.resources")
        ],
        "CloudTrailEvent": json.dumps(record),
    }
    entry |= {"Username": user_name} if user_name else {}
    entry |= {"AccessKeyId": identity["accessKeyId"]} if "accessKeyId" in identity else {}
    if "visible_from" in checked:
        entry["visible_from"] = _moment(checked["visible_from"], f"{path}.visible_from").timestamp()
    return where, entry


def _checked(item: object, path: str) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise ValueError(f"{path}: must be an object")  # noqa: TRY004 - the command answers ValueError
    for name in item:
        if name not in _MEMBERS:
            raise ValueError(f"{path}.{name}: no such member; there are {', '.join(sorted(_MEMBERS))}")
    for name in _REQUIRED:
        if name not in item:
            raise ValueError(f"{path}.{name}: is missing")
    if not str(item["source"]).endswith(".amazonaws.com"):
        raise ValueError(f"{path}.source: {item['source']!r} must be like lambda.amazonaws.com")
    return item


def _moment(value: object, path: str) -> datetime:
    try:
        found: datetime = parse_timestamp(str(value))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {value!r} is no time; write one such as 2026-01-31T12:00:00Z") from error
    return found


def _resources(given: object, path: str) -> list[Mapping[str, Any]]:
    if not isinstance(given, list) or not all(
        isinstance(one, Mapping) and {*one} == {"type", "name"} for one in given
    ):
        raise ValueError(f'{path}: must be a list of {{"type": …, "name": …}}')
    return given


def _identity(account: str, user: object, path: str) -> tuple[dict[str, Any], str]:
    """CloudTrail's userIdentity element, and LookupEvents' Username (user guide, "userIdentity element")."""
    if isinstance(user, str):
        arn = f"arn:aws:iam::{account}:user/{user}"
        return {
            "type": "IAMUser",
            "principalId": _id("AIDA", arn),
            "arn": arn,
            "accountId": account,
            "accessKeyId": _id("AKIA", arn),
            "userName": user,
        }, user
    kind = frozenset(user) if isinstance(user, Mapping) else frozenset()
    if isinstance(user, Mapping) and kind == {"role", "session"}:
        return _assumed(account, str(user["role"]), str(user["session"])), str(user["session"])
    if isinstance(user, Mapping) and kind == {"service"}:
        return {"type": "AWSService", "invokedBy": str(user["service"])}, ""
    if kind == {"root"}:
        root = {
            "type": "Root",
            "principalId": account,
            "arn": f"arn:aws:iam::{account}:root",
            "accountId": account,
        }
        return root, "root"
    raise ValueError(
        f'{path}: must be a user name, {{"role": …, "session": …}}, {{"service": …}} or {{"root": true}}'
    )


def _assumed(account: str, role: str, session: str) -> dict[str, Any]:
    name = role.rpartition("/")[2]
    principal = _id("AROA", f"{account}{role}")
    issuer = {
        "type": "Role",
        "principalId": principal,
        "arn": f"arn:aws:iam::{account}:role/{role}",
        "accountId": account,
        "userName": name,
    }
    return {
        "type": "AssumedRole",
        "principalId": f"{principal}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        "accountId": account,
        "accessKeyId": _id("ASIA", f"{account}{role}{session}"),
        "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}},
    }


def _id(prefix: str, of: str) -> str:
    return prefix + hashlib.sha256(of.encode()).hexdigest()[:16].upper()


def _record(
    account: str, region: str, item: Mapping[str, Any], identity: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """The CloudTrailEvent itself (user guide, "CloudTrail record contents")."""
    service = identity.get("invokedBy", "")
    content = json.dumps([account, region, dict(item)], sort_keys=True)
    error = item.get("error") or {}
    kind = "AwsConsoleSignIn" if item["source"] == "signin.amazonaws.com" else "AwsApiCall"
    if service and not item.get("request"):
        kind = "AwsServiceEvent"
    return {
        "eventVersion": "1.11",
        "userIdentity": dict(identity),
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": item["source"],
        "eventName": item["name"],
        "awsRegion": region,
        "sourceIPAddress": item.get("source_ip") or service or "203.0.113.10",
        "userAgent": item.get("user_agent") or service or "aws-cli/2.17.0",
        **({"errorCode": error["code"], "errorMessage": error.get("message", "")} if error else {}),
        "requestParameters": item.get("request"),
        "responseElements": item.get("response"),
        "requestID": str(uuid.uuid5(_NAMESPACE, f"request{content}")),
        "eventID": str(uuid.uuid5(_NAMESPACE, content)),
        "readOnly": bool(item.get("read_only", reads_only(str(item["name"])))),
        "eventType": kind,
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }
