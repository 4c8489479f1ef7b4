"""What a first look says, as typed facts; each knows the words of the evidence it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.signal import Signal
    from triage.first_look.document import FirstLook
    from triage.first_look.observations.quoting import Quote


class Origin(StrEnum):
    """Who complains."""

    LOG = "log"
    TASK = "stopped task"
    SERVICE_EVENT = "service event"
    EXECUTION = "execution"
    TARGET = "target health"
    STATE = "state"
    REFUSED_CALL = "refused call"
    REFUSED_TO_OTHERS = "call refused once to somebody who has no part in it"
    ACTIVITY = "activity"
    TRACE = "trace"


REFUSED = frozenset({Origin.REFUSED_CALL, Origin.REFUSED_TO_OTHERS})
"""Origins that tell of a call that AWS did not carry out."""


@dataclass(frozen=True)
class Fact:
    """Base of all facts.

    Attributes:
        about: the resource's short name: ``orders-api``.
        hop: steps from the alarm's resource.
        quotes: the words it was read from.
    """

    about: str = ""
    hop: int = 0
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Complaint(Fact):
    """Text in which something says that it failed.

    Attributes:
        text: the message, with real values. Untrusted.
        template: the message with what varies masked.
        level: ``error``, ``warning`` or ``info``.
        count, before, since: how often; before and since the onset.
        share: of the lines its log group shows, 0 to 1.
        group: the log group, if any.
        first: since when it is said, and often where a few lines came before as they always do.
        seldom_from: the first of those few; ``None`` where there are none.
        streams: how many log streams hold it; 0 when nobody counted.
        own: whether it is the error that is investigated, and not one that was found on the way.
        upstream: whether it is of somebody who works with what errors name, and so may be its source.
    """

    text: str = ""
    template: str = ""
    origin: Origin = Origin.LOG
    level: str = "error"
    count: int = 1
    before: int = 0
    since: int = 1
    share: float = 1.0
    first: datetime | None = None
    last: datetime | None = None
    seldom_from: datetime | None = None
    frames: tuple[str, ...] = ()
    group: str = ""
    streams: int = 0
    own: bool = False
    upstream: bool = False


@dataclass(frozen=True)
class Reading(Fact):
    """What a metric did.

    Attributes:
        name: the metric's.
        text: the sentence of the toolbox.
        before, after: levels, in base units (seconds, bytes); ``None`` where nothing changed.
        at: since when.
        still: whether it is still there; ``None`` where nothing changed.
        steady: the level, where it did not change.
        watched: whether the alarm watches it.
    """

    name: str = ""
    text: str = ""
    before: float | None = None
    after: float | None = None
    at: datetime | None = None
    still: bool | None = None
    steady: float | None = None
    silent: bool = False
    watched: bool = False

    @property
    def level(self) -> float | None:
        """Where it is since it changed, or where it always was; ``None`` where neither is known."""
        return self.after if self.after is not None else self.steady

    @property
    def rises(self) -> bool:
        """Whether it went up."""
        return self.before is not None and self.after is not None and self.after > self.before

    @property
    def falls(self) -> bool:
        """Whether it went down."""
        return self.before is not None and self.after is not None and self.after < self.before

    @property
    def factor(self) -> float:
        """After by before; 1 where nothing changed."""
        if self.before is None or self.after is None:
            return 1.0
        return self.after / self.before if self.before else (float("inf") if self.after else 1.0)


@dataclass(frozen=True)
class Change(Fact):
    """Something that was changed.

    Attributes:
        event: ``ecs:UpdateService``, or words where no call is known.
        by: who.
        given: the parameters, as far as told. Untrusted.
        refused: why it was not carried out; empty when it was.
        related: whether it names the alarm's resource or what surrounds it.
        touches: what it has to do with the alarm, where its names do not say so.
        times: how often the same was done, where that is told at once; `at` is then what was nearest to the onset.
        last: when it was done last, where it was done more often than once.
    """

    at: datetime | None = None
    event: str = ""
    by: str = ""
    given: str = ""
    refused: str = ""
    related: bool = True
    touches: str = ""
    times: int = 1
    last: datetime | None = None

    @property
    def operation(self) -> str:
        """The call without its service."""
        return self.event.partition(":")[2] if ":" in self.event and " " not in self.event else ""

    @property
    def text(self) -> str:
        """Everything it names."""
        return f"{self.event} {self.about} {self.given} {self.touches}"


@dataclass(frozen=True)
class Setting(Fact):
    """One value of a configuration: ``Timeout`` of ``orders-api`` is ``15``."""

    path: str = ""
    value: str = ""

    @property
    def key(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class Quota(Fact):
    """A service quota, named by `about`, and how much of it is used."""

    limit: float = 0.0
    used: float = 0.0
    used_percent: float = 0.0


class Compared(StrEnum):
    """Which lines of a log were compared with which."""

    SINCE_ONSET = "since_onset"
    FAILING = "failing"
    GROWN = "grown"
    GROWN_IN_FAILING = "grown_in_failing"
    AGAIN = "again_and_again"
    COUNTING = "counting_in_failing"
    MEASURED = "measured_in_failing"
    GOES_ON = "goes_on"
    STREAMS = "failing_streams"


@dataclass(frozen=True)
class Share(Fact):
    """What lines of a log have in common: ``caller=batch: 89% (559), before 50%``.

    Attributes:
        text: as the toolbox says it.
        field, value: ``caller``, ``batch``.
        share, other: of the lines compared and of those they are compared with, 0 to 1.
        count: lines that have it.
        section: the id of the section that tells of it.
    """

    section: str = ""
    text: str = ""
    compared: Compared = Compared.SINCE_ONSET
    field: str = ""
    value: str = ""
    share: float = 0.0
    other: float = 0.0
    count: int = 0


@dataclass(frozen=True)
class Row(Fact):
    """A line of an answer that is a list by itself: a shard, a part of a metric, a holder of a quota.

    Attributes:
        helper: who answered.
        title: the question.
        text: the line.
        moved, rises, at: where it tells of a metric: whether that changed, upwards, and when.
    """

    helper: str = ""
    title: str = ""
    text: str = ""
    moved: bool = False
    rises: bool = False
    at: datetime | None = None


@dataclass(frozen=True)
class Invocations(Fact):
    """What a function's reports say since the onset, or in all where it is not known.

    Attributes:
        median_ms, median_ms_before: how long an invocation takes, and took.
    """

    count: int = 0
    timed_out: int = 0
    failed: int = 0
    at_memory_limit: int = 0
    memory_mb: int = 0
    most_used_mb: int = 0
    median_ms: float = 0.0
    median_ms_before: float = 0.0
    worst: str = ""


@dataclass(frozen=True)
class Ringing(Fact):
    """Another alarm that is in ALARM or was."""

    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class PlatformEvent(Fact):
    """An event of AWS Health."""

    service: str = ""
    code: str = ""
    status: str = ""
    at: datetime | None = None
    says: str = ""


@dataclass(frozen=True)
class AlarmFacts(Fact):
    """The alarm itself.

    Attributes:
        state: now.
        recovered_at: when it went back to OK after the signal.
        times: how often it was in ALARM in the last two weeks.
        missing: how missing data is treated.
        period_s: length of a datapoint.
    """

    name: str = ""
    state: str = ""
    recovered_at: datetime | None = None
    recovery_quotes: tuple[Quote, ...] = ()
    times: int = 0
    threshold: float | None = None
    comparison: str = ""
    missing: str = ""
    period_s: int = 60
    reason: str = ""


@dataclass(frozen=True)
class Watched(Fact):
    """The metric the alarm watches.

    Attributes:
        onset: when it changed; ``None`` where it did not.
        within_s: by how long datapoints that is known, where not by the alarm's own.
        earlier: an older change, where the days before were looked at; in words `earlier_text`.
        usual_max, usual_min, usual: the same hours yesterday.
        latest: the last value.
        beyond_since: when it first stayed beyond its threshold, where that was well after the onset.
        in_all: how many were counted since the onset, where there were hardly any before.
        silent: whether datapoints are missing at its end.
        values: the series.
    """

    name: str = ""
    text: str = ""
    onset: datetime | None = None
    within_s: int | None = None
    earlier: datetime | None = None
    earlier_text: str = ""
    earlier_quotes: tuple[Quote, ...] = ()
    changed: bool = False
    still: bool = False
    before: float | None = None
    after: float | None = None
    latest: float | None = None
    latest_at: datetime | None = None
    usual: float | None = None
    usual_max: float | None = None
    usual_min: float | None = None
    threshold: float | None = None
    in_all: float | None = None
    beyond_since: datetime | None = None
    silent: bool = False
    values: tuple[float | None, ...] = ()

    @property
    def usual_range(self) -> str:
        """``yesterday 18 to 70``; empty where that is not known."""
        if self.usual_min is None or self.usual_max is None:
            return ""
        return f"yesterday {self.usual_min:g} to {self.usual_max:g}"


@dataclass(frozen=True)
class Past(Fact):
    """What is known of an error in a log beyond its lines.

    Attributes:
        text: whether it was there in the days before, in words.
        is_new: whether it was not; ``None`` where the log could not be read so far back.
        led_to_it: the last lines before the first one. Untrusted.
        place: where those lines are: ``the same request``.
        library: the frame of a library that raised it, where that is not the application's own.
    """

    text: str = ""
    is_new: bool | None = None
    led_to_it: tuple[str, ...] = ()
    led_quotes: tuple[Quote, ...] = ()
    place: str = ""
    library: str = ""


_COARSE = timedelta(minutes=15)
_EXACT = timedelta(minutes=2)
# CloudWatch User Guide, "Alarm evaluation": a period is at most seven days.
_LONGEST_PERIOD_S = 604_800


@dataclass(frozen=True)
class Scene:
    """Everything that was observed.

    Attributes:
        look: where it comes from.
        onset: when the trouble began: the metric's change, else the alarm.
        subject: short name of the resource the alarm is about.
        start: from when the logs were read.
        end: when the look was taken, as far as it says.
        well: neighbours of which nothing changed; the value says how they are linked.
        idle: functions that report no invocation at all.
        quiet: resources whose log was read and holds no line of trouble.
        refined: whether a line tells the onset more exactly than the metric, whose datapoints are long.
        past: of the error in a log that is investigated; ``None`` for an alarm.
    """

    signal: Signal
    look: FirstLook
    onset: datetime
    subject: str = ""
    start: datetime | None = None
    end: datetime | None = None
    alarm: AlarmFacts = field(default_factory=AlarmFacts)
    watched: Watched | None = None
    complaints: tuple[Complaint, ...] = ()
    readings: tuple[Reading, ...] = ()
    changes: tuple[Change, ...] = ()
    settings: tuple[Setting, ...] = ()
    invocations: tuple[Invocations, ...] = ()
    ringing: tuple[Ringing, ...] = ()
    health: tuple[PlatformEvent, ...] = ()
    decisions: tuple[Setting, ...] = ()
    quotas: tuple[Quota, ...] = ()
    shares: tuple[Share, ...] = ()
    well: tuple[Setting, ...] = ()
    idle: tuple[Fact, ...] = ()
    quiet: tuple[Fact, ...] = ()
    rows: tuple[Row, ...] = ()
    past: Past | None = None
    refined: bool = False

    @property
    def error(self) -> Complaint | None:
        """The error in a log that is investigated; ``None`` for an alarm."""
        return next((each for each in self.complaints if each.own), None)

    @property
    def began(self) -> datetime:
        """When slow trouble began, where the days before were looked at; else the onset."""
        earlier = self.watched.earlier if self.watched else None
        return min(earlier, self.onset) if earlier else self.onset

    def minutes_before(self, at: datetime) -> float:
        """From a moment to the onset, or to the earlier beginning where it came before that."""
        first = self.began if at <= self.began + self.blur else self.onset
        return (first - at).total_seconds() / 60

    def may_precede(self, at: datetime) -> bool:
        """Whether a moment came before the onset or the earlier beginning, as exactly as those are known."""
        return at <= self.onset + self.grace and self.minutes_before(at) >= -self.blur.total_seconds() / 60

    @property
    def blur(self) -> timedelta:
        """How exactly the beginning is known: days back it is read from longer periods."""
        return max(self.slack, _COARSE) if self.began < self.onset else self.grace

    @property
    def slack(self) -> timedelta:
        """How much later than the onset something may seem to be and yet come before: a datapoint's length."""
        within = self.watched.within_s if self.watched else None
        return timedelta(seconds=min(max(120, within or self.alarm.period_s), _LONGEST_PERIOD_S))

    @property
    def grace(self) -> timedelta:
        """How much later than the onset a change may seem to be and yet come before."""
        return _EXACT if self.refined else self.slack

    def reading(self, *names: str) -> tuple[Reading, ...]:
        """Readings of metrics of these names."""
        return tuple(each for each in self.readings if each.name in names)

    def setting(self, key: str, about: str = "") -> tuple[Setting, ...]:
        """Settings of a key."""
        return tuple(each for each in self.settings if each.key == key and (not about or each.about == about))
