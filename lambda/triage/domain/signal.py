"""A Signal: the one normalised form of everything that can start an investigation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.json_types import JsonObject


class SignalSource(StrEnum):
    """Where a signal came from; part of its fingerprint."""

    CLOUDWATCH_ALARM = "cloudwatch_alarm"
    LOG_ERROR = "log_error"
    DIGEST = "digest"
    """Not from outside: a digest is due. It takes the way of all signals, claim and retries included."""
    DELIVERY = "delivery"
    """Not from outside: a channel did not take a message, which is due again. It takes the same way."""


class AlarmState(StrEnum):
    """States of a CloudWatch alarm (CloudWatch API reference, ``StateValue``)."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class Metric:
    """One entry of an alarm's ``configuration.metrics``.

    Attributes:
        id: the entry's id inside the alarm; an expression refers to other entries by it.
        namespace: for example ``AWS/Lambda``; ``None`` for an expression.
        name: metric name; ``None`` for an expression.
        dimensions: dimension name to value.
        statistic: ``Sum``, ``p99``, …
        period_s: length of one datapoint in seconds.
        expression: metric math, ``None`` for a plain metric.
        returns_data: whether the alarm watches this entry.
    """

    id: str
    namespace: str | None = None
    name: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str | None = None
    period_s: int | None = None
    expression: str | None = None
    returns_data: bool = True


class QueryLanguage(StrEnum):
    """What an alarm's query is written in."""

    LOGS = "CloudWatch Logs"
    PROMQL = "PromQL"


@dataclass(frozen=True)
class Query:
    """What an alarm runs instead of watching metrics.

    Attributes:
        text: the query; for logs the query string, with the aggregation as its last command.
        log_groups: names or ARNs of the log groups a log query reads.
    """

    language: QueryLanguage
    text: str
    log_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contributor:
    """The one time series, of the many an alarm watches, that changed state.

    Attributes:
        id: given by CloudWatch; stays the same for the same attributes.
        attributes: what tells this series from the others, for example ``{"TableName": "orders"}``.
    """

    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Band:
    """What anomaly detection expected at the latest datapoint; a side that is not watched is ``None``.

    Attributes:
        measured: the datapoint itself, ``None`` where it was missing.
    """

    lower: float | None = None
    upper: float | None = None
    measured: float | None = None


_VARIES = re.compile(r"<\*>|\[redacted:[^\]]*\]|[\"\\]| \| ")
"""What is between the parts of a template that never vary; filter patterns take no quotation marks inside."""

MAX_VERBATIM = 120
MAX_SENTENCE = 900
"""Characters of a log error's sentence; about the longest reason that an alarm has."""


@dataclass(frozen=True)
class LogError:
    """Lines of one log group that say the same error.

    Attributes:
        log_group: name of the group.
        log_streams: streams they were written to, as many as are kept.
        template: what all of them have in common, with what varies (ids, numbers, times, addresses) masked.
        message: what one of them says, on one line without its stack trace. Untrusted text.
        sample: the same one, with its stack trace, redacted and cut to a bounded length. Untrusted text.
        count: how many there are.
        first_at: time of the earliest, in UTC.
        last_at: time of the latest, in UTC.
        frames: the application's own frames of the sample's stack trace, nearest to the error first.
        subscriptions: names of the subscription filters that let them through.
    """

    log_group: str
    log_streams: tuple[str, ...]
    template: str
    message: str
    sample: str
    count: int
    first_at: datetime
    last_at: datetime
    frames: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How often, what it says and where, on one line of bounded length: the reason of the signal."""
        lines = "1 line" if self.count == 1 else f"{self.count:,} lines"
        where = f" (at {self.frames[0]})" if self.frames else ""
        return f"{lines} of one error: {self.message}"[: MAX_SENTENCE - len(where)] + where

    @property
    def verbatim(self) -> str:
        """The longest text that all the lines have word for word, of one row: what finds them in the log."""
        parts = (" ".join(part.split()) for part in _VARIES.split(self.template) if not part.startswith("at "))
        return max((part for part in parts if part in self.sample), key=len, default="")[:MAX_VERBATIM].rstrip()

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :meth:`from_json` restores an equal value."""
        return {
            "log_group": self.log_group,
            "log_streams": list(self.log_streams),
            "template": self.template,
            "message": self.message,
            "sample": self.sample,
            "count": self.count,
            "first_at": self.first_at.astimezone(UTC).isoformat(),
            "last_at": self.last_at.astimezone(UTC).isoformat(),
            "frames": list(self.frames),
            "subscriptions": list(self.subscriptions),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LogError:
        """Restore a value written by :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        return cls(
            log_group=data["log_group"],
            log_streams=tuple(data["log_streams"]),
            template=data["template"],
            message=data["message"],
            sample=data["sample"],
            count=int(data["count"]),
            first_at=datetime.fromisoformat(data["first_at"]),
            last_at=datetime.fromisoformat(data["last_at"]),
            frames=tuple(data.get("frames") or ()),
            subscriptions=tuple(data.get("subscriptions") or ()),
        )


@dataclass(frozen=True)
class Signal:
    """A normalised trigger.

    Attributes:
        source: kind of trigger.
        partition: AWS partition of the subject (``aws``, ``aws-cn``, ``aws-us-gov``).
        account_id: 12-digit account the subject lives in.
        region: region the subject lives in.
        subject: what fired; for an alarm its ARN, followed by the contributor where there is one; for a log error
            the ARN of its log group, followed by the error's template in short.
        name: short name for people; for an alarm its name, for a log error its log group and what it says.
        state: state the subject changed to; for a log error always ALARM.
        previous_state: state before, where the event says so.
        occurred_at: when the state changed, in UTC; for a log error when the first of its lines was written.
        reason: the source's own sentence for the change. Untrusted text.
        reason_data: the source's structured reason. Untrusted.
        description: the owner's description of the alarm. Untrusted text.
        metrics: what a metric alarm watches; empty for other kinds.
        alarm_rule: rule expression of a composite alarm.
        children: names of the alarms whose change made a composite alarm change.
        contributor: the time series that changed, for an alarm that watches several.
        band: what was expected, for an anomaly detection alarm.
        query: what a log alarm or a PromQL alarm runs.
        suppressed_by: what keeps the alarm's own actions from running, in words.
        log: the lines, for a log error; ``None`` for everything else.
    """

    source: SignalSource
    partition: str
    account_id: str
    region: str
    subject: str
    name: str
    state: AlarmState
    occurred_at: datetime
    previous_state: AlarmState | None = None
    reason: str = ""
    reason_data: JsonObject = field(default_factory=dict)
    description: str | None = None
    metrics: tuple[Metric, ...] = ()
    alarm_rule: str | None = None
    children: tuple[str, ...] = ()
    contributor: Contributor | None = None
    band: Band | None = None
    query: Query | None = None
    suppressed_by: str | None = None
    log: LogError | None = None

    @property
    def watched_metric(self) -> Metric | None:
        """The plain metric an engineer would look at first.

        The entry that returns data when it is a plain metric, else the first plain metric (the input of an
        expression), else ``None``.
        """
        plain = [metric for metric in self.metrics if metric.namespace]
        return next((metric for metric in plain if metric.returns_data), plain[0] if plain else None)

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :meth:`from_json` restores an equal signal."""
        return {
            "source": self.source.value,
            "partition": self.partition,
            "account_id": self.account_id,
            "region": self.region,
            "subject": self.subject,
            "name": self.name,
            "state": self.state.value,
            "previous_state": self.previous_state.value if self.previous_state else None,
            "occurred_at": self.occurred_at.astimezone(UTC).isoformat(),
            "reason": self.reason,
            "reason_data": dict(self.reason_data),
            "description": self.description,
            "metrics": [_metric_to_json(metric) for metric in self.metrics],
            "alarm_rule": self.alarm_rule,
            **self._what_only_some_have(),
        }

    def _what_only_some_have(self) -> dict[str, Any]:
        """Written where present only: most alarms have none of it, and the model reads every key."""
        written = {
            "children": list(self.children),
            "contributor": self.contributor and _plain(self.contributor),
            "band": self.band and _plain(self.band),
            "query": self.query and _plain(self.query),
            "suppressed_by": self.suppressed_by,
            "log": self.log and self.log.to_json(),
        }
        return {key: value for key, value in written.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Signal:
        """Restore a signal written by :meth:`to_json`, of this or an earlier version.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        previous = data.get("previous_state")
        return cls(
            source=SignalSource(data["source"]),
            partition=data["partition"],
            account_id=data["account_id"],
            region=data["region"],
            subject=data["subject"],
            name=data["name"],
            state=AlarmState(data["state"]),
            previous_state=AlarmState(previous) if previous else None,
            occurred_at=datetime.fromisoformat(data["occurred_at"]),
            reason=data.get("reason") or "",
            reason_data=data.get("reason_data") or {},
            description=data.get("description"),
            metrics=tuple(Metric(**metric) for metric in data.get("metrics") or ()),
            alarm_rule=data.get("alarm_rule"),
            children=tuple(data.get("children") or ()),
            contributor=Contributor(**data["contributor"]) if data.get("contributor") else None,
            band=Band(**data["band"]) if data.get("band") else None,
            query=_query_from_json(data["query"]) if data.get("query") else None,
            suppressed_by=data.get("suppressed_by"),
            log=LogError.from_json(data["log"]) if data.get("log") else None,
        )


def _metric_to_json(metric: Metric) -> dict[str, Any]:
    return {**vars(metric), "dimensions": dict(metric.dimensions)}


def _plain(value: Contributor | Band | Query) -> dict[str, Any]:
    plain = dict(vars(value))
    return {key: list(item) if isinstance(item, tuple) else item for key, item in plain.items()}


def _query_from_json(data: Mapping[str, Any]) -> Query:
    return Query(QueryLanguage(data["language"]), data["text"], tuple(data.get("log_groups") or ()))
