"""Filters: policies and patterns of topics, rules, pipes and streams that let nothing through any more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Reading, Scene

_BEFORE = timedelta(minutes=45)
_FEWER = 0.7
_MORE = 1.3
_LONGEST = 160


@dataclass(frozen=True)
class _Setter:
    """A call that sets what is let through.

    Attributes:
        calls: regular expression over ``service:Operation``.
        given: what its parameters hold where it sets the filter and not something else.
        what: the filter, in words.
    """

    calls: str
    given: str
    what: str


_SETTERS = (
    _Setter(
        r"sns:(?:SetSubscriptionAttributes|Subscribe)$", r"FilterPolicy", "the filter policy of a subscription"
    ),
    _Setter(r"events:PutRule$", r"eventPattern", "the event pattern of the rule"),
    _Setter(
        r"lambda:(?:Update|Create)EventSourceMapping$", r"filterCriteria", "the filter criteria of an event source"
    ),
    _Setter(r"pipes:UpdatePipe$", r"filterCriteria", "the filter criteria of the pipe"),
    _Setter(r"logs:PutSubscriptionFilter$", r"filterPattern", "the pattern of a log subscription"),
    _Setter(
        r"s3:PutBucketNotification\w*$", r"(?i)filter|prefix|suffix", "the filter of a bucket's notifications"
    ),
)
#: Metrics of what was kept back (Amazon SNS Developer Guide; AWS Lambda Developer Guide, event source mappings).
_KEPT_BACK = re.compile(r"^NumberOfNotificationsFilteredOut|^FilteredOutEventCount$")
_ARRIVING = (
    "NumberOfMessagesSent",
    "NumberOfMessagesReceived",
    "NumberOfMessagesDeleted",
    "NumberOfNotificationsDelivered",
    "Invocations",
    "TriggeredRules",
    "MatchedEvents",
    "IncomingRecords",
    "IncomingMessages",
    "IncomingLogEvents",
    "ExecutionsStarted",
    "PolledEventCount",
)
_SUBSCRIPTION = re.compile(r"subscriptionArn=arn:[\w-]+:sns:[\w-]*:\d*:([\w.-]+):")
_VALUE = re.compile(
    r"(?:attributeValue|eventPattern|filterPattern|filterCriteria[\w.\[\]]*)=(.+?)(?:, \w[\w.\[\]]*=|$)"
)
_KEYS = re.compile(r'"([\w.$-]+)"\s*:')


@signature(
    "filter-keeps-back",
    Category.CONFIGURATION_MISSING,
    "a filter policy or event pattern was changed, and since then nothing arrives or more is filtered out",
)
def _changed(scene: Scene) -> Iterator[Candidate]:
    missing, kept_back = _missing(scene), _kept_back(scene)
    if not missing and not kept_back:
        return
    for change in scene.changes:
        setter = next((each for each in _SETTERS if _sets(each, change)), None)
        if setter is not None and change.at is not None and _came_first(change, [*missing, *kept_back], scene):
            yield _candidate(setter, change, missing, kept_back, scene)


@signature(
    "filtered-out",
    Category.CONFIGURATION_MISSING,
    "a topic filters out more messages than before, while something downstream gets fewer",
)
def _filtered(scene: Scene) -> Iterator[Candidate]:
    missing = _missing(scene)
    for reading in _kept_back(scene)[:1]:
        lost = f"; {_told(missing[0], scene)}" if missing else ""
        yield Candidate(
            "filtered-out",
            Category.CONFIGURATION_MISSING,
            f"filters of {reading.about or scene.subject} keep back more messages than before, which are not "
            f"delivered ({reading.text}){lost}",
            f"{reading.about or scene.subject}: messages are filtered out",
            0.8 if missing else 0.62,
            Depth.EFFECT,
            about=reading.about,
            names=frozenset({reading.about} if reading.about else ()),
            since=reading.at,
            quotes=(*reading.quotes, *(quote for each in missing[:1] for quote in each.quotes)),
            speaks_for=(reading.text,),
            kin=(Kin.CONFIGURATION, Kin.DEPLOYMENT),
            hop=reading.hop,
        )


def _sets(setter: _Setter, change: Change) -> bool:
    asked = bool(re.match(setter.calls, change.event)) and bool(re.search(setter.given, change.given))
    return asked and not change.refused and change.related


def _missing(scene: Scene) -> list[Reading]:
    """What arrives less than before; the alarm's metric last, for it says least about where."""
    found = [each for each in scene.reading(*_ARRIVING) if each.falls and each.factor <= _FEWER]
    watched = [each for each in scene.readings if each.watched and each.falls and each not in found]
    return [*found, *watched]


def _kept_back(scene: Scene) -> list[Reading]:
    return [
        each
        for each in scene.readings
        if _KEPT_BACK.search(each.name) and each.factor >= _MORE and each.still is not False
    ]


def _came_first(change: Change, seen: list[Reading], scene: Scene) -> bool:
    """Whether the change was made just before what it would explain."""
    at = change.at or scene.onset
    return any(-scene.slack <= (each.at or scene.onset) - at <= _BEFORE for each in seen)


def _candidate(
    setter: _Setter, change: Change, missing: list[Reading], kept_back: list[Reading], scene: Scene
) -> Candidate:
    at = change.at or scene.onset
    topic = _SUBSCRIPTION.search(change.given)
    of = f" to {topic[1]}" if topic else f" {change.about}" if change.about else ""
    by = f" by {change.by}" if change.by else ""
    lost = _told(missing[0], scene) if missing else ""
    more = f"{kept_back[0].name} of {kept_back[0].about}: {kept_back[0].text}" if kept_back else ""
    seen = [*missing[:1], *kept_back[:1]]
    return Candidate(
        "filter-keeps-back",
        Category.CONFIGURATION_MISSING,
        f"{setter.what}{of} was changed{by} ({change.operation} at {at:%H:%M:%S} UTC)"
        f"{_asks_for(change, scene)}; since then what does not match it is filtered out and not delivered: "
        f"{'; '.join(filter(None, (lost, more)))}",
        f"{(topic[1] if topic else change.about) or scene.subject}: a changed filter keeps messages back",
        0.94 if missing and kept_back else 0.84,
        Depth.CAUSE,
        about=(topic[1] if topic else change.about),
        names=frozenset({topic[1]} if topic else ()),
        since=min((each.at for each in seen if each.at), default=at),
        quotes=(*change.quotes, *(quote for each in seen for quote in each.quotes)),
        speaks_for=tuple(each.text for each in seen),
        kin=(Kin.CONFIGURATION,),
        change=change,
        hop=change.hop,
    )


def _asks_for(change: Change, scene: Scene) -> str:
    """The filter itself, the keys it asks for, and those that other subscriptions of the topic ask for."""
    found = _VALUE.search(change.given)
    if found is None:
        return ""
    keys = list(dict.fromkeys(_KEYS.findall(found[1])))
    value = found[1][:_LONGEST]
    if not keys:
        return f": {value}"
    topic = _SUBSCRIPTION.search(change.given)
    filters = [each for each in scene.setting("filter", topic[1]) if each.value] if topic else []
    others = dict.fromkeys(key for each in filters for key in _KEYS.findall(each.value) if key not in keys)
    unlike = f", where filters of other subscriptions ask for {', '.join(others)}" if others else ""
    return f": it asks for {', '.join(keys)} ({value}){unlike}"


def _told(reading: Reading, scene: Scene) -> str:
    about = reading.about or scene.subject
    return f"{about} gets {'less' if reading.after else 'nothing any more'}: {reading.text}"


SIGNATURES: tuple[Signature, ...] = (_changed, _filtered)
