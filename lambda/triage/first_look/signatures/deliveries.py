"""Deliveries that ended with a change: who may deliver was changed, or what delivers was taken away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin, newest
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature
from triage.first_look.signatures.silence import is_silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Reading, Scene
    from triage.first_look.observations.quoting import Quote

_BEFORE = timedelta(minutes=45)
_GONE = 0.1
#: What counts deliveries to a resource.
_ARRIVING = frozenset(
    {
        "NumberOfMessagesSent",
        "NumberOfMessagesReceived",
        "NumberOfMessagesDeleted",
        "NumberOfMessagesPublished",
        "NumberOfNotificationsDelivered",
        "Invocations",
        "TriggeredRules",
        "IncomingRecords",
        "IncomingMessages",
        "IncomingLogEvents",
        "ExecutionsStarted",
        "PutRequests",
    }
)
#: Whoever delivers counts what it could not deliver (Amazon SNS and EventBridge user guides, metrics).
_UNDELIVERED = re.compile(
    r"^NumberOfNotificationsFailed$|^FailedInvocations$|^InvocationsFailedToBeSentToDlq$|"
    r"^(?:DestinationDeliveryFailures|DeliveryErrors|ForwardingErrors|DeadLetterErrors)$|^TargetErrorCount$"
)
#: Calls that set or take away who may deliver, and what their parameters hold where they do.
_ADMISSION = (
    (re.compile(r"sqs:SetQueueAttributes$"), re.compile(r"(?i)\bpolicy=")),
    (re.compile(r"sns:SetTopicAttributes$"), re.compile(r"attributeName=Policy\b")),
    (re.compile(r"s3:PutBucketPolicy$|kms:PutKeyPolicy$|kinesis:PutResourcePolicy$|events:PutPermission$"), None),
    (re.compile(r"(?:sqs|sns|lambda|events):RemovePermission$|s3:DeleteBucketPolicy$"), None),
    (re.compile(r"kinesis:DeleteResourcePolicy$|logs:(?:Put|Delete)ResourcePolicy$"), None),
)
#: Calls that end deliveries, and what their parameters hold where they do.
_TAKEN_AWAY = (
    (re.compile(r"events:(?:DisableRule|DeleteRule|RemoveTargets)$|scheduler:DeleteSchedule$"), None),
    (re.compile(r"scheduler:UpdateSchedule$|events:PutRule$"), re.compile(r"(?i)\bstate=DISABLED")),
    (re.compile(r"lambda:UpdateEventSourceMapping$"), re.compile(r"(?i)\benabled=False")),
    (re.compile(r"lambda:DeleteEventSourceMapping$|sns:(?:Unsubscribe|DeleteTopic)$"), None),
    (re.compile(r"pipes:(?:StopPipe|DeletePipe)$|logs:DeleteSubscriptionFilter$"), None),
    (re.compile(r"iot:(?:DisableTopicRule|DeleteTopicRule)$"), None),
)
_ADMITTED = re.compile(r"(Allow [^;,]+? to [^;,]+?)(?=;|, \w[\w.\[\]]*=|$)")
_SOURCES = re.compile(r"(?i)aws:Source(?:Arn|Account) is ((?:[^\s,;]+ or )*[^\s,;]+)")
_SENDERS = re.compile(r"(?:subscribed to the topic|target of the rule|target of the schedule) ([\w.-]+)")


@dataclass(frozen=True)
class _Silence:
    """What does not arrive any more.

    Attributes:
        reading: the metric that says so; the alarm's own where that has no datapoints.
        about: what nothing arrives at.
    """

    reading: Reading | None
    about: str


@signature(
    "no-longer-admitted",
    Category.PERMISSION_DENIED,
    "nothing arrives since the policy that says who may deliver was changed",
)
def _not_admitted(scene: Scene) -> Iterator[Candidate]:
    for silence in _silences(scene)[:1]:
        for change in scene.changes:
            if not _came_first(change, silence, scene) or not _calls(change, _ADMISSION):
                continue
            failing = _undelivered(scene)
            left_out = _left_out(change, silence, scene)
            if left_out is None or not (failing or left_out or _names(change, silence.about)):
                continue
            yield _of_policy(change, silence, failing, left_out, scene)


def _of_policy(
    change: Change, silence: _Silence, failing: list[Reading], left_out: list[str], scene: Scene
) -> Candidate:
    about = change.about or silence.about
    admits = "; ".join(_ADMITTED.findall(change.given))
    now = f"; what it admits now: {admits}" if admits else ""
    was = _before(change, scene)
    earlier = f", before: {was}" if was else ""
    missing = f", and no longer admits {' and '.join(left_out)}, which sends to it" if left_out else ""
    fails = f"; deliveries fail: {failing[0].about} {failing[0].text}" if failing else ""
    return Candidate(
        "no-longer-admitted",
        Category.PERMISSION_DENIED,
        f"the policy of {about} that says who may deliver was changed by {change.by or 'somebody'} "
        f"({change.operation} at {change.at or scene.onset:%H:%M:%S} UTC){missing}{now}{earlier}; since then "
        f"nothing arrives{_told(silence, scene)}{fails}",
        f"{about}: its policy was changed, and nothing is delivered to it any more",
        0.93 if failing and left_out else 0.88 if failing or left_out else 0.76,
        Depth.CAUSE,
        about=about,
        names=frozenset({about, *left_out} - {""}),
        since=silence.reading.at if silence.reading else None,
        quotes=(
            *change.quotes,
            *_quotes(silence, scene),
            *(quote for each in failing[:1] for quote in each.quotes),
        ),
        speaks_for=tuple(each.text for each in (*([silence.reading] if silence.reading else []), *failing[:1])),
        kin=(Kin.ACCESS,),
        change=change,
        hop=change.hop,
    )


@signature(
    "delivery-taken-away",
    Category.CONFIGURATION_MISSING,
    "nothing arrives since a rule, subscription, event source or the like was disabled or deleted",
)
def _taken_away(scene: Scene) -> Iterator[Candidate]:
    for silence in _silences(scene)[:1]:
        for change in scene.changes:
            if not _came_first(change, silence, scene) or not _calls(change, _TAKEN_AWAY):
                continue
            about = change.about or silence.about
            yield Candidate(
                "delivery-taken-away",
                Category.CONFIGURATION_MISSING,
                f"{change_kinds.told(change)} at {change.at or scene.onset:%H:%M:%S} UTC ended what delivers to "
                f"{silence.about or scene.subject}: since then nothing arrives{_told(silence, scene)}",
                f"{silence.about or about}: what delivers to it was taken away ({change.operation})",
                0.84,
                Depth.CAUSE,
                about=about,
                names=frozenset({about} - {""}),
                since=silence.reading.at if silence.reading else None,
                quotes=(*change.quotes, *_quotes(silence, scene)),
                speaks_for=(silence.reading.text,) if silence.reading else (),
                kin=(Kin.SCHEDULE, Kin.CONFIGURATION),
                change=change,
                hop=change.hop,
            )


def _silences(scene: Scene) -> list[_Silence]:
    """What fell to nothing at the alarm's resource; the alarm itself where its metric has no datapoints."""
    if not _misses(scene):
        return []
    found = [
        _Silence(each, each.about or scene.subject)
        for each in scene.readings
        if each.name in _ARRIVING and each.falls and each.factor < _GONE and each.hop == 0
    ]
    return found or [_Silence(None, scene.subject)]


def _misses(scene: Scene) -> bool:
    """Whether the alarm rings because next to nothing arrives, not because something fails."""
    watched = scene.watched
    if is_silent(scene):
        return True
    fell = watched is not None and watched.changed and watched.after is not None and bool(watched.before)
    gone = fell and (watched.after or 0.0) < _GONE * (watched.before or 0.0) if watched else False
    return gone and scene.alarm.comparison.startswith("Less")


def _came_first(change: Change, silence: _Silence, scene: Scene) -> bool:
    if change.at is None or change.refused or not change.related:
        return False
    first = silence.reading.at if silence.reading and silence.reading.at else scene.onset
    return -max(scene.slack, timedelta(minutes=5)) <= first - change.at <= _BEFORE


def _calls(change: Change, table: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]) -> bool:
    return any(
        calls.match(change.event) and (given is None or given.search(change.given)) for calls, given in table
    )


def _names(change: Change, name: str) -> bool:
    return bool(name) and bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", change.text))


def _left_out(change: Change, silence: _Silence, scene: Scene) -> list[str] | None:
    """Who delivers here and is not among whom the policy admits by name; ``None`` where it admits all of them."""
    sources = {name for found in _SOURCES.findall(change.given) for name in found.split(" or ")}
    links = [each for each in scene.settings if each.key == "link"]
    senders = sorted(
        {each.about for each in links if each.about in _SENDERS.findall(each.value)} - {silence.about}
    )
    if not sources or not senders:
        return []
    missing = [name for name in senders if name not in sources and not any("*" in one for one in sources)]
    return missing or None


def _before(change: Change, scene: Scene) -> str:
    """What an older call of the same kind admitted."""
    older = [
        each
        for each in scene.changes
        if each.event == change.event
        and each.about == change.about
        and each.at
        and change.at
        and each.at < change.at
    ]
    latest = newest(older)
    return "; ".join(_ADMITTED.findall(latest.given)) if latest else ""


def _undelivered(scene: Scene) -> list[Reading]:
    return [
        each
        for each in scene.readings
        if _UNDELIVERED.search(each.name) and each.rises and each.still is not False
    ]


def _told(silence: _Silence, scene: Scene) -> str:
    at = silence.about or scene.subject
    return f" at {at} ({silence.reading.text})" if silence.reading else f" at {at}" if at else ""


def _quotes(silence: _Silence, scene: Scene) -> tuple[Quote, ...]:
    if silence.reading is not None:
        return silence.reading.quotes
    return scene.watched.quotes if scene.watched else ()


SIGNATURES: tuple[Signature, ...] = (_not_admitted, _taken_away)
