"""What an alarm's event says about the alarm, in the words CloudWatch uses for Lambda and for EventBridge.

``alarmData`` of a Lambda action and ``detail`` of an EventBridge event are the same document (Amazon CloudWatch
User Guide, "Invoke a Lambda function from an alarm" and "Alarm events and EventBridge"): ``state``,
``previousState``, ``configuration``, and for one series of many ``alarmContributor``. Kinds of alarm differ in
what is missing: a composite alarm has no metrics, a contributor no previous state, a PromQL alarm no reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.domain.signal import Band, Contributor, Metric, Query, QueryLanguage, Signal, SignalSource
from triage.intake.alarm_identity import AlarmIdentity, name_in_arn
from triage.intake.reading import (
    MAX_ENTRIES,
    Unreadable,
    attributes,
    json_object,
    number,
    object_or_empty,
    objects,
    require_object,
    require_state,
    require_text,
    require_time,
    state_or_none,
    text,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PERIOD_S = 7 * 24 * 3600


def signal_of(document: Mapping[str, Any], identity: AlarmIdentity, sent_at: Any, at: str) -> Signal:
    """The signal of an alarm's document.

    Args:
        document: ``alarmData`` or ``detail``.
        identity: which alarm it is.
        sent_at: the time of the event, for documents whose state has none.
        at: path of the document in the event, ending in a dot.

    Raises:
        Unreadable: state, time or contributor cannot be read.
    """
    state = require_object(document, "state", at)
    configuration = object_or_empty(document.get("configuration"))
    contributor = contributor_of(document.get("alarmContributor"), f"{at}alarmContributor")
    reason_data = json_object(state.get("reasonData"))
    return Signal(
        source=SignalSource.CLOUDWATCH_ALARM,
        partition=identity.partition,
        account_id=identity.account_id,
        region=identity.region,
        subject=identity.subject(contributor),
        name=identity.called(document.get("alarmName")),
        state=require_state(state.get("value"), f"{at}state.value"),
        previous_state=state_or_none(object_or_empty(document.get("previousState")).get("value")),
        occurred_at=require_time(state.get("timestamp") or sent_at, f"{at}state.timestamp"),
        reason=text(state.get("reason")) or "",
        reason_data=reason_data,
        description=text(configuration.get("description")),
        metrics=tuple(map(_metric, range(MAX_ENTRIES), objects(configuration.get("metrics")))),
        alarm_rule=text(configuration.get("alarmRule")),
        children=triggering_alarms(reason_data.get("triggeringAlarms"), "arn"),
        contributor=contributor,
        band=band_of(reason_data),
        query=_query(configuration),
        suppressed_by=_suppressed_by(document),
    )


def contributor_of(
    value: Any, path: str, id_key: str = "id", attributes_key: str = "attributes"
) -> Contributor | None:
    """The series that changed, or ``None`` where the alarm as a whole did.

    Raises:
        Unreadable: there is one without an id. Without it the contributors of an alarm would suppress each other.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Unreadable(f"{path} should be an object with {id_key} and {attributes_key}")
    return Contributor(require_text(value, id_key, f"{path}."), attributes(value.get(attributes_key)))


def triggering_alarms(value: Any, arn_key: str) -> tuple[str, ...]:
    """Names of a composite alarm's children that changed, each once."""
    arns = (text(child.get(arn_key)) for child in objects(value))
    return tuple(dict.fromkeys(name_in_arn(arn) for arn in arns if arn))


def band_of(reason_data: Mapping[str, Any]) -> Band | None:
    """The band of an anomaly detection alarm at its latest datapoint.

    Lists are taken to begin at ``startDate``, the oldest datapoint; the user guide's examples have one entry each.
    """
    lower = _latest(reason_data.get("recentLowerThresholds"))
    upper = _latest(reason_data.get("recentUpperThresholds"))
    if lower is None and upper is None:
        return None
    return Band(lower, upper, _latest(reason_data.get("recentDatapoints")))


def period(value: Any) -> int | None:
    """Seconds, where they can be those of a datapoint."""
    seconds = number(value)
    return int(seconds) if seconds and 1 <= seconds <= MAX_PERIOD_S else None


def _latest(values: Any) -> float | None:
    return number(values[-1]) if isinstance(values, list) and values else None


def _metric(index: int, entry: Mapping[str, Any]) -> Metric:
    stat = object_or_empty(entry.get("metricStat"))
    metric = object_or_empty(stat.get("metric"))
    return Metric(
        id=text(entry.get("id")) or f"m{index + 1}",
        namespace=text(metric.get("namespace")),
        name=text(metric.get("name")),
        dimensions=attributes(metric.get("dimensions")),
        statistic=text(stat.get("stat")),
        period_s=period(stat.get("period") or entry.get("period")),
        expression=text(entry.get("expression")),
        returns_data=entry.get("returnData") is not False,
    )


def _query(configuration: Mapping[str, Any]) -> Query | None:
    """The query of a log or PromQL alarm.

    The user guide shows no event of these alarms. The names are those of the API (``PutLogAlarm``,
    ``AlarmPromQLCriteria``) spelt as events spell everything else, or as the API does.
    """
    logs = object_or_empty(_either(configuration, "scheduledQueryConfiguration"))
    if logs:
        return log_query(
            _either(logs, "queryString"),
            _either(logs, "aggregationExpression"),
            _either(logs, "logGroupIdentifiers"),
        )
    criteria = object_or_empty(_either(configuration, "evaluationCriteria"))
    promql = object_or_empty(_either(criteria, "promQLCriteria"))
    query = text(_either(promql, "query"))
    return Query(QueryLanguage.PROMQL, query) if query else None


def log_query(query: Any, aggregation: Any, log_groups: Any) -> Query | None:
    """A log alarm's query as one would run it by hand: the aggregation is what the alarm compares."""
    written, counted = text(query), text(aggregation)
    if written is None:
        return None
    whole = f"{written} | stats {counted}" if counted else written
    return Query(QueryLanguage.LOGS, whole, texts(log_groups))


def _either(data: Mapping[str, Any], key: str) -> Any:
    """The value under a key spelt with a small or with a capital first letter."""
    return data.get(key, data.get(key[0].upper() + key[1:]))


def _suppressed_by(document: Mapping[str, Any]) -> str | None:
    """What holds the alarm's actions back, as EventBridge tells: a composite's suppressor, or a mute rule."""
    by = text(object_or_empty(document.get("state")).get("actionsSuppressedBy"))
    if by:
        suppressor = text(object_or_empty(document.get("configuration")).get("actionsSuppressor"))
        return f"{by} ({suppressor})" if suppressor else by
    rule = text(object_or_empty(document.get("muteDetail")).get("mutedByArn"))
    return f"mute rule {rule.rpartition(':')[2]}" if rule else None
