"""The JSON an alarm publishes to an SNS topic.

Shape: Amazon CloudWatch User Guide, "Notifying users on alarm changes" (metric and composite alarms) and "Log
alarms" (contributors, query results). It says what the document of :mod:`triage.intake.alarm_document` says, in
other words: ``Region`` is a display name such as ``EU (Ireland)``, dimensions are a list, statistics are in
capitals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.domain.signal import Contributor, Metric, Query, Signal, SignalSource
from triage.intake.alarm_document import band_of, contributor_of, log_query, period, triggering_alarms
from triage.intake.alarm_identity import AlarmIdentity, identity_of_arn, identity_of_parts
from triage.intake.reading import (
    MAX_ENTRIES,
    Unreadable,
    json_object,
    malformed,
    object_or_empty,
    objects,
    require_state,
    require_text,
    require_time,
    state_or_none,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# Statistics as PutMetricAlarm and the other shapes spell them; a percentile comes as it is.
_STATISTICS = {
    "SUM": "Sum",
    "AVERAGE": "Average",
    "MINIMUM": "Minimum",
    "MAXIMUM": "Maximum",
    "SAMPLE_COUNT": "SampleCount",
    "SAMPLECOUNT": "SampleCount",
}


def recognises(message: Mapping[str, Any]) -> bool:
    """Whether this is an alarm's notification, readable or not."""
    return ("AlarmName" in message or "AlarmArn" in message) and "NewStateValue" in message


def parse(message: Mapping[str, Any], topic_region: str | None = None) -> Signal:
    """Read an alarm's notification.

    Args:
        message: what the alarm published.
        topic_region: region of the topic, which is the alarm's: an alarm notifies topics of its own region. Needed
            for notifications without ``AlarmArn``, which older alarms and copies of them lack.

    Raises:
        MalformedEvent: a field without which no alarm can be identified is missing or has the wrong type.
    """
    try:
        return _signal(message, topic_region)
    except Unreadable as problem:
        raise malformed("CloudWatch alarm notification", message, problem) from problem


def _signal(message: Mapping[str, Any], topic_region: str | None) -> Signal:
    identity = _identity(message, topic_region)
    trigger = object_or_empty(message.get("Trigger"))
    contributor = _contributor(message)
    reason_data = json_object(message.get("NewStateReasonData"))
    return Signal(
        source=SignalSource.CLOUDWATCH_ALARM,
        partition=identity.partition,
        account_id=identity.account_id,
        region=identity.region,
        subject=identity.subject(contributor),
        name=identity.called(message.get("AlarmName")),
        state=require_state(message.get("NewStateValue"), "NewStateValue"),
        previous_state=state_or_none(message.get("OldStateValue")),
        occurred_at=require_time(message.get("StateChangeTime"), "StateChangeTime"),
        reason=text(message.get("NewStateReason")) or "",
        reason_data=reason_data,
        description=text(message.get("AlarmDescription")),
        metrics=_metrics(trigger),
        alarm_rule=text(message.get("AlarmRule")),
        children=triggering_alarms(message.get("TriggeringChildren"), "Arn"),
        contributor=contributor,
        band=band_of(reason_data),
        query=_query(message, trigger),
    )


def _identity(message: Mapping[str, Any], topic_region: str | None) -> AlarmIdentity:
    if "AlarmArn" not in message:
        by_parts = identity_of_parts(message.get("AlarmName"), message.get("AWSAccountId"), topic_region)
        if by_parts:
            return by_parts
    return identity_of_arn(require_text(message, "AlarmArn"), "AlarmArn")


def _contributor(message: Mapping[str, Any]) -> Contributor | None:
    if message.get("AlarmContributorId") is None:
        return None
    return contributor_of(message, "message", "AlarmContributorId", "AlarmContributorAttributes")


def _metrics(trigger: Mapping[str, Any]) -> tuple[Metric, ...]:
    entries = tuple(map(_metric, range(MAX_ENTRIES), objects(trigger.get("Metrics"))))
    if entries or not text(trigger.get("MetricName")):
        return entries
    statistic = text(trigger.get("ExtendedStatistic")) or text(trigger.get("Statistic"))
    return (_plain_metric("m1", trigger, statistic, trigger.get("Period")),)


def _metric(index: int, entry: Mapping[str, Any]) -> Metric:
    """One entry of metric math, or the only metric of an alarm that was made with a list of one."""
    stat = object_or_empty(entry.get("MetricStat"))
    id_ = text(entry.get("Id")) or f"m{index + 1}"
    return_data = entry.get("ReturnData") is not False
    if stat:
        metric = object_or_empty(stat.get("Metric"))
        return _plain_metric(id_, metric, text(stat.get("Stat")), stat.get("Period"), returns_data=return_data)
    return Metric(
        id=id_,
        expression=text(entry.get("Expression")),
        period_s=period(entry.get("Period")),
        returns_data=return_data,
    )


def _plain_metric(
    id_: str, metric: Mapping[str, Any], statistic: str | None, seconds: Any, *, returns_data: bool = True
) -> Metric:
    pairs = ((text(one.get("name")), text(one.get("value"))) for one in objects(metric.get("Dimensions")))
    return Metric(
        id=id_,
        namespace=text(metric.get("Namespace")),
        name=text(metric.get("MetricName")),
        dimensions={name: value or "" for name, value in pairs if name},
        statistic=_STATISTICS.get(statistic or "", statistic),
        period_s=period(seconds),
        returns_data=returns_data,
    )


def _query(message: Mapping[str, Any], trigger: Mapping[str, Any]) -> Query | None:
    """A log alarm's query, under the names of the API; the user guide leaves these fields out of its example."""
    for holder in (trigger, message):
        logs = object_or_empty(holder.get("ScheduledQueryConfiguration")) or holder
        query = log_query(
            logs.get("QueryString"), logs.get("AggregationExpression"), logs.get("LogGroupIdentifiers")
        )
        if query:
            return query
    return None
