"""CloudTrail's event history: who changed what, read once per window."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.access.policies import statements_of
from toolbox.asking.window import known_time
from toolbox.changes.records import batch_in_words, record_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from toolbox.asking.answer import Asked
    from toolbox.asking.look import Look
    from toolbox.asking.window import Window

#: LookupEvents answers twice a second per account and region, and the customer's own tools share that. Seconds
#: from an answer to the next request.
_PACE_S = 0.6
_MOST_PAGES = 6
_A_DAY = timedelta(hours=20)

#: Writes that services and clients make all the time and that change nothing a responder asks about.
_NOISE = frozenset(
    {
        "AssumeRole",
        "AssumeRoleWithWebIdentity",
        "AssumeRoleWithSAML",
        "CreateLogStream",
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "CreateGrant",
        "RetireGrant",
        "ConsoleLogin",
        "StartQuery",
        "StopQuery",
        "SetAlarmState",
        "SendHeartbeat",
        "UpdateInstanceInformation",
        "PutMetricData",
        "BatchGetImage",
        "SubmitTaskStateChange",
        "SubmitContainerStateChange",
        "RegisterContainerInstance",
        "CreateNetworkInterfacePermission",
        "SharedSnapshotVolumeCreated",
        "CreateSession",
        "PutEvaluations",
        "GetQueryResults",
        "StartSession",
        "Invoke",
        "InvokeExecution",
    }
)
_VERSION = re.compile(r"(?:\d{8})?(?:v\d+)?$")
_SECRETIVE = frozenset({"clientToken", "clientRequestToken", "requestId", "tags", "tagSet", "code", "zipFile"})
_MOST_GIVEN = 260
_MOST_BRIEF = 64
_MOST_UNNAMED = 110
_MOST_POLICY = 220
#: What stands before the resource in an ARN.
_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:")
_OUTER = re.compile(r"^(?:\w+Configuration\.(?=\w+[.\[])|\w+Request\.(?=\w))")
#: Parameters that say to what something was set, not what it is called or how it was asked for.
_TELLS = re.compile(
    r"(?!(?:[\w.\[\]]*\.)?(?:\w*(?:[nN]ame|ARN|Arn|Url|xmlns|[tT]oken|Document|Body|[dD]escription)|applyImmediately|"
    r"s3Bucket|s3Key|cluster|op|path|[tT]ype|scope|mode|"
    r"overwrite|publish|dryRun|force\w*)=)[\w.\[\]]+=[^\s=]{1,48}$"
)
_LONG = 60


@dataclass(frozen=True, slots=True)
class Event:
    """One write in the account.

    Attributes:
        at: When.
        name: The operation, without Lambda's version suffix.
        source: The service: `lambda`, `iam`.
        by: Who: a user, `role/session`, a service, root.
        names: Resources it was about.
        given: The parameters that matter.
        error: Why it was refused, or "".
        region: The trail it was read from.
        text: All of its parameters, to look names up in.
        records: DNS records it changed, with what was done: `("DELETE.CNAME", "a.example.org")`.
    """

    at: datetime
    name: str
    source: str
    by: str
    names: tuple[str, ...]
    given: str
    error: str
    region: str
    text: str
    records: tuple[tuple[str, str], ...] = ()

    @property
    def is_noise(self) -> bool:
        """Whether such calls are made all the time."""
        return self.name in _NOISE

    def brief(self, seen_from: datetime) -> str:
        """In one line: `02:11 lambda:UpdateAlias orders by deploy/ci-77`; with its day where that was earlier."""
        named = next((name.rpartition("/")[2] for name in self.names if name), "")
        about = f"{named} {self._sets(named)}".strip() if named else self._given_briefly()
        refused = f" ({self.error})" if self.error else ""
        when = f"{self.at:%H:%M}" if seen_from - self.at < _A_DAY else f"{self.at:%Y-%m-%d %H:%M}"
        return f"{when} {self.source}:{self.name} {about} by {self.by}{refused}"

    def _given_briefly(self) -> str:
        """Whole parameters, as many as find room, ARNs by what they name."""
        kept = ""
        for part in _ARN.sub("", self.given).split(", "):
            if kept and len(kept) + len(part) > _MOST_UNNAMED:
                break
            kept = f"{kept}, {part}" if kept else part[:_MOST_UNNAMED]
        return kept

    def _sets(self, named: str) -> str:
        """What a call sets beside the name of what it is about: one or two short parameters."""
        parts = [part for part in self.given.split(", ") if _TELLS.match(part) and named not in part]
        kept: list[str] = []
        for part in parts:
            if sum(map(len, kept)) + len(part) <= _MOST_BRIEF:
                kept.append(part)
        return f"[{', '.join(kept[:2])}]" if kept else ""

    def is_about(self, name: str) -> bool:
        """Whether a resource is among what the call named."""
        wanted = name.rpartition("/")[2].rpartition(":")[2]
        return len(wanted) > 2 and bool(
            re.search(rf"(?<![\w-]){re.escape(wanted)}(?![\w-])", " ".join((*self.names, self.text)))
        )


def events(asked: Asked, look: Look, window: Window, most_pages: int = _MOST_PAGES) -> list[Event]:
    """Writes of the window in the alarm's region and where global services are logged, latest first."""
    regions = list(dict.fromkeys([look.clients.region, look.clients.home_region]))
    found: list[Event] = []
    for region in regions:
        share = most_pages if region == regions[0] else max(1, most_pages // 2)
        found += _of_region(asked, look, region, window, share)
    return sorted(found, key=lambda each: each.at, reverse=True)


def _of_region(asked: Asked, look: Look, region: str, window: Window, most_pages: int) -> list[Event]:
    """What was read until the events, the pages or the patience of CloudTrail ended."""
    found: list[Event] = []
    token: str | None = None
    for _ in range(most_pages):
        wanted = partial(_page, look, region, window, token)
        page: dict[str, Any] | None = asked.attempt(f"CloudTrail of {region}", wanted, None)
        if page is None:
            return found
        found += [event_of(raw, region) for raw in page["Events"]]
        token = page.get("NextToken")
        if not token:
            return found
    asked.cut(f"CloudTrail of {region}: only back to {found[-1].at:%H:%M}" if found else f"CloudTrail of {region}")
    return found


def _page(look: Look, region: str, window: Window, token: str | None) -> dict[str, Any]:
    request: dict[str, Any] = {
        "LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
        "StartTime": window.start,
        "EndTime": window.end,
        "MaxResults": 50,
    }
    if token:
        request["NextToken"] = token
    return _looked_up(look, region, request)


def _looked_up(look: Look, region: str, request: dict[str, Any]) -> dict[str, Any]:
    """One request, once a look: whoever asks the same again gets the same answer."""

    def read() -> dict[str, Any]:
        client = look.client("cloudtrail", region)  # made before it is its turn: that takes time as well
        with look.clients.in_turn(f"CloudTrail of {region}", _PACE_S):
            answer: dict[str, Any] = client.lookup_events(**request)
        return answer

    return look.kept.once(f"cloudtrail {region} {request}", read)


def of_resource(asked: Asked, look: Look, name: str, window: Window, region: str) -> list[Event]:
    """What was done to one resource, further back: the latest fifty calls, reads left out."""
    request = {
        "LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": name}],
        "StartTime": window.start,
        "EndTime": window.end,
        "MaxResults": 50,
    }
    nothing: dict[str, Any] = {"Events": []}
    answer = asked.attempt(f"CloudTrail of {name}", lambda: _looked_up(look, region, request), nothing)
    writes = [raw for raw in answer["Events"] if str(raw.get("ReadOnly")).lower() != "true"]
    if answer.get("NextToken"):
        asked.cut(f"CloudTrail of {name}: the latest fifty calls only")
    return [event_of(raw, region) for raw in writes]


def of_call(
    asked: Asked, look: Look, name: str, window: Window, region: str, most_pages: int = _MOST_PAGES
) -> list[Event]:
    """All calls of one operation, however long ago: the latest, fifty a page."""
    found: list[Event] = []
    token: str | None = None
    for _ in range(most_pages):
        request: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}],
            "StartTime": window.start,
            "EndTime": window.end,
            "MaxResults": 50,
        } | ({"NextToken": token} if token else {})
        page: dict[str, Any] | None = asked.attempt(
            f"CloudTrail of {name}", partial(_looked_up, look, region, request), None
        )
        found += [event_of(raw, region) for raw in (page or {}).get("Events") or ()]
        token = (page or {}).get("NextToken")
        if not token:
            return found
    asked.cut(f"CloudTrail of {name}: only back to {found[-1].at:%Y-%m-%d}" if found else f"CloudTrail of {name}")
    return found


def event_of(raw: Mapping[str, Any], region: str) -> Event:
    """An event of LookupEvents."""
    try:
        detail = json.loads(raw.get("CloudTrailEvent") or "{}")
    except ValueError:
        detail = {}
    parameters = detail.get("requestParameters") or {}
    at = known_time(raw.get("EventTime"))
    assert at is not None  # noqa: S101 - every event has its time
    return Event(
        at=at,
        name=_VERSION.sub("", str(raw.get("EventName", ""))),
        source=str(raw.get("EventSource", "")).removesuffix(".amazonaws.com"),
        by=_by(detail.get("userIdentity") or {}, str(raw.get("Username") or "")),
        names=tuple(str(each.get("ResourceName", "")) for each in raw.get("Resources") or ()),
        given=_given(parameters),
        error=str(detail.get("errorCode") or ""),
        region=region,
        text=json.dumps(parameters, ensure_ascii=False, default=str)[:4_000],
        records=tuple(record_changes(parameters)),
    )


def _by(identity: Mapping[str, Any], username: str) -> str:
    kind = identity.get("type")
    if kind == "AssumedRole":
        issuer = ((identity.get("sessionContext") or {}).get("sessionIssuer") or {}).get("userName")
        session = str(identity.get("arn", "")).rpartition("/")[2] or username
        return f"{issuer}/{session}" if issuer and issuer != session else session or "a role"
    if kind == "Root":
        return "root"
    return str(identity.get("userName") or identity.get("invokedBy") or username or kind or "?")


def _given(parameters: Any) -> str:
    """The parameters in one line: `timeout=3, memorySize=128`."""
    parts: list[str] = []
    # What is short comes first: texts say less than numbers and names do.
    flat = batch_in_words(parameters) or sorted(_flat(parameters, ""), key=lambda each: len(each[1]) > _LONG)
    for key, value in flat:
        if not value or key.endswith("xmlns"):
            continue
        # `LifecycleConfiguration.Rule.Status` says no more than `Rule.Status`.
        parts.append(f"{_OUTER.sub('', key)}={value}")
        if sum(map(len, parts)) > _MOST_GIVEN:
            break
    text = ", ".join(parts)
    return text if len(text) <= _MOST_GIVEN else f"{text[:_MOST_GIVEN]}…"


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    members: Iterable[tuple[str, Any]]
    policy = statements_of(value)
    if policy:
        yield path, "; ".join(policy)[:_MOST_POLICY]
        return
    if isinstance(value, dict):
        members = [
            (f"{path}.{key}" if path else str(key), item) for key, item in value.items() if key not in _SECRETIVE
        ]
    elif isinstance(value, list):
        members = [
            (f"{path}[{number}]" if len(value) > 1 else path, item) for number, item in enumerate(value[:5])
        ]
    else:
        if value is not None:
            yield path, str(value)[:180]
        return
    for name, item in members:
        yield from _flat(item, name)
