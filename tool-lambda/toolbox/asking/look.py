"""What an investigation looks at: the alarm or the error in a log, the window around it, the clients to ask with.

Helpers take what their arguments leave open from here. A tool call whose `inputs` hold the `signal` finds it set.
"""

from __future__ import annotations

import contextvars
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking.clients import Clients
from toolbox.asking.kept import Kept
from toolbox.asking.window import Moment, Window, known_time
from toolbox.logs.naming import is_unknown, telling_part, with_writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Look:
    """One investigation's point of view.

    Attributes:
        clients: Whom to ask.
        window: What helpers look at unless told otherwise.
        signal: What started the investigation, or {} outside of one. For an error in a log `metrics` are those of
            what writes the log, since no alarm names any.
        began: When slow trouble began, where that was long before the onset.
        own: Names of what investigates: it is part of the account and broke nothing.
        known_within_s: By how long datapoints the onset is known, where not by the alarm's own.
        kept: What was read already and does not change while one looks.
    """

    clients: Clients
    window: Window
    signal: Mapping[str, Any] = field(default_factory=dict)
    began: datetime | None = None
    own: frozenset[str] = frozenset()
    known_within_s: int | None = None
    kept: Kept = field(default_factory=Kept, compare=False)

    def client(self, service: str, region: str | None = None) -> Any:
        """A client of a service."""
        return self.clients.client(service, region)

    def is_own(self, name: str) -> bool:
        """Whether a name is that of something that investigates; an alarm about that very thing sees it."""
        plain = name.rpartition("/")[2].rpartition(":")[2]
        return plain in self.own and plain not in self.dimensions.values()

    @property
    def first_sign(self) -> datetime:
        """What caused it lies before this."""
        return self.window.onset if self.began is None else min(self.window.onset, self.began)

    @property
    def expects_more(self) -> bool:
        """Whether the alarm is about too little: below its threshold, or no datapoints at all."""
        reason = str(self.signal.get("reason") or "")
        return any(words in reason for words in ("less than", "lower than", "no datapoints"))

    @property
    def datapoint_s(self) -> int:
        """How long the longest of the alarm's datapoints is: an onset by them alone is known no better."""
        if self.known_within_s is not None:
            return self.known_within_s
        return max((int(each.get("period_s") or 0) for each in self.signal.get("metrics") or ()), default=0)

    @property
    def dimensions(self) -> dict[str, str]:
        """The dimensions of all metrics of the alarm and of the series that changed, in one."""
        merged = dict((self.signal.get("contributor") or {}).get("attributes") or {})
        for metric in self.signal.get("metrics") or ():
            merged |= metric.get("dimensions") or {}
        return merged

    @property
    def log(self) -> Mapping[str, Any]:
        """The error in a log that started the investigation; {} for an alarm."""
        found: Mapping[str, Any] = self.signal.get("log") or {}
        return found

    @property
    def called(self) -> str:
        """The words people chose for what is looked at: the alarm's name, of an error the name of its log group.

        Empty where the log group is called like a resource of AWS's: its dimensions say it.
        """
        if not self.log:
            return str(self.signal.get("name") or "")
        return telling_part(str(self.log.get("log_group") or "")) if is_unknown(self.signal) else ""

    @property
    def namespace(self) -> str | None:
        """Namespace of the first metric the alarm watches."""
        named = (metric.get("namespace") for metric in self.signal.get("metrics") or ())
        return next((str(name) for name in named if name), None)


_current: contextvars.ContextVar[Look | None] = contextvars.ContextVar("toolbox_look", default=None)
#: Threads the model's own code starts have no context of ours: they find what was set last.
_last: list[Look] = []


def begin(
    signal: Mapping[str, Any] | None = None,
    *,
    session: Any = None,
    region: str | None = None,
    onset: Moment = None,
    now: datetime | None = None,
    own: Iterable[str] = (),
) -> Look:
    """Set what helpers look at from now on.

    Args:
        signal: The alarm or the error in a log, as `Signal.to_json` writes it.
        session: boto3 session; the default one unless given.
        region: Region of the resources; the alarm's or the session's unless given.
        onset: When the trouble began, where it is known; else the alarm's own words count.
        now: The present.
        own: Names of what investigates, which answers leave out.
    """
    told = with_writer(signal or {})
    present = now or datetime.now(UTC)
    clients = Clients(session, region or told.get("region"))
    began = known_time(onset) or first_breach(told) or present
    return use(Look(clients, Window.around(began, present), told, own=frozenset(map(str, own))))


def use(look: Look) -> Look:
    """Look from another point of view from now on."""
    _current.set(look)
    _last[:] = [look]
    return look


def current() -> Look:
    """What helpers look at: set by the investigation, else the last ninety minutes of the default session."""
    found = _current.get() or (_last[0] if _last else None)
    return found or begin()


def with_onset(look: Look, onset: datetime) -> Look:
    """The same look, around an onset that is known better."""
    return replace(look, window=Window.around(onset, look.window.now))


def windowed(start: Moment = None, end: Moment = None) -> tuple[Look, Window]:
    """The current look, and its window with the ends a caller gave."""
    look = current()
    return look, look.window.between(start, end)


def first_breach(signal: Mapping[str, Any]) -> datetime | None:
    """When the trouble began at the latest, as the alarm says: its first breaching datapoint, or its change."""
    changed = known_time(signal.get("occurred_at"))
    if changed is None:
        return None
    reason = signal.get("reason_data")
    data = reason if isinstance(reason, dict) else {}
    started = known_time(data.get("startDate"))
    # A start long before is that of an alarm that waits for many periods, or of another episode.
    if started is None or not timedelta() <= changed - started <= timedelta(hours=6):
        return changed
    return started
