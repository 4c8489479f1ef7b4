"""Digests: alarms that are told together, after an interval, instead of one by one.

A digest is named by the moment its interval began (``2026-11-21T03:00:00Z``). It collects until it is closed,
which happens when the interval is over; whoever comes later joins the one after it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from triage.domain.fingerprint import fingerprint
from triage.domain.signal import AlarmState, Signal, SignalSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

MAX_REASON = 300
_FORM = "%Y-%m-%dT%H:%M:%SZ"
_SEPARATOR = re.compile(r"([-_/.: ]+)")


class Added(StrEnum):
    """What became of an attempt to join a digest.

    JOINED: the transition is in it now.
    ALREADY: it was in it before.
    CLOSED: the digest takes no more, and does not hold the transition.
    """

    JOINED = "joined"
    ALREADY = "already"
    CLOSED = "closed"


def digest_at(now: datetime, interval: timedelta) -> str:
    """The digest that collects at a moment: intervals follow each other without end since 1970."""
    seconds = int(interval.total_seconds())
    return _named(datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC))


def digest_after(digest: str, interval: timedelta) -> str:
    """The next one."""
    return _named(began_at(digest) + interval)


def began_at(digest: str) -> datetime:
    """When its interval began.

    Raises:
        ValueError: it is not the name of a digest.
    """
    return datetime.strptime(digest, _FORM).replace(tzinfo=UTC)


def _named(moment: datetime) -> str:
    return moment.strftime(_FORM)


def digest_signal(digest: str, partition: str, account_id: str, region: str) -> Signal:
    """The signal that a digest is due.

    Args:
        partition, account_id, region: where the digest is kept; its alarms may be from elsewhere.
    """
    return Signal(
        source=SignalSource.DIGEST,
        partition=partition,
        account_id=account_id,
        region=region,
        subject=digest,
        name=f"digest {digest}",
        state=AlarmState.ALARM,
        occurred_at=began_at(digest),
    )


def compact(signal: Signal) -> Signal:
    """The signal without what no digest shows, so that hundreds of them are read quickly."""
    return replace(
        signal,
        reason=signal.reason[:MAX_REASON],
        reason_data={},
        description=None,
        query=None,
        alarm_rule=signal.alarm_rule[:MAX_REASON] if signal.alarm_rule else None,
        children=signal.children[:10],
        log=replace(signal.log, sample="", template=signal.log.template[:MAX_REASON]) if signal.log else None,
    )


def counted_by_minute(signal: Signal) -> Signal:
    """The signal as digests count it. A log error comes many times a second: it counts once a minute."""
    if signal.log is None:
        return signal
    return replace(signal, occurred_at=signal.occurred_at.replace(second=0, microsecond=0))


@dataclass(frozen=True)
class DigestEntry:
    """One alarm of a digest.

    Attributes:
        signal: the transition that joined last, without its details.
        reasons: why it was not told by itself, in words.
        notes: what else is to be said about it, for example where its report is.
        transitions: state timestamps of every transition that joined, in order.
    """

    signal: Signal
    reasons: tuple[str, ...]
    transitions: tuple[datetime, ...]
    notes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Identity of the alarm."""
        return fingerprint(self.signal)

    @property
    def count(self) -> int:
        """How many times it changed state."""
        return len(self.transitions)

    @property
    def first_at(self) -> datetime:
        """When it changed state first."""
        return self.transitions[0]

    @property
    def last_at(self) -> datetime:
        """When it changed state last."""
        return self.transitions[-1]


@dataclass(frozen=True)
class StatesNow:
    """What one look at all alarms of the digest found.

    Attributes:
        at: when it was taken.
        states: state by account, region and name; alarms that could not be seen are missing.
        gaps: what could not be seen, in words.
    """

    at: datetime
    states: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()

    def of(self, signal: Signal) -> str | None:
        """The alarm's state now, or ``None`` when nobody knows."""
        return self.states.get(place_and_name(signal))


def place_and_name(signal: Signal) -> tuple[str, str, str]:
    """What a look knows an alarm by; contributors of one alarm share it."""
    return (signal.account_id, signal.region, signal.name)


@dataclass(frozen=True)
class DigestGroup:
    """Alarms of a digest that seem to belong together.

    Attributes:
        title: the resource they are about, or what their names begin with.
        entries: those that changed state most often first.
    """

    title: str
    account_id: str
    region: str
    entries: tuple[DigestEntry, ...]

    @property
    def count(self) -> int:
        """How many times the alarms of the group changed state."""
        return sum(entry.count for entry in self.entries)


@dataclass(frozen=True)
class DigestReport:
    """A digest as it is told.

    Attributes:
        id: of the claim under which it was made.
        digest: its name.
        groups: those with the most alarms first.
    """

    id: str
    digest: str
    made_at: datetime
    groups: tuple[DigestGroup, ...]
    now: StatesNow

    @property
    def entries(self) -> tuple[DigestEntry, ...]:
        """Every alarm, group by group."""
        return tuple(entry for group in self.groups for entry in group.entries)

    @property
    def count(self) -> int:
        """How many transitions are in it."""
        return sum(group.count for group in self.groups)

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why alarms are in it, and how many of them; the most frequent first."""
        counted = Counter(reason for entry in self.entries for reason in entry.reasons)
        return tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))

    def in_state(self, state: str) -> int:
        """How many alarms the look found in a state."""
        return sum(self.now.of(entry.signal) == state for entry in self.entries)


def grouped(entries: Iterable[DigestEntry]) -> tuple[DigestGroup, ...]:
    """Alarms by resource; an alarm alone on its resource with those whose names begin alike; the rest together.

    Nothing is grouped across accounts and regions.
    """
    by_resource = _by_title(entries, lambda entry: _resource(entry.signal))
    alone = [group.entries[0] for group in by_resource if len(group.entries) == 1]
    by_name = _by_title(alone, lambda entry: f"names beginning with {_stem(entry.signal.name)}")
    rest = [group.entries[0] for group in by_name if len(group.entries) == 1]
    groups = (
        *(group for group in by_resource if len(group.entries) > 1),
        *(group for group in by_name if len(group.entries) > 1),
        *_others(rest),
    )
    return tuple(sorted(groups, key=lambda one: (-len(one.entries), -one.count, one.title)))


def _others(entries: list[DigestEntry]) -> Iterator[DigestGroup]:
    """What has nothing in common but account and region; one alarm alone keeps the name of its resource."""
    for group in _by_title(entries, _other):
        yield group if len(group.entries) > 1 else replace(group, title=_resource(group.entries[0].signal))


def _other(entry: DigestEntry) -> str:
    return "other alarms" if entry.signal.log is None else "other errors in logs"


def _by_title(entries: Iterable[DigestEntry], title: Callable[[DigestEntry], str]) -> list[DigestGroup]:
    found: dict[tuple[str, str, str], list[DigestEntry]] = {}
    for entry in entries:
        key = (title(entry), entry.signal.account_id, entry.signal.region)
        found.setdefault(key, []).append(entry)
    return [
        DigestGroup(*key, tuple(sorted(together, key=lambda one: (-one.count, one.first_at, one.signal.name))))
        for key, together in found.items()
    ]


def _resource(signal: Signal) -> str:
    """What an engineer would call the resource: namespace and dimensions, or the log; else the alarm itself."""
    if signal.log is not None:
        return f"log group {signal.log.log_group}"
    metric = signal.watched_metric
    if metric is None or not metric.dimensions or signal.contributor:
        return signal.subject.partition("#contributor/")[0]
    named = ", ".join(f"{name}={value}" for name, value in sorted(metric.dimensions.items()))
    return f"{metric.namespace} {named}"


def _stem(name: str) -> str:
    """The first words of a name: half of them, at most three, at least one."""
    parts = _SEPARATOR.split(name)  # words at even places, what is between them at odd ones
    words = max(1, min(3, (len(parts) + 1) // 4))
    return "".join(parts[: 2 * words - 1])
